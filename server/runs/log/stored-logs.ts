/** Logs of ended runs, read from the store, and kept in memory while they are being read. */
import { storedType } from '../../protocol/stored.ts';
import { damage, interruption, type Store, type StoredRun } from '../../store/store.ts';
import { BoundedMap } from '../bounded-map.ts';
import type { Log } from './log.ts';
import type { Logs } from './logs.ts';
import { PublishedLog } from './published-log.ts';

/** Most logs that can be shared between readers. */
const MAX_SHARED = 100;

/** For a server that executes all runs itself: a stored run that is not under way here has ended. */
export class StoredLogs implements Logs {
  #store: Pick<Store, 'lines'>;
  /** Logs by id of the run, as long as something else refers to them. */
  #shared = new BoundedMap<string, WeakRef<Log>>(MAX_SHARED);
  /** Logs that are being read from the store: if a class opens a link at the same time, it is read once. */
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
    const types = lines.map((line, at) => storedType(line, at + 1));
    const end = types.findIndex((type) => type === 'run-ended' || type === null);
    // What follows is damaged; after an end, earlier servers wrote a run's position in the queue.
    if (end >= 0) lines.splice(types[end] === null ? end : end + 1);
    if (types[end] === null) lines.push(JSON.stringify(damage(lines.length + 1)));
    // The server stopped before it could save the end of the run.
    else if (end < 0 && status === null)
      lines.push(JSON.stringify(interruption(lines.length + 1, createdAt)));
    const log = new PublishedLog(lines, true);
    this.share(id, log);
    return log;
  }

  share(id: string, log: Log): void {
    this.#shared.set(id, new WeakRef(log));
  }

  /** Has nothing to stop. */
  close(): void {}

  forget(id: string): void {
    this.#shared.delete(id);
    this.#loading.delete(id);
  }
}
