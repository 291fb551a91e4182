/** All settings and limits, read from the environment once, when the server starts. */
import fs from 'node:fs';
import process from 'node:process';
import { z } from 'zod';
import { limits, usableCores, usableMemory } from './machine.ts';
import { unknownSettings } from './unknown-settings.ts';

/** Returns the schema of a whole number from `min` to `max`. */
function whole(min: number, max: number, fallback: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message))
    .default(fallback);
}

/**
 * The address that people use, with its prefix: `https://school.example/play`. Parsed to the form without a slash at
 * its end. The prefix is limited to characters that mean nothing in a header, a cookie's path, a link or a comment.
 */
const publicUrl = z
  .string()
  .refine(
    isPublicUrl,
    'must be an address such as https://school.example/play, without ?, # or a password; its path may have letters, digits, spaces and -._~+@: between single slashes',
  )
  .transform((given) => new URL(given).href.replace(/\/$/, ''))
  .nullable()
  .default(null);

function isPublicUrl(given: string): boolean {
  const url = /^https?:\/\/[^\s?#@\\/]+(\/[^\s?#\\]*)?$/i.test(given) ? URL.parse(given) : null;
  return (
    url !== null && /^(\/([\w.~+@:-]|%20|%[89A-F][0-9A-F])+)*\/?$/.test(url.pathname) && isUtf8(url.pathname)
  );
}

function isUtf8(encoded: string): boolean {
  try {
    decodeURI(encoded);
    return true;
  } catch {
    return false;
  }
}

/** A list, separated by commas or spaces, of items that `check` returns in the form to keep, or null if unusable. */
function list(check: (item: string) => string | null, message: string) {
  return z
    .string()
    .transform((given) => given.split(/[\s,]+/).filter((item) => item !== ''))
    .transform((items) => items.map(check))
    .refine((items) => !items.includes(null), message)
    .transform((items) => items.filter((item) => item !== null));
}

/** Returns a host's name as browsers send it, with the dot before it, if any; null if it is not a name alone. */
function hostName(item: string): string | null {
  const name = item.replace(/^\./, '');
  const url = /^[^\s/\\?#@:%*]+$/.test(name) ? URL.parse(`http://${name}`) : null;
  return url && `${item.startsWith('.') ? '.' : ''}${url.hostname}`;
}

/**
 * Returns a source of the policy `frame-ancestors`: `'self'`, `'none'`, an origin, or one with `*.` before its name.
 */
function frameAncestor(item: string): string | null {
  if (item === "'self'" || item === "'none'") return item;
  const [, scheme, wild = '', host] = /^(https?:\/\/)(\*\.)?([^\s/\\?#@*;,'"]+)\/?$/i.exec(item) ?? [];
  const url = scheme && host ? URL.parse(scheme + host) : null;
  return url && `${url.protocol}//${wild}${url.host}`;
}

function isDatabaseUrl(given: string): boolean {
  const url = /^postgres(ql)?:\/\//.test(given) ? URL.parse(given) : null;
  return url !== null && url.hostname !== '' && url.pathname.length > 1;
}

/** What the machine or its container has for the server. */
const machine = limits();
const totalMib = Math.floor(usableMemory(machine) / 2 ** 20);

const environment = z.object({
  /** Address to listen on. */
  HOST: z.string().min(1, 'must be an address to listen on').default('127.0.0.1'),
  /** Port to listen on; 0 takes a free one. */
  PORT: whole(0, 65_535, 8080),
  /**
   * The public address, including its prefix, without a trailing slash. If null, the address of each request is used.
   */
  PUBLIC_URL: publicUrl,
  /** Number of proxies in front of the server that are trusted to set X-Forwarded-For, -Host and -Proto. */
  TRUST_PROXY: whole(0, 10, 0),
  /** Names of this server for one that listens on loopback only; `.example.org` stands for all below it, too. */
  ALLOWED_HOSTS: list(hostName, 'must be host names, such as playground.lan, separated by commas').default(
    [],
  ),
  /** Sites that may show the pages in a frame, as in the policy `frame-ancestors`. */
  FRAME_ANCESTORS: list(
    frameAncestor,
    "must be 'self', or origins such as https://lms.example, separated by commas",
  )
    .refine(
      (items) => items.length === 1 || !items.includes("'none'"),
      "must be 'none' alone, or a list without 'none'",
    )
    .default(["'self'"]),
  /** Folder of the database and of the compiled programs. */
  DATA_DIR: z.string().min(1, 'must be a folder').default('data'),
  /** The PostgreSQL database that several servers share; if null, a database in `DATA_DIR`. */
  DATABASE_URL: z
    .string()
    .refine(
      isDatabaseUrl,
      'must be an address such as postgres://user:password@host:5432/database; in the password, write / as %2F, # as %23 and ? as %3F',
    )
    .nullable()
    .default(null),
  /** What this server does, of those that share a PostgreSQL database: answers requests, executes runs, or both. */
  ROLE: z.enum(['web', 'runner', 'both'], 'must be web, runner or both').default('both'),
  /** For how long a server must stand still until the others declare it dead and end its runs, in ms. */
  LEASE_MS: whole(200, 600_000, 10_000),
  /** Longest pass, in seconds. */
  PASS_SECONDS: whole(1, 3600, 60),
  /** Longest run, in seconds. */
  RUN_SECONDS: whole(1, 36_000, 300),
  /** Most jobs of a run. */
  MAX_JOBS: whole(1, 1000, 100),
  /** Most child processes of a pass at once; further jobs wait for one to end. */
  MAX_PROCESSES: whole(1, 1000, 32),
  /** Memory that the code of one process may use in addition to its runtime, in MiB. */
  PROCESS_MIB: whole(16, 65_536, 128),
  /** Memory that admission may assign to all programs together, in MiB. */
  MEMORY_MIB: whole(64, 2 ** 30, Math.max(256, Math.floor(totalMib / 2))),
  /** Cores that admission may assign to all programs together. */
  CORES: whole(1, 4096, usableCores(machine)),
  /** The Python that jobs can run on, as a path; if null, one is looked for. */
  PYTHON: z.string().startsWith('/', 'must be a path from the root').nullable().default(null),
  /** What must protect the server from programs that somebody wrote; if null, the best that the machine has does. */
  SANDBOX: z
    .enum(['jail', 'permissions', 'lessons'], 'must be jail, permissions or lessons')
    .nullable()
    .default(null),
  /** Folder of the programs that somebody wrote, which they may see; if null, one in the system's temporary folder. */
  SANDBOX_DIR: z.string().min(1, 'must be a folder').nullable().default(null),
  /** Longest program that somebody may write, in bytes. */
  CODE_BYTES: whole(1, 2 ** 20, 64 * 1024),
  /** Asked of whoever opens a room, so that strangers do not; if null, anybody may. */
  ROOM_KEY: z.string().min(1, 'must not be empty').nullable().default(null),
  /** Most bytes of log a job may write. */
  LOG_BYTES: whole(0, 2 ** 30, 64 * 1024),
  /**
   * Most messages, waiting requests and held locks that the server keeps for a pass in processes: as many as a run has
   * events, for each is one.
   */
  QUEUE_ENTRIES: whole(100, 10_000_000, 10_000),
  /** Most MiB of messages that it keeps. */
  QUEUE_MIB: whole(1, 4096, 4),
  /** Most MiB that a process may write, as reports and past its console. */
  OUTPUT_MIB: whole(1, 65_536, 64),
  /** Most events of a run. */
  MAX_EVENTS: whole(100, 10_000_000, 10_000),
  /** Most MiB that the events of a run may take, as JSON. */
  EVENTS_MIB: whole(1, 4096, 8),
  /** Most runs that may wait; the server refuses further ones as busy. */
  MAX_WAITING: whole(0, 100_000, 100),
  /** Most runs of one person that may wait, and most families of theirs; one until a first run has ended. */
  MAX_WAITING_PERSON: whole(1, 100_000, 10),
  /** Most runs from one address that may wait: enough for a class behind it. Also of people without a cookie there. */
  MAX_WAITING_ADDRESS: whole(1, 100_000, 60),
  /** Most runs of one person at once, waiting or under way. */
  MAX_RUNS_PERSON: whole(1, 100_000, 15),
  /** Most runs that one person may start in a minute; a program that is refused counts a little, too. */
  RUNS_PER_MINUTE: whole(1, 100_000, 240),
  /** Most computing time that one person's runs may use in an hour, in CPU seconds. */
  CPU_SECONDS_PER_HOUR: whole(1, 10_000_000, 1800),
  /** How many people's share the clients at one network address may use together: enough for a class behind it. */
  PEOPLE_PER_ADDRESS: whole(1, 100_000, 40),
  /** Most programs that are executed by hand at once; one of each person. */
  MAX_PLAYS: whole(0, 10_000, 16),
  /** Most of them from one room. */
  MAX_PLAYS_ROOM: whole(0, 10_000, 12),
  /** How long the process of such a program waits for the next step, in seconds; then it is begun again when needed. */
  PLAY_IDLE_SECONDS: whole(1, 3600, 60),
  /** How long the events of a run may wait until they can be saved, in seconds; then it is stopped. */
  UNSAVED_SECONDS: whole(1, 3600, 60),
  /** What the server's log looks like; as JSON, it has a line for each request, too. */
  LOG: z.enum(['text', 'json'], 'must be text or json').default('text'),
  /** What a reader of `/metrics` must send; if null, there are none. */
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]{16,}=*$/, 'must be at least 16 letters, digits or any of -._~+/, which may end in =')
    .nullable()
    .default(null),
  /** How long a run is kept, in days. */
  RETENTION_DAYS: whole(1, 36_500, 365),
  /** Program processes kept ready for each runtime, so that a run starts at once. */
  READY: whole(0, 8, 1),
});

/** The settings of a server, with names and units as in the environment. */
export type Settings = z.infer<typeof environment>;

/**
 * Reads the settings from the environment. An empty value counts as not given.
 * Throws `SettingsError`, which lists every invalid variable with its value and what is allowed.
 */
export function readSettings(env: Record<string, string | undefined> = process.env): Settings {
  const given = Object.fromEntries(
    Object.keys(environment.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );
  const file = env.DATABASE_URL_FILE;
  if (file && given.DATABASE_URL)
    throw new SettingsError('DATABASE_URL and DATABASE_URL_FILE: both are set. Set only one of them.');
  if (file) given.DATABASE_URL = contentOf('DATABASE_URL_FILE', file);
  const parsed = environment.safeParse(given);
  if (parsed.success && parsed.data.ROLE !== 'both' && parsed.data.DATABASE_URL === null)
    throw new SettingsError(
      `ROLE=${parsed.data.ROLE}: needs DATABASE_URL, the database that it shares with other servers`,
    );
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    // It has a password.
    if (name === 'DATABASE_URL') return `${file ? `DATABASE_URL_FILE=${file}` : name}: ${issue.message}`;
    return `${name}=${given[name]}: ${issue.message}`;
  });
  throw new SettingsError([...new Set(lines)].join('\n'));
}

/**
 * Returns a warning of variables that look like settings and are none; null if there are none. On Deno the server has
 * only its settings in the environment, and the names of the other variables in one: see start-deno.sh.
 */
export function settingsWarning(env: Record<string, string | undefined> = process.env): string | null {
  const names = [...Object.keys(env), ...(env.OTHER_VARIABLES ?? '').split(' ')];
  const settings = [...Object.keys(environment.shape), 'DATABASE_URL_FILE'];
  const isSet = (setting: string) => Boolean(env[setting] || env[`${setting}_FILE`]);
  return unknownSettings([...new Set(names)], settings, isSet);
}

/** Returns the text in a file that a variable names: so a secret is not in the environment. */
function contentOf(name: string, file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SettingsError(`${name}=${file}: cannot be read: ${reason}`, { cause: error });
  }
}

/** A setting in the environment that cannot be used. */
export class SettingsError extends Error {}

/** A setting that cannot be used now, and perhaps can in a moment: what it names is away. */
export class AwayError extends SettingsError {}
