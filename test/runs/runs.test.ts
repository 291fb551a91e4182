/** All runs of a server: what is shared by those who read one that has ended, and what becomes of one that cannot be saved. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Store } from '../../server/store/store.ts';
import { eventsOf, messagesIn } from '../event-stream.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('Runs.get', () => {
  it('get: those who read a run that has ended share its log', async () => {
    const id = await app.start(QUICK);
    await app.events(id);
    const first = app.playground.runs.get(id);
    expect(first?.log.isEnded).toBe(true);
    expect(app.playground.runs.get(id)?.log).toBe(first?.log);
  });

  it('get: a run in the store that has no end, and is not under way, was interrupted, and its log says so', async () => {
    const store = new Store(app.folder);
    const id = await app.start(QUICK);
    await app.events(id);
    const spec = app.playground.runs.get(id)?.spec;
    if (!spec) throw new Error('The run is not there.');
    store.create({ id: 'lost', person: 'ann', spec, createdAt: Date.now(), status: null });
    store.close();
    expect(app.playground.runs.get('lost')?.status).toBe('interrupted');
    expect(await app.events('lost')).toMatchObject([{ seq: 1, type: 'run-ended', status: 'interrupted' }]);
  });
});

describe('Runs: a store that takes nothing for a while', () => {
  it('Runs: a run stays under way until its end is saved, and no reader is told an end before', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    let isFull = false;
    const full = () => {
      if (isFull) throw new Error('database or disk is full');
    };
    const { append, end } = Store.prototype;
    vi.spyOn(Store.prototype, 'append').mockImplementation(function (this: Store, ...args) {
      full();
      append.apply(this, args);
    });
    const ends = vi.spyOn(Store.prototype, 'end').mockImplementation(function (this: Store, ...args) {
      full();
      end.apply(this, args);
    });
    try {
      const id = await app.start(QUICK);
      isFull = true;
      const reading = Array.fromAsync(messagesIn(await app.request(`/runs/${id}/events`)));
      await vi.waitUntil(() => app.playground.runs.load.active === 0, 20_000);
      expect(app.playground.runs.get(id)).toMatchObject({ status: null, log: { isEnded: false } });
      expect(ends).not.toHaveBeenCalled();
      isFull = false;
      const messages = await reading;
      expect(eventsOf(messages).at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      expect(messages.at(-1)?.event).toBe('end');
      expect(app.playground.runs.get(id)?.status).toBe('completed');
      expect(complain).toHaveBeenCalledOnce();
    } finally {
      vi.restoreAllMocks();
    }
  });
});
