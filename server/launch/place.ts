/** The folder that the processes of a program that somebody wrote boot from, one for each pass. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nanoid } from 'nanoid';
import { ENTRY_FILE } from '../program/files.ts';
import { PYTHON_ENTRY } from './runtimes.ts';

/** Name of the file in a place that its processes share, if they do: as program/python/script.py has it. */
export const SHARED_FILE = 'shared';

/** What a place has for programs in one language. Names are relative to the place, with slashes. */
export type Side = {
  /** The files to copy into the place, by their names there: the child side. */
  readonly files: ReadonlyMap<string, string>;
  /** A folder to show in the place, where `entry` is. */
  readonly folder?: string;
  /** Names of the file that processes begin with, and of the program. */
  readonly entry: string;
  readonly program: string;
};

/** Returns what a place has for JavaScript: the compiled child side `entry`, and the files `beside` it. */
export function javaScriptSide(entry: string, beside: readonly string[] = []): Side {
  const others = beside.map((file) => [path.basename(file), file] as const);
  return { files: new Map([[ENTRY_FILE, entry], ...others]), entry: ENTRY_FILE, program: 'program.mjs' };
}

/** What a place has for Python: the modules of the child side are one copy for all, in `folder`, which a jail shows there. */
export function pythonSide(folder: string): Side {
  return { files: new Map(), folder, entry: PYTHON_ENTRY, program: 'program.py' };
}

/** A folder for the processes of one pass: the child side and, once it is known, the program. */
export class Place {
  readonly folder: string;
  /** The folder as its processes see it. */
  readonly seenFolder: string;
  /** Address of the program, as its processes see it. */
  readonly address: string;
  /** Path of the file that processes begin with, as they see it. */
  readonly entry: string;
  /** The folder that is to be shown in the place, and its name there; null if there is none. */
  readonly shown: { from: string; name: string } | null = null;
  #program: string;

  /** Creates the folder, with a copy of the child side. `seenFolder`: its path for its processes, if it differs. */
  constructor(parent: string, { files, folder, entry, program }: Side, seenFolder?: string) {
    this.folder = path.join(parent, nanoid());
    this.seenFolder = seenFolder ?? this.folder;
    this.entry = path.join(this.seenFolder, entry);
    this.address = pathToFileURL(path.join(this.seenFolder, program)).href;
    this.#program = path.join(this.folder, program);
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      // Another user may run the processes, whatever the server's umask is.
      fs.chmodSync(this.folder, 0o755);
      for (const [name, file] of files) this.#copy(file, name);
      if (folder === undefined) return;
      this.shown = { from: folder, name: path.dirname(entry) };
      fs.mkdirSync(path.join(this.folder, this.shown.name));
    } catch (error) {
      // On a full disk, no part of it may stay.
      void this.remove();
      throw error;
    }
  }

  #copy(file: string, name: string): void {
    const copy = path.join(this.folder, name);
    fs.copyFileSync(file, copy);
    fs.chmodSync(copy, 0o644);
  }

  /** Writes the program, in JavaScript or in Python. */
  write(text: string): void {
    fs.writeFileSync(this.#program, text);
    fs.chmodSync(this.#program, 0o644);
  }

  /** Makes a file of `bytes` that its processes may write and share: see walls.ts. Returns its path. */
  share(bytes: number): string {
    const file = path.join(this.folder, SHARED_FILE);
    fs.writeFileSync(file, '');
    fs.truncateSync(file, bytes);
    // Another user may run the processes.
    fs.chmodSync(file, 0o666);
    return file;
  }

  /**
   * Removes the folder: no process needs it any more. On a disk that has become read-only, it stays until the end. Never
   * rejects. The server does not wait for the disk, which may first have to give back what was written.
   */
  async remove(): Promise<void> {
    try {
      await fs.promises.rm(this.folder, { recursive: true, force: true });
    } catch {
      // The guard, or the next server, removes all places.
    }
  }
}
