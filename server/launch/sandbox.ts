/**
 * The sandbox of programs that somebody wrote: what protects the server from them, as found when it started (probe.ts),
 * and where each of their processes has its place.
 */
import fs from 'node:fs';
import path from 'node:path';
import { RUNTIME_NAMES, RUNTIMES, type Runtime } from '../spec/runtimes.ts';
import { Place } from './place.ts';
import type { Level, Probed } from './probe.ts';
import type { Command } from './runtimes.ts';
import { JAIL_PLACE, processesFor, walledCommand } from './walls.ts';

export class Sandbox {
  readonly level: Level;
  /** The runtimes that can run programs that somebody wrote here. */
  readonly runtimes: readonly Runtime[];
  /** What changed programs run in, and why on no other runtime; a sentence. */
  readonly why: string;
  /** Versions of its parts; null for one that is missing. */
  readonly versions: Probed['versions'];
  /** What is not available, and why, as sentences for the operator. */
  readonly missing: readonly string[];
  #walls: Probed['walls'];
  #processes: number;
  #parent: string;
  #entry: string;

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
    this.#parent = path.join(folder, 'places');
    // Others may enter it, but not list it.
    fs.mkdirSync(this.#parent, { recursive: true });
    fs.chmodSync(this.#parent, 0o711);
  }

  /** Creates a place, which the caller must remove. */
  place(): Place {
    return new Place(this.#parent, this.#entry, this.#walls?.jail ? JAIL_PLACE : undefined);
  }

  /** Returns the command that boots a process on a runtime, which sees only `place`. */
  command(runtime: Runtime, place: Place): Command {
    if (this.#walls === null) throw new Error('There is no sandbox.');
    return walledCommand(runtime, place, this.#walls, this.#processes);
  }
}

/** Says what changed programs run in and, if it is so, why only on `runtimes`. */
function whyOf(level: Level, runtimes: readonly Runtime[]): string {
  if (level === 'lessons') return 'This server runs only the lessons’ own programs.';
  const names = runtimes.map((runtime) => RUNTIME_NAMES[runtime]).join(' and ');
  if (level === 'jail') {
    const only = runtimes.length < RUNTIMES.length ? `, only on ${names}` : '';
    return `Changed programs run in a jail${only}: without files, network or other processes.`;
  }
  return `This server runs changed programs on ${names} only, where it can take away all permissions.`;
}
