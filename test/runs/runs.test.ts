/** The runs of a server: readers of an ended run share its log, and a run that cannot be saved stays under way. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { eventsOf, messagesIn } from '../event-stream.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('Runs.get', () => {
  it('get: readers of an ended run share its log', async () => {
    const id = await app.start(QUICK);
    await app.events(id);
    const first = await app.playground.runs.get(id);
    expect(first?.log.isEnded).toBe(true);
    expect((await app.playground.runs.get(id))?.log).toBe(first?.log);
  });

  it('get: a stored run without an end that is not under way was interrupted, also in its log', async () => {
    const store = new SqliteStore(app.folder);
    const id = await app.start(QUICK);
    await app.events(id);
    const spec = (await app.playground.runs.get(id))?.spec;
    if (!spec) throw new Error('The run is not there.');
    await store.create({ id: 'lost', person: 'ann', spec, createdAt: Date.now(), status: null });
    await store.close();
    expect((await app.playground.runs.get('lost'))?.status).toBe('interrupted');
    expect(await app.events('lost')).toMatchObject([{ seq: 1, type: 'run-ended', status: 'interrupted' }]);
  });
});

describe('Runs: a store that fails for a while', () => {
  it('Runs: a run stays under way until its end is saved, and readers receive no end before', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => {});
    let isFull = false;
    const full = () => {
      if (isFull) throw new Error('database or disk is full');
    };
    const { append, end } = SqliteStore.prototype;
    vi.spyOn(SqliteStore.prototype, 'append').mockImplementation(function (this: SqliteStore, ...args) {
      full();
      append.apply(this, args);
    });
    const ends = vi.spyOn(SqliteStore.prototype, 'end').mockImplementation(async function (
      this: SqliteStore,
      ...args
    ) {
      full();
      await end.apply(this, args);
    });
    try {
      const id = await app.start(QUICK);
      isFull = true;
      const reading = Array.fromAsync(messagesIn(await app.request(`/runs/${id}/events`)));
      await vi.waitUntil(async () => (await app.playground.runs.load()).active === 0, 20_000);
      expect(await app.playground.runs.get(id)).toMatchObject({ status: null, log: { isEnded: false } });
      expect(ends).not.toHaveBeenCalled();
      isFull = false;
      const messages = await reading;
      expect(eventsOf(messages).at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      expect(messages.at(-1)?.event).toBe('end');
      expect((await app.playground.runs.get(id))?.status).toBe('completed');
      // That nothing could be saved, and that it could again: once each, for all logs.
      expect(complain.mock.calls.map(([text]) => text)).toEqual([
        expect.stringContaining('storage: nothing can be saved (full)'),
        expect.stringContaining('storage: saving is possible again'),
      ]);
    } finally {
      vi.restoreAllMocks();
    }
  });
});
