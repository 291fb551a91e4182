/** Finds out at start-up, by trying, what protects the server from programs that somebody wrote. */
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isPython, RUNTIME_NAMES, RUNTIMES, type Runtime } from '../spec/runtimes.ts';
import { writeFilters } from './filter-files.ts';
import { javaScriptSide, Place, pythonSide } from './place.ts';
import { answerOf } from './probe-answer.ts';
import { filesOfPythons } from './python-files.ts';
import { NO_PYTHONS, type Pythons } from './pythons.ts';
import { PYTHON_ENTRY, SERVER_RUNTIME } from './runtimes.ts';
import { findTools, type Tools } from './tools.ts';
import { JAIL_PLACE, type Jail, processesFor, type Walls, walledCommand, walledIn } from './walls.ts';

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

/** For which runtimes walls hold, and why not for the others. */
type Held = { runtimes: Runtime[]; why: string };

const PYTHON_PROGRAM = fileURLToPath(new URL('./probe-program.py', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./probe-program.mjs', import.meta.url));

/**
 * Finds the highest level that holds here, or whether the level `wanted` does. `folder` is the server's own for
 * sandboxed programs; `maxJobs`: most jobs of a run; `pythons`: those that are to be tried, too; `find` finds the tools,
 * except in tests.
 */
export async function probe(
  folder: string,
  maxJobs: number,
  wanted: Level | null = null,
  {
    pythons = NO_PYTHONS,
    find = findTools,
  }: { pythons?: Pythons | Promise<Pythons>; find?: typeof findTools } = {},
): Promise<Probed> {
  if (wanted === 'lessons') return LESSONS_ONLY;
  const emptyFolder = folderIn(folder, 'empty');
  const places = folderIn(folder, 'places');
  const [tools, pythonFiles] = await Promise.all([
    find(path.join(folder, 'runtime')),
    Promise.resolve(pythons).then(filesOfPythons),
  ]);
  const filters = writeFilters(folder);
  const pythonFolder = folderIn(folder, 'probe');
  copyFor(PYTHON_PROGRAM, path.join(pythonFolder, path.basename(PYTHON_ENTRY)));
  const secret = path.join(folder, 'secret');
  fs.writeFileSync(secret, 'A program that reads this is not in a sandbox.\n');
  fs.chmodSync(secret, 0o644);
  const listener = await listen();
  const versions: Versions = { node: null, deno: null, bubblewrap: tools.version };
  const missing: string[] = [];
  const { executables } = tools;
  const installed = RUNTIMES.filter((runtime) =>
    isPython(runtime) ? pythonFiles[runtime] !== undefined : executables[runtime] !== undefined,
  );

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
    if (isPython(runtime) && !walls.jail?.filters)
      return `${RUNTIME_NAMES[runtime]} needs a filter of system calls`;
    const side = isPython(runtime) ? pythonSide(pythonFolder) : javaScriptSide(PROGRAM);
    const place = new Place(places, side, walls.jail ? JAIL_PLACE : undefined);
    // Without its permissions, only a filter keeps a runtime from starting others in its jail.
    const spawns = !isBare || Boolean(walls.jail?.filters);
    const about = JSON.stringify({ file: secret, port: listener.port, spawns });
    place.write(isPython(runtime) ? about : `export const { file, port, spawns } = ${about};\n`);
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
    else return firstOf(jails(tools, emptyFolder, pythonFiles, filters), installed, 'jail');
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
  fs.rmSync(pythonFolder, { recursive: true, force: true });
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
function jails(
  tools: Tools,
  emptyFolder: string,
  pythons: Jail['pythons'],
  filters: Jail['filters'],
): Walls[] {
  const { bwrap, executables, libraries, prlimit } = tools;
  if (bwrap === null) return [];
  const kinds = [
    { disablesUserns: tools.disablesUserns, hasProc: true },
    { disablesUserns: false, hasProc: true },
    { disablesUserns: false, hasProc: false },
  ].flatMap((kind) =>
    (filters === null ? [null] : [filters, null]).map((one) => ({ ...kind, filters: one })),
  );
  return usersToTry(tools).flatMap((setpriv) =>
    kinds.map((kind) => ({
      ...{ executables, emptyFolder, setpriv, prlimit },
      jail: { bwrap, libraries, pythons, ...kind },
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
  if (jail && jail.filters === null)
    said.push('What programs can ask of the kernel is not filtered: this machine does not allow it.');
  if (jail && !jail.hasProc) said.push('There is no /proc in the jail: it cannot be mounted here.');
  const linked = Object.values(executables).every((file) => file.includes(`${path.sep}runtime${path.sep}`));
  if (!jail && !linked) said.push('Programs see where the runtime is installed.');
  return said;
}

/** Copies a file, which other users can read. */
function copyFor(file: string, copy: string): void {
  fs.copyFileSync(file, copy);
  fs.chmodSync(copy, 0o644);
}

/** Makes a folder, which other users can enter, whatever the server's umask is. */
function folderIn(parent: string, name: string): string {
  const folder = path.join(parent, name);
  fs.mkdirSync(folder, { recursive: true });
  fs.chmodSync(folder, 0o711);
  return folder;
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
