/** Copies of the database, made with SQLite's backup api while the server goes on using it. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { backup } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { DATABASE } from './open-database.ts';
import type { SqliteStore } from './sqlite.ts';

/** The names of copies that are being made. */
const COPY = /^backup-[\w-]+\.part/;

/** Makes copies of one store. */
export class Backups {
  #store: SqliteStore;
  #folder: string;
  #closing = new AbortController();
  #making = new Set<Promise<void>>();

  /** Copies are made in `folder`, that of the store. Removes those that a killed server has left there. */
  constructor(store: SqliteStore, folder: string) {
    this.#store = store;
    this.#folder = folder;
    for (const name of fs.readdirSync(folder).filter((name) => COPY.test(name)))
      fs.rmSync(path.join(folder, name), { force: true });
  }

  /**
   * Copies the database as it is at one moment. Resolves with the path of the copy, which the caller must remove.
   * Rejects, and leaves none, if that fails, or if `signal` is aborted.
   */
  async make(signal: AbortSignal): Promise<string> {
    const file = path.join(this.#folder, `backup-${randomUUID()}.part`);
    const ending = AbortSignal.any([signal, this.#closing.signal]);
    const making = this.#copy(file, ending);
    const settled = making.catch(() => {}).finally(() => this.#making.delete(settled));
    this.#making.add(settled);
    try {
      await making;
      ending.throwIfAborted();
      return file;
    } catch (error) {
      for (const suffix of ['', '-journal']) fs.rmSync(file + suffix, { force: true });
      throw error;
    }
  }

  /** Stops what is being made. Resolves when the store can be closed. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The server is shutting down.'));
    await Promise.all(this.#making);
  }

  async #copy(file: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Only the connection that has the database alone can read it. On Deno, that blocks the server meanwhile.
    if (this.#store.isAlone) await backup(this.#store.database, file);
    else await copyInThread(path.join(this.#folder, DATABASE), file, signal);
  }
}

/** Copies a database in a thread: with a connection of its own, it sees one state, and keeps nobody waiting. */
async function copyInThread(from: string, to: string, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL('./backup-thread.ts', import.meta.url), { workerData: { from, to } });
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    const copied = new Promise<void>((resolve, reject) => {
      worker.once('message', (error: { message: string; errcode?: number } | null) =>
        error ? reject(Object.assign(new Error(error.message), error)) : resolve(),
      );
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The backup thread ended with ${code}.`)));
    });
    await Promise.race([copied, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
