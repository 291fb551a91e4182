/** Pages of one browser leave each other connections. */
import { afterEach, expect, it } from 'vitest';
import { shareConnections } from '../../../static/run/shared-connections.ts';

let open: AbortController[] = [];
let crowded: Set<number>;
afterEach(() => {
  for (const one of open) one.abort();
  open = [];
});

/** Opens the stream of another page. */
function begin() {
  const page = open.length;
  const leaving = new AbortController();
  open.push(leaving);
  shareConnections((isCrowded) => crowded[isCrowded ? 'add' : 'delete'](page), leaving.signal);
}

it('connections: only the four newest streams of a browser are open', async () => {
  crowded = new Set();
  for (let page = 0; page < 4; page++) begin();
  // Told once a message has come back: messages arrive in order.
  await roundTrip();
  expect([...crowded]).toEqual([]);
  for (let page = 4; page < 8; page++) begin();
  await expect.poll(() => [...crowded].sort()).toEqual([0, 1, 2, 3]);
  open[5]?.abort();
  await expect.poll(() => [...crowded].sort()).toEqual([0, 1, 2]);
  // The end of an older one makes no room for a newer one.
  open[0]?.abort();
  await roundTrip();
  expect([...crowded].filter((page) => page !== 0).sort()).toEqual([1, 2]);
});

/** Resolves when the messages sent so far have arrived. */
async function roundTrip(): Promise<void> {
  const [one, other] = [new BroadcastChannel('streams'), new BroadcastChannel('streams')];
  await new Promise((resolve) => {
    other.onmessage = resolve;
    one.postMessage({});
  });
  one.close();
  other.close();
}
