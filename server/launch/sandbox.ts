/**
 * The sandbox of programs that somebody wrote. Each of their processes is booted with a place: a folder of its own, with
 * the compiled child side and, once it is known, the program. It may read that, and nothing else.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nanoid } from 'nanoid';
import { RUNTIME_NAMES, type Runtime } from '../spec/runtimes.ts';
import { type Command, executable } from './runtimes.ts';

/**
 * What protects the server from a program that somebody wrote. `permissions`: Deno without any permission but to read
 * its place. `lessons`: nothing does, so that only the lessons' programs run.
 */
export type Level = 'permissions' | 'lessons';

/** A folder for the processes of one pass. */
export class Place {
  readonly folder: string;
  /** Address of the program, as its processes see it. */
  readonly address: string;
  /** Path of the compiled child side, as its processes see it. */
  readonly entry: string;

  /** Makes the folder, with a copy of the child side. */
  constructor(parent: string, entry: string) {
    this.folder = path.join(parent, nanoid());
    this.entry = path.join(this.folder, 'entry.mjs');
    this.address = pathToFileURL(path.join(this.folder, 'program.mjs')).href;
    fs.mkdirSync(this.folder, { recursive: true, mode: 0o755 });
    fs.copyFileSync(entry, this.entry);
  }

  /** Writes the compiled program. */
  write(text: string): void {
    fs.writeFileSync(path.join(this.folder, 'program.mjs'), text);
  }

  /** Removes the folder: no process needs it any more. */
  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Denied one by one, so that nothing of a later version is allowed by default. */
const DENIED = ['net', 'env', 'sys', 'write', 'run', 'ffi', 'import'].map((name) => `--deny-${name}`);
const DENO_FLAGS = ['--quiet', '--no-prompt', '--no-config', '--no-lock', '--no-remote', '--no-npm'];

export class Sandbox {
  readonly level: Level;
  /** The runtimes that can run somebody's program here. */
  readonly runtimes: readonly Runtime[];
  /** Why others cannot; a sentence. */
  readonly why: string;
  #parent: string;
  #entry: string;

  /** `parent`: the folder of all places. `entry`: path of the compiled child side. */
  constructor(level: Level, parent: string, entry: string) {
    this.level = level;
    this.runtimes = level === 'permissions' ? ['deno'] : [];
    this.why =
      level === 'permissions'
        ? `This server runs changed programs on ${RUNTIME_NAMES.deno} only, where it can take away all permissions.`
        : 'This server runs only the lessons’ own programs.';
    this.#parent = parent;
    this.#entry = entry;
    // Left by a server that was killed.
    fs.rmSync(parent, { recursive: true, force: true });
  }

  /** Makes a place. */
  place(): Place {
    return new Place(this.#parent, this.#entry);
  }

  /** Returns the command that boots a process on a runtime, which sees only `place`. */
  command(runtime: Runtime, { folder, entry }: Place): Command {
    // In a Deno permission a comma ends a path, and two are one in it.
    const read = `--allow-read=${folder.replaceAll(',', ',,')}`;
    return {
      file: executable(runtime),
      args: ['run', ...DENO_FLAGS, ...DENIED, read, entry],
      // Without a cache folder, nothing that programs store outlives them.
      env: { DENO_DIR: '/dev/null/none' },
      cwd: folder,
    };
  }
}
