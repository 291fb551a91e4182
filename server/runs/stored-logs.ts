/** Logs of runs that have ended, read from the store, and in memory for as long as somebody reads them. */
import { interruption, type Store, type StoredRun } from '../store/store.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Log } from './log.ts';
import type { Logs } from './logs.ts';
import { PublishedLog } from './published-log.ts';

/** Most logs that are remembered while somebody reads them. */
const MAX_SHARED = 100;

/** For a server that carries out all runs itself: one that is in the store and not under way here has ended. */
export class StoredLogs implements Logs {
  #store: Pick<Store, 'lines'>;
  /** By id of the run. */
  #shared = new BoundedMap<string, WeakRef<Log>>(MAX_SHARED);
  /** Logs that are being read from the store: a class that opens a link at once has it read once. */
  #loading = new Map<string, Promise<Log>>();

  constructor(store: Pick<Store, 'lines'>) {
    this.#store = store;
  }

  async of(run: StoredRun): Promise<Log> {
    const { id } = run;
    const shared = this.#shared.get(id)?.deref();
    if (shared) return shared;
    const loading = this.#loading.get(id) ?? this.#load(run).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return loading;
  }

  async #load({ id, status, createdAt }: StoredRun): Promise<Log> {
    const lines = await this.#store.lines(id);
    // It was given up when its end could not be saved.
    if (status === null) lines.push(JSON.stringify(interruption(lines.length + 1, createdAt)));
    const log = new PublishedLog(lines, true);
    this.share(id, log);
    return log;
  }

  share(id: string, log: Log): void {
    this.#shared.set(id, new WeakRef(log));
  }
}
