/** Finds out at start-up, by trying, what protects the server from programs that somebody wrote. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { RUNTIMES, type Runtime } from '../spec/runtimes.ts';
import { readLines } from './lines.ts';
import { javaScriptSide, Place } from './place.ts';
import { type Command, SERVER_RUNTIME } from './runtimes.ts';
import { findTools, type Tools } from './tools.ts';
import { JAIL_PLACE, processesFor, type Walls, walledCommand, walledIn } from './walls.ts';

/**
 * What protects the server from a program that somebody wrote. `jail`: bubblewrap, and in it a runtime without
 * permissions. `permissions`: Deno without permissions. `lessons`: nothing, so that only the lessons' programs run.
 */
export const LEVELS = ['jail', 'permissions', 'lessons'] as const;
export type Level = (typeof LEVELS)[number];

/** What a machine can do. Plain data. */
export type Probed = {
  level: Level;
  /** The runtimes that can run programs that somebody wrote at this level. */
  runtimes: readonly Runtime[];
  /** Null at the level `lessons`. */
  walls: Walls | null;
  /** Null if it is missing, or was not tried. */
  versions: Versions;
  /** What is not available, and why, as sentences. */
  missing: readonly string[];
};

type Versions = { node: string | null; deno: string | null; bubblewrap: string | null };

/** The output of the probe's program. */
type Answer = { given: string[]; versions: Record<string, string | undefined> };

/** For which runtimes walls hold, and why not for the others. */
type Held = { runtimes: Runtime[]; why: string };

/** Longest that a process of the probe may take, in ms. */
const LIMIT_MS = 10_000;
const PROGRAM = fileURLToPath(new URL('./probe-program.mjs', import.meta.url));

/**
 * Finds the highest level that holds here, or whether the level `wanted` does. `folder` is the server's own for
 * sandboxed programs; `maxJobs`: most jobs of a run; `find` finds the tools, except in tests.
 */
export async function probe(
  folder: string,
  maxJobs: number,
  wanted: Level | null = null,
  find = findTools,
): Promise<Probed> {
  if (wanted === 'lessons') return LESSONS_ONLY;
  const emptyFolder = folderIn(folder, 'empty');
  const places = folderIn(folder, 'places');
  const tools = await find(path.join(folder, 'runtime'));
  const secret = path.join(folder, 'secret');
  fs.writeFileSync(secret, 'A program that reads this is not in a sandbox.\n');
  fs.chmodSync(secret, 0o644);
  const listener = await listen();
  const versions: Versions = { node: null, deno: null, bubblewrap: tools.version };
  const missing: string[] = [];
  const { executables } = tools;
  const installed = RUNTIMES.filter((runtime) => executables[runtime] !== undefined);

  /** Tries walls with each of `runtimes`. A jail must hold without the runtimes' own permissions, too. */
  async function hold(walls: Walls, runtimes: readonly Runtime[]): Promise<Held> {
    const [first] = runtimes;
    const [bare, ...others] = await Promise.all([
      walls.jail && first ? check(first, walls, true) : null,
      ...runtimes.map((runtime) => check(runtime, walls, false)),
    ]);
    const why = bare ?? others.find((other) => other !== null) ?? '';
    return { runtimes: bare ? [] : runtimes.filter((_, at) => others[at] === null), why };
  }

  /** Starts the probe's program behind walls. Resolves with why they do not hold, or null if they do. */
  async function check(runtime: Runtime, walls: Walls, isBare: boolean): Promise<string | null> {
    const place = new Place(places, javaScriptSide(PROGRAM), walls.jail ? JAIL_PLACE : undefined);
    place.write(
      `export const file = ${JSON.stringify(secret)}, port = ${listener.port}, spawns = ${!isBare};\n`,
    );
    const processes = processesFor(maxJobs);
    const bare = runtime === 'deno' ? ['run', '--allow-all', place.entry] : [place.entry];
    const command = isBare
      ? walledIn(runtime, bare, place, walls, processes)
      : walledCommand(runtime, place, walls, processes);
    const answer = await answerOf(command).finally(() => place.remove());
    if (typeof answer === 'string') return answer;
    if (runtime === 'node' || runtime === 'deno') versions[runtime] ??= answer.versions[runtime] ?? null;
    return answer.given.length > 0 ? `a program could ${answer.given.join(', ')}` : null;
  }

  /** Returns the first of the walls that hold. If none do, reports why the last, which need the least, did not. */
  async function firstOf(all: readonly Walls[], runtimes: readonly Runtime[], level: Level) {
    let why = '';
    for (const walls of all) {
      const held = await hold(walls, runtimes);
      if (held.runtimes.length > 0) {
        if (held.why !== '') missing.push(`Not every runtime can be used: ${held.why}.`);
        missing.push(...lacking(walls, tools));
        return { level, runtimes: held.runtimes, walls };
      }
      why = held.why;
    }
    missing.push(`${level === 'jail' ? 'No jail' : 'No sandbox'}: ${why}.`);
    return null;
  }

  const jail = () => {
    if (process.platform !== 'linux') missing.push('No jail: it needs Linux.');
    else if (tools.bwrap === null) missing.push('No jail: bubblewrap (bwrap) is not installed.');
    else return firstOf(jails(tools, emptyFolder), installed, 'jail');
    return null;
  };
  const permissions = () => {
    if (executables.deno === undefined) missing.push('Deno is not installed.');
    else return firstOf(walledByDeno(tools, emptyFolder), ['deno'], 'permissions');
    return null;
  };
  const found =
    (wanted === null || wanted === 'jail' ? await jail() : null) ??
    (wanted === null || wanted === 'permissions' ? await permissions() : null);
  listener.close();
  fs.rmSync(secret, { force: true });
  return { ...LESSONS_ONLY, ...found, versions, missing };
}

/** The result on a machine without a sandbox. */
export const LESSONS_ONLY: Probed = {
  level: 'lessons',
  runtimes: [],
  walls: null,
  versions: { node: null, deno: null, bubblewrap: null },
  missing: [],
};

/** The jails to try, the best one first. */
function jails(tools: Tools, emptyFolder: string): Walls[] {
  const { bwrap, executables, libraries, prlimit } = tools;
  if (bwrap === null) return [];
  const kinds = [
    { disablesUserns: tools.disablesUserns, hasProc: true },
    { disablesUserns: false, hasProc: true },
    { disablesUserns: false, hasProc: false },
  ];
  return usersToTry(tools).flatMap((setpriv) =>
    kinds.map((kind) => ({
      executables,
      emptyFolder,
      setpriv,
      prlimit,
      jail: { bwrap, libraries, ...kind },
    })),
  );
}

/** Deno's permissions alone. */
function walledByDeno(tools: Tools, emptyFolder: string): Walls[] {
  const { executables, prlimit } = tools;
  return usersToTry(tools).map((setpriv) => ({ executables, emptyFolder, setpriv, prlimit, jail: null }));
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The values of `Walls.setpriv` to try: root runs programs as `nobody` if that works. */
function usersToTry({ setpriv }: Tools): (string | null)[] {
  return isRoot() && setpriv !== null ? [setpriv, null] : [null];
}

/** What walls that hold lack, as sentences. */
function lacking({ setpriv, prlimit, jail, executables }: Walls, { disablesUserns }: Tools): string[] {
  const said: string[] = [];
  if (isRoot() && setpriv === null)
    said.push(
      'Programs run as root: setpriv is missing, or the user nobody (65534) cannot read the runtimes.',
    );
  if (jail && prlimit === null)
    said.push('How many threads and processes a program has is not limited: prlimit is missing.');
  if (jail && !jail.disablesUserns)
    said.push(
      `A program can make namespaces within its jail: ${disablesUserns ? 'this machine' : 'this bubblewrap'} does not prevent it.`,
    );
  if (jail && !jail.hasProc) said.push('There is no /proc in the jail: it cannot be mounted here.');
  const linked = Object.values(executables).every((file) => file.includes(`${path.sep}runtime${path.sep}`));
  if (!jail && !linked) said.push('Programs see where the runtime is installed.');
  return said;
}

/** Makes a folder, which other users can enter, whatever the server's umask is. */
function folderIn(parent: string, name: string): string {
  const folder = path.join(parent, name);
  fs.mkdirSync(folder, { recursive: true });
  fs.chmodSync(folder, 0o711);
  return folder;
}

/** Resolves with the answer of the probe's program, or with the reason why there is none. Never rejects. */
function answerOf({ file, args, env, cwd }: Command): Promise<Answer | string> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env }, cwd });
    const said: string[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let answer: Answer | null = null;
    readLines(child.stdout, 65_536, (line) => {
      answer ??= parse(line);
    });
    readLines(child.stderr, 4096, (line) => {
      if (line !== '' && said.length < 3) said.push(line);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(error.message);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve(
        answer ??
          (said.join(' ').replace(/\.$/, '') || `${path.basename(file)} ended with ${signal ?? exitCode}`),
      );
    });
  });
}

/** Reads the program's line; null if it is of something else that was started in place of a runtime. */
function parse(line: string): Answer | null {
  try {
    const { given, versions }: Partial<Answer> = Object(JSON.parse(line));
    return Array.isArray(given) && typeof versions === 'object' ? { given, versions } : null;
  } catch {
    return null;
  }
}

/** Listens on loopback, for programs to try to connect to. On Deno, the server may use only its own port: returns 0. */
async function listen(): Promise<{ port: number; close(): void }> {
  if (SERVER_RUNTIME === 'deno') return { port: 0, close() {} };
  const server = net.createServer((socket) => socket.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    return {
      port: address !== null && typeof address === 'object' ? address.port : 0,
      close: () => server.close(),
    };
  } catch {
    return { port: 0, close() {} };
  }
}
