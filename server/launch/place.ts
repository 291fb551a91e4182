/** The folder that the processes of a program that somebody wrote boot from, one for each pass. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nanoid } from 'nanoid';
import { ENTRY_FILE } from '../program/files.ts';
import { PYTHON_ENTRY } from './runtimes.ts';

/** What a place has for programs in one language. Names are relative to the place, with slashes. */
export type Side = {
  /** The files to copy into the place, by their names there: the child side. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the file that processes begin with, and of the program. */
  readonly entry: string;
  readonly program: string;
};

/** Returns what a place has for JavaScript: the compiled child side `entry`, and the files `beside` it. */
export function javaScriptSide(entry: string, beside: readonly string[] = []): Side {
  const others = beside.map((file) => [path.basename(file), file] as const);
  return { files: new Map([[ENTRY_FILE, entry], ...others]), entry: ENTRY_FILE, program: 'program.mjs' };
}

/** Returns what a place has for Python: the modules in `folder`, of which one is the entry. */
export function pythonSide(folder: string): Side {
  const name = path.dirname(PYTHON_ENTRY);
  const modules = fs.readdirSync(folder).filter((file) => file.endsWith('.py'));
  const files = modules.map((file) => [`${name}/${file}`, path.join(folder, file)] as const);
  return { files: new Map(files), entry: PYTHON_ENTRY, program: 'program.py' };
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
  #program: string;

  /** Creates the folder, with a copy of the child side. `seenFolder`: its path for its processes, if it differs. */
  constructor(parent: string, { files, entry, program }: Side, seenFolder?: string) {
    this.folder = path.join(parent, nanoid());
    this.seenFolder = seenFolder ?? this.folder;
    this.entry = path.join(this.seenFolder, entry);
    this.address = pathToFileURL(path.join(this.seenFolder, program)).href;
    this.#program = path.join(this.folder, program);
    try {
      this.#makeFolder(this.folder);
      for (const [name, file] of files) this.#copy(file, name);
    } catch (error) {
      // On a full disk, no part of it may stay.
      this.remove();
      throw error;
    }
  }

  #makeFolder(folder: string): void {
    fs.mkdirSync(folder, { recursive: true });
    // Another user may run the processes, whatever the server's umask is.
    fs.chmodSync(folder, 0o755);
  }

  #copy(file: string, name: string): void {
    const copy = path.join(this.folder, name);
    if (!fs.existsSync(path.dirname(copy))) this.#makeFolder(path.dirname(copy));
    fs.copyFileSync(file, copy);
    fs.chmodSync(copy, 0o644);
  }

  /** Writes the program, in JavaScript or in Python. */
  write(text: string): void {
    fs.writeFileSync(this.#program, text);
    fs.chmodSync(this.#program, 0o644);
  }

  /** Removes the folder: no process needs it any more. On a disk that has become read-only, it stays until the end. */
  remove(): void {
    try {
      fs.rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // The guard, or the next server, removes all places.
    }
  }
}
