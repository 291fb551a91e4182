/** Stores a generated run as if it had been executed. */
import { SqliteStore } from '../../server/store/sqlite.ts';
import type { StoredRun } from '../../server/store/store.ts';
import { madeRun, madeSpec, type Size } from './made-run.ts';

/** Number of events in one chunk of a log. */
const CHUNK = 1000;

/** Returns the stored entry of a generated run, without its log. */
export function madeEntry(id: string, size: Size): StoredRun {
  const spec = madeSpec(size);
  return {
    id,
    spec,
    person: 'nobody',
    createdAt: Date.now(),
    status: 'completed',
  };
}

/** Generates a run and stores it in `folder`, which no server may be using. */
export async function storeRun(folder: string, id: string, size: Size): Promise<void> {
  const store = new SqliteStore(folder);
  await store.create(madeEntry(id, size));
  const lines = madeRun(size).map((event) => JSON.stringify(event));
  for (let at = 0; at < lines.length; at += CHUNK) store.append(id, at + 1, lines.slice(at, at + CHUNK));
  await store.close();
}
