/**
 * The sandbox of programs that somebody wrote: what protects the server from them, as found when it started (probe.ts),
 * and where each of their processes has its place.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ORDERED_FILE } from '../program/files.ts';
import { isPython, JAVASCRIPT, RUNTIME_NAMES, type Runtime } from '../spec/runtimes.ts';
import { writeFilters } from './filter-files.ts';
import { javaScriptSide, Place, pythonSide } from './place.ts';
import type { Level, Probed } from './probe.ts';
import { PythonSide } from './python-side.ts';
import { type Command, pythonEntry } from './runtimes.ts';
import { makeSandboxFolder } from './sandbox-folder.ts';
import { findTools } from './tools.ts';
import { JAIL_PLACE, processesFor, walledCommand } from './walls.ts';

/** What a sandbox is. */
export interface SandboxFacts {
  readonly level: Level;
  /** The runtimes that can run programs that somebody wrote here. */
  readonly runtimes: readonly Runtime[];
  /** What changed programs run in, and why on no other runtime; a sentence. */
  readonly why: string;
  /** Versions of its parts; null for one that is missing. */
  readonly versions: Probed['versions'];
  /** What is not available, and why, as sentences for the operator. */
  readonly missing: readonly string[];
}

export class Sandbox implements SandboxFacts {
  readonly level: Level;
  readonly runtimes: readonly Runtime[];
  readonly why: string;
  readonly versions: Probed['versions'];
  readonly missing: readonly string[];
  #walls: Probed['walls'];
  #processes: number;
  #folder: string;
  #parent: string;
  #entry: string;
  #python: PythonSide;

  /**
   * `folder`: the server's own for sandboxed programs (sandbox-folder.ts). `entry`: path of the compiled child side.
   * `maxJobs`: most jobs of a run.
   */
  constructor(
    probed: Probed,
    { folder, entry, maxJobs }: { folder: string; entry: string; maxJobs: number },
  ) {
    const { level, runtimes, walls, versions, missing } = probed;
    this.level = level;
    this.runtimes = runtimes;
    this.why = whyOf(level, runtimes);
    this.versions = versions;
    this.missing = missing;
    this.#walls = walls;
    this.#processes = processesFor(maxJobs);
    this.#entry = entry;
    this.#folder = folder;
    this.#python = new PythonSide(path.dirname(pythonEntry(entry)), path.join(folder, 'python'));
    this.#parent = path.join(folder, 'places');
    this.#makeFolders();
    if (runtimes.some(isPython)) this.#python.prepare();
  }

  /** Makes the folders that processes need. Others may enter them, but not list them. */
  #makeFolders(): void {
    const folders = [this.#parent, ...(this.#walls ? [this.#walls.emptyFolder] : [])];
    for (const folder of folders) {
      fs.mkdirSync(folder, { recursive: true });
      fs.chmodSync(folder, 0o711);
    }
  }

  /** What a scheduler of ours executes, beside the entry. */
  get #ordered(): string {
    return path.join(path.dirname(this.#entry), ORDERED_FILE);
  }

  /** Returns the files and folders without which no process boots on a runtime. */
  filesOf(runtime: Runtime): string[] {
    if (this.#walls === null) throw new Error('There is no sandbox.');
    const { executables, emptyFolder, setpriv, jail } = this.#walls;
    const own = isPython(runtime)
      ? [jail?.pythons[runtime]?.executable, ...this.#python.files]
      : [executables[runtime], this.#entry, this.#ordered];
    const all = [
      ...own,
      setpriv,
      jail?.bwrap,
      ...Object.values(jail?.filters ?? {}),
      emptyFolder,
      this.#parent,
    ];
    return all.filter((file) => typeof file === 'string');
  }

  /** Makes what somebody has removed of the folder, as programs do that clean temporary folders. */
  async restore(): Promise<void> {
    makeSandboxFolder(this.#folder);
    if (this.#walls?.jail?.filters) writeFilters(this.#folder);
    this.#makeFolders();
    if (this.runtimes.some(isPython)) this.#python.restore();
    await findTools(path.join(this.#folder, 'runtime'));
  }

  /** Creates a place for processes on a runtime, which the caller must remove. */
  place(runtime: Runtime): Place {
    if (isPython(runtime)) this.#python.prepare();
    const side = isPython(runtime)
      ? pythonSide(this.#python.folder)
      : javaScriptSide(this.#entry, [this.#ordered]);
    return new Place(this.#parent, side, this.#walls?.jail ? JAIL_PLACE : undefined);
  }

  /** Returns the command that boots a process on a runtime, which sees only `place`. `forks`: see `Kind`. */
  command(runtime: Runtime, place: Place, forks = false): Command {
    if (this.#walls === null) throw new Error('There is no sandbox.');
    return walledCommand(runtime, place, this.#walls, this.#processes, forks);
  }
}

/** Says what changed programs run in and, if it is so, why only on `runtimes`. */
export function whyOf(level: Level, runtimes: readonly Runtime[]): string {
  if (level === 'lessons') return 'This server runs only the programs of the lessons and the notebook.';
  const names = runtimes.map((runtime) => RUNTIME_NAMES[runtime]).join(' and ');
  if (level === 'jail') {
    const only = JAVASCRIPT.some((runtime) => !runtimes.includes(runtime)) ? `, only on ${names}` : '';
    return `Changed programs run in a jail${only}: without files, network or other processes.`;
  }
  return `This server runs changed programs on ${names} only, where it can take away all permissions.`;
}
