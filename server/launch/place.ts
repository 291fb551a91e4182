/** The folder that the processes of a program that somebody wrote boot from, one for each pass. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nanoid } from 'nanoid';
import { ENTRY_FILE } from '../program/files.ts';

/** A folder for the processes of one pass: the compiled child side and, once it is known, the program. */
export class Place {
  readonly folder: string;
  /** The folder as its processes see it. */
  readonly seenFolder: string;
  /** Address of the program, as its processes see it. */
  readonly address: string;
  /** Path of the compiled child side, as its processes see it. */
  readonly entry: string;

  /**
   * Creates the folder, with a copy of the child side: `entry` and the files `beside` it. `seenFolder`: its path for its
   * processes, if it differs.
   */
  constructor(parent: string, entry: string, seenFolder?: string, beside: readonly string[] = []) {
    this.folder = path.join(parent, nanoid());
    this.seenFolder = seenFolder ?? this.folder;
    this.entry = path.join(this.seenFolder, ENTRY_FILE);
    this.address = pathToFileURL(path.join(this.seenFolder, 'program.mjs')).href;
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      // Another user may run the processes, whatever the server's umask is.
      fs.chmodSync(this.folder, 0o755);
      this.#copy(entry, ENTRY_FILE);
      for (const file of beside) this.#copy(file, path.basename(file));
    } catch (error) {
      // On a full disk, no part of it may stay.
      this.remove();
      throw error;
    }
  }

  #copy(file: string, name: string): void {
    const copy = path.join(this.folder, name);
    fs.copyFileSync(file, copy);
    fs.chmodSync(copy, 0o644);
  }

  /** Writes the compiled program. */
  write(text: string): void {
    const file = path.join(this.folder, 'program.mjs');
    fs.writeFileSync(file, text);
    fs.chmodSync(file, 0o644);
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
