/** The stream of a run's events: from anywhere, each once, to its end; kept open while idle, cut off if nobody reads. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { eventsOf, type Message, messagesIn } from '../event-stream.ts';
import { ENDLESS, ONE_AT_A_TIME, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
/** A run that has ended, and its events. */
let id: string;
let events: RunEvent[];
beforeAll(async () => {
  app = await playgroundApp();
  id = await app.start({ ...QUICK, modes: ['sequential', 'threads'], jobs: 3 });
  events = await app.events(id);
});
afterAll(() => app.close());

const stream = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });
const all = async (response: Response): Promise<Message[]> => Array.fromAsync(messagesIn(response));

describe('GET /runs/:id/events', () => {
  it('events: from the start, every event once and in order, then the end', async () => {
    const messages = await all(await stream(`/runs/${id}/events`));
    expect(eventsOf(messages).map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(messages.at(-1)?.event).toBe('end');
    expect(messages.filter(({ event }) => event === 'end')).toHaveLength(1);
    expect(messages[0]?.retry).toMatch(/^\d+$/);
    for (const message of messages) {
      const last = eventsOf([message]).at(-1);
      if (last) expect(message.id).toBe(String(last.seq));
    }
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it('events: nothing on the way may hold them back, change them or keep them', async () => {
    const response = await stream(`/runs/${id}/events`, { 'Accept-Encoding': 'gzip, deflate, br' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('content-encoding')).toBeNull();
    await response.body?.cancel();
  });

  it('events: after a number, by either way to say it, only what follows', async () => {
    for (const after of [1, 4, events.length - 1]) {
      const byQuery = await stream(`/runs/${id}/events?after=${after}`);
      const byHeader = await stream(`/runs/${id}/events`, { 'Last-Event-ID': String(after) });
      for (const response of [byQuery, byHeader])
        expect(eventsOf(await all(response))).toEqual(events.slice(after));
    }
  });

  it('events: a browser that comes back says by header where it is, whatever its address says', async () => {
    const response = await stream(`/runs/${id}/events?after=1`, { 'Last-Event-ID': '5' });
    expect(eventsOf(await all(response))[0]?.seq).toBe(6);
  });

  it('events: after the last one, or one that never was, there is only the end', async () => {
    for (const after of [events.length, events.length + 1, 999_999_999_999_999]) {
      const messages = await all(await stream(`/runs/${id}/events?after=${after}`));
      expect(messages.map(({ event, retry }) => retry ?? event)).toEqual(['1000', 'end']);
    }
  });

  it('events: given nothing, it is from the start', async () => {
    const response = await stream(`/runs/${id}/events?after=`, { 'Last-Event-ID': '' });
    expect(eventsOf(await all(response))).toEqual(events);
  });

  it.each(['-1', 'x', '1.5', '1e3', '0x1', ' 1', '9999999999999999', 'NaN', '%'])(
    'events: after=%s is bad input, by either way to say it',
    async (after) => {
      const byQuery = await stream(`/runs/${id}/events?after=${encodeURIComponent(after)}`);
      expect(byQuery.status).toBe(400);
      expect((await byQuery.json()).title).toContain('?after= or Last-Event-ID');
      if (after.trim() !== after) return;
      expect((await stream(`/runs/${id}/events`, { 'Last-Event-ID': after })).status).toBe(400);
    },
  );

  it('events: of a run that there is not, 404', async () => {
    expect((await stream('/runs/nothing/events')).status).toBe(404);
  });

  it('events: a run is seen to go on while it goes on, by all readers alike', async () => {
    const live = await app.start(ENDLESS);
    const readers = await Promise.all([1, 2, 3].map(() => stream(`/runs/${live}/events`)));
    const seen = readers.map(async (response) => {
      const got: RunEvent[] = [];
      for await (const message of messagesIn(response)) {
        got.push(...eventsOf([message]));
        if (got.some(({ type }) => type === 'job-started')) void app.playground.runs.cancel(live);
      }
      return got;
    });
    const [first, ...others] = await Promise.all(seen);
    expect(first?.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    for (const other of others) expect(other).toEqual(first);
  });

  it('events: a reader ahead of a run under way is given the end', async () => {
    const live = await app.start(ENDLESS);
    const reading = all(await stream(`/runs/${live}/events?after=9999`));
    await app.until(live, ({ type }) => type === 'job-started');
    await app.playground.runs.cancel(live);
    expect((await reading).map(({ event }) => event)).toEqual(['message', 'end']);
  });

  it('events: asking for the headers alone opens no stream', async () => {
    const live = await app.start(ENDLESS);
    await app.until(live, ({ type }) => type === 'job-started');
    const log = (await app.playground.runs.get(live))?.log;
    const opened: number[] = [];
    if (!log) throw new Error('The run is not there.');
    const read = log.read.bind(log);
    log.read = (seq) => {
      opened.push(seq);
      return read(seq);
    };
    const response = await app.request(`/runs/${live}/events`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(opened).toEqual([]);
    await app.playground.runs.cancel(live);
  });
});

describe('GET /runs/:id/events on a port', () => {
  it('events: the connection of a reader that does not read is closed, and nothing is printed of it', async () => {
    const { serve, hangUp } = await listen();
    const { playground } = app;
    const server = await serve(createApp({ playground, hangUp, stallMs: 40 }).fetch, {
      HOST: '127.0.0.1',
      PORT: 0,
    });
    const printed = [vi.spyOn(console, 'error'), vi.spyOn(console, 'info')];
    const live = await app.start(ENDLESS);
    const log = (await playground.runs.get(live))?.log;
    if (!log) throw new Error('The run is not there.');
    const read = log.read.bind(log);
    // As if what it was sent filled every buffer on the way.
    log.read = (seq) => ({ ...read(seq), stalledSince: () => true });
    const response = await fetch(`${server.url}/runs/${live}/events`);
    await expect(response.text()).rejects.toThrow();
    for (const print of printed) expect(print).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    await playground.runs.cancel(live);
    await server.close();
  });
});

describe('GET /runs/:id/events of a server with short patience', () => {
  let brief: PlaygroundApp;
  beforeAll(async () => {
    brief = await playgroundApp(ONE_AT_A_TIME, { stallMs: 40, heartbeatMs: 10 });
  });
  afterAll(() => brief.close());

  it('events: a stream with nothing to tell is kept open by heartbeats, which a browser hears and no event is', async () => {
    const live = await brief.start(ENDLESS);
    const waiting = await brief.start(QUICK);
    let beats = 0;
    const got: RunEvent[] = [];
    for await (const message of messagesIn(await brief.request(`/runs/${waiting}/events`))) {
      if (message.event === 'heartbeat') {
        beats += 1;
        // An id would be where a browser goes on from.
        expect(message).toMatchObject({ id: null, data: '' });
      }
      got.push(...eventsOf([message]));
      // It has outlived the patience with readers that do not read several times over.
      if (beats === 20) await brief.playground.runs.cancel(live);
    }
    expect(beats).toBeGreaterThanOrEqual(20);
    expect(got.map(({ seq }) => seq)).toEqual(got.map((_, i) => i + 1));
    expect(got.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it('events: a reader that does not read is cut off, and can go on where it was', async () => {
    const done = await brief.start({ ...QUICK, jobs: 20 });
    const before = await brief.events(done);
    const response = await brief.request(`/runs/${done}/events`);
    const reader = response.body?.getReader();
    // Nothing is read: the stream fails by itself, though there is more in it.
    await expect(reader?.closed).rejects.toThrow('does not read');
    const again = await brief.request(`/runs/${done}/events?after=3`);
    expect(eventsOf(await Array.fromAsync(messagesIn(again)))).toEqual(before.slice(3));
  });

  it('events: a reader that goes away is forgotten', async () => {
    const live = await brief.start(ENDLESS);
    await brief.until(live, ({ type }) => type === 'job-started');
    const log = (await brief.playground.runs.get(live))?.log;
    if (!log) throw new Error('The run is not there.');
    const closed = Promise.withResolvers<void>();
    const read = log.read.bind(log);
    log.read = (seq) => {
      const reader = read(seq);
      const close = () => {
        reader.close();
        closed.resolve();
      };
      return { ...reader, close };
    };
    const response = await brief.request(`/runs/${live}/events`);
    await response.body?.cancel();
    await closed.promise;
    await brief.playground.runs.cancel(live);
  });
});
