/** The stream of a run's events: from any event on, each once, to the end; kept open while idle, closed if not read. */
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
    // The first frame comes at once, and is an event, which tells a page that the stream gets through.
    expect(messages[0]).toMatchObject({ event: 'heartbeat', retry: '1000' });
    for (const message of messages) {
      const last = eventsOf([message]).at(-1);
      if (last) expect(message.id).toBe(String(last.seq));
    }
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it('events: proxies may not buffer, change or cache them', async () => {
    const response = await stream(`/runs/${id}/events`, { 'Accept-Encoding': 'gzip, deflate, br' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('content-encoding')).toBeNull();
    await response.body?.cancel();
  });

  it('events: after a number, given either way, only the events that follow', async () => {
    for (const after of [1, 4, events.length - 1]) {
      const byQuery = await stream(`/runs/${id}/events?after=${after}`);
      const byHeader = await stream(`/runs/${id}/events`, { 'Last-Event-ID': String(after) });
      for (const response of [byQuery, byHeader])
        expect(eventsOf(await all(response))).toEqual(events.slice(after));
    }
  });

  it('ndjson: after a number, only the events so far that follow', async () => {
    for (const after of ['', '0', '1', '4', `${events.length - 1}`, `${events.length}`, '999999999999999']) {
      const response = await stream(`/runs/${id}.ndjson?after=${after}`);
      expect(response.status).toBe(200);
      const lines = (await response.text()).split('\n').filter((line) => line !== '');
      expect(lines.map((line) => JSON.parse(line))).toEqual(events.slice(Number(after)));
    }
    for (const after of ['-1', 'x', '1.5', '9999999999999999']) {
      const response = await stream(`/runs/${id}.ndjson?after=${after}`);
      expect(response.status).toBe(400);
      expect((await response.json()).title).toContain('?after=');
    }
  });

  it('events: the header of a reconnecting browser takes precedence over the address', async () => {
    const response = await stream(`/runs/${id}/events?after=1`, { 'Last-Event-ID': '5' });
    expect(eventsOf(await all(response))[0]?.seq).toBe(6);
  });

  it('events: after the last event, or a number beyond it, only the end', async () => {
    for (const after of [events.length, events.length + 1, 999_999_999_999_999]) {
      const messages = await all(await stream(`/runs/${id}/events?after=${after}`));
      expect(messages.map(({ event, retry }) => retry ?? event)).toEqual(['1000', 'end']);
    }
  });

  it('events: without a number, from the start', async () => {
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

  it('events: a missing run is 404', async () => {
    expect((await stream('/runs/nothing/events')).status).toBe(404);
    // By this a page tells it from the answer of a gateway.
    const { status, headers } = await stream('/runs/nothing.ndjson');
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('events: all readers see a run progress while it is under way', async () => {
    const live = await app.start(ENDLESS);
    const readers = await Promise.all([1, 2, 3].map(() => stream(`/runs/${live}/events`)));
    const streams = readers.map(async (response) => {
      const got: RunEvent[] = [];
      for await (const message of messagesIn(response)) {
        got.push(...eventsOf([message]));
        if (got.some(({ type }) => type === 'job-started')) void app.playground.runs.cancel(live);
      }
      return got;
    });
    const [first, ...others] = await Promise.all(streams);
    expect(first?.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    for (const other of others) expect(other).toEqual(first);
  });

  it('events: a reader ahead of a run under way gets the end', async () => {
    const live = await app.start(ENDLESS);
    const reading = all(await stream(`/runs/${live}/events?after=9999`));
    await app.until(live, ({ type }) => type === 'job-started');
    await app.playground.runs.cancel(live);
    expect((await reading).map(({ event }) => event)).toEqual(['heartbeat', 'end']);
  });

  it('events: a HEAD request opens no stream', async () => {
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
  it('events: the connection of a stalled reader is closed, and nothing is printed about it', async () => {
    const { serve } = await listen();
    const { playground } = app;
    const server = await serve(createApp({ playground, stallMs: 40 }).fetch, {
      HOST: '127.0.0.1',
      PORT: 0,
    });
    const printed = [vi.spyOn(console, 'error'), vi.spyOn(console, 'info')];
    const live = await app.start(ENDLESS);
    const log = (await playground.runs.get(live))?.log;
    if (!log) throw new Error('The run is not there.');
    const read = log.read.bind(log);
    // As if the data sent had filled every buffer on the way.
    log.read = (seq) => Object.assign(read(seq), { stalledSince: () => true });
    const response = await fetch(`${server.url}/runs/${live}/events`);
    await expect(response.text()).rejects.toThrow();
    for (const print of printed) expect(print).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    await playground.runs.cancel(live);
    await server.close();
  });
});

describe('GET /runs/:id/events of a server with a short stall limit', () => {
  let brief: PlaygroundApp;
  beforeAll(async () => {
    brief = await playgroundApp(ONE_AT_A_TIME, { stallMs: 40, heartbeatMs: 10 });
  });
  afterAll(() => brief.close());

  it('events: an idle stream is kept open by heartbeats, which are not events of the run', async () => {
    const live = await brief.start(ENDLESS);
    const waiting = await brief.start(QUICK);
    let beats = 0;
    const got: RunEvent[] = [];
    for await (const message of messagesIn(await brief.request(`/runs/${waiting}/events`))) {
      if (message.event === 'heartbeat') {
        beats += 1;
        // A browser would resume from an id.
        expect(message).toMatchObject({ id: null, data: '' });
      }
      got.push(...eventsOf([message]));
      // It has lasted several times the stall limit.
      if (beats === 20) await brief.playground.runs.cancel(live);
    }
    expect(beats).toBeGreaterThanOrEqual(20);
    expect(got.map(({ seq }) => seq)).toEqual(got.map((_, i) => i + 1));
    expect(got.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it('events: a stalled reader is disconnected, and can resume where it was', async () => {
    const done = await brief.start({ ...QUICK, jobs: 20 });
    const before = await brief.events(done);
    const response = await brief.request(`/runs/${done}/events`);
    const reader = response.body?.getReader();
    // Nothing is read: the stream fails by itself, although it has more events.
    await expect(reader?.closed).rejects.toThrow('does not read');
    const again = await brief.request(`/runs/${done}/events?after=3`);
    expect(eventsOf(await Array.fromAsync(messagesIn(again)))).toEqual(before.slice(3));
  });

  it('events: a reader that disconnects is removed', async () => {
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
