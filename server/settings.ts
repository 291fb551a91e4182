/** All settings and limits, read from the environment once, when the server starts. */
import os from 'node:os';
import process from 'node:process';
import { z } from 'zod';

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

/** Memory of the machine, or of its container if that has less. `constrainedMemory` is 0 if no limit is known. */
const totalMib = Math.floor(Math.min(os.totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20);

const environment = z.object({
  /** Address to listen on. */
  HOST: z.string().min(1, 'must be an address to listen on').default('127.0.0.1'),
  /** Port to listen on; 0 takes a free one. */
  PORT: whole(0, 65_535, 8080),
  /** Number of proxies in front of the server that are trusted to set X-Forwarded-For. */
  TRUST_PROXY: whole(0, 10, 0),
  /** Folder of the database and of the compiled programs. */
  DATA_DIR: z.string().min(1, 'must be a folder').default('data'),
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
  CORES: whole(1, 4096, os.availableParallelism()),
  /** Most bytes of log a job may write. */
  LOG_BYTES: whole(0, 2 ** 30, 64 * 1024),
  /** Most events of a run. */
  MAX_EVENTS: whole(100, 10_000_000, 10_000),
  /** Most runs that may wait; the server refuses further ones as busy. */
  MAX_WAITING: whole(0, 100_000, 100),
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
  const parsed = environment.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    return `${name}=${given[name]}: ${issue.message}`;
  });
  throw new SettingsError([...new Set(lines)].join('\n'));
}

/** A setting in the environment that cannot be used. */
export class SettingsError extends Error {}
