/**
 * A server with runs of one order in its store, in a separate process: `loses` and `works`, of the same program, and
 * `queue`, in which a lane waits. Their names are filled up to the length of an id with hyphens.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import { readSettings } from '../../server/settings.ts';
import { DEFAULTS, type Spec } from '../../server/spec/spec.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { queueOrder, readAndWrite } from '../timeline/made-orders.ts';

const store = new SqliteStore(readSettings().DATA_DIR);
await save('loses', '1-2-1-2', readAndWrite('1-2-1-2'));
await save('works', '1x2-2x2', readAndWrite('1x2-2x2'));
await save('queue', '2-1x3-2', queueOrder('2-1x3-2'));
await store.close();
await import('./server.ts');

async function save(name: string, schedule: string, log: RunEvent[]): Promise<void> {
  const spec: Spec = {
    ...DEFAULTS,
    lesson: 'lost-update',
    modes: ['threads'],
    jobs: 2,
    seed: 1,
    explore: null,
    schedule,
  };
  const id = name.padEnd(21, '-');
  await store.create({ id, spec, person: 'nobody', createdAt: Date.now(), status: 'completed' });
  store.append(
    id,
    1,
    log.map((event) => JSON.stringify(event)),
  );
}
