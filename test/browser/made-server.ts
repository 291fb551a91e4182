/**
 * A server with a generated run in its store, in a separate process: `/runs/made`, with 40 lanes and some 8,000 events.
 */
import { readSettings } from '../../server/settings.ts';
import { storeRun } from '../bench/store-run.ts';

await storeRun(readSettings().DATA_DIR, 'made', { lanes: 40, events: 8000, perSecond: 400, isApart: true });
await import('./server.ts');
