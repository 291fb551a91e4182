/** How the page handles a stream of events that goes silent, never speaks, or cannot be opened. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from '../../../static/run/stream.ts';

/** An EventSource that the test controls. */
class Source extends EventTarget {
  static opened: Source[] = [];
  isClosed = false;
  url: string;
  onmessage = (_: { data: string }) => {};
  onerror = () => {};
  constructor(url: string) {
    super();
    this.url = url;
    Source.opened.push(this);
  }
  close() {
    this.isClosed = true;
  }
  beat() {
    this.dispatchEvent(new Event('heartbeat'));
  }
}

const newest = () => Source.opened.at(-1)!;
const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** The answers to requests for events; while there are none, the server does not answer. */
let answer: string | null;
let asked: string[];
let calls: string[];
let leave: () => void;
let stored: Map<string, string>;
/** Follows as a page that has just been loaded does. */
function load() {
  Source.opened = [];
  asked = [];
  calls = [];
  leave = follow('/runs/x/events', {
    onEvents: (events) => calls.push(`${events.length} events`),
    onConnection: (connection) => calls.at(-1) !== connection && calls.push(connection),
    onEnd: () => calls.push('end'),
    after: () => 7,
  });
}
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Source);
  stored = new Map();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    if (answer === null) throw new TypeError('Failed to fetch');
    return new Response(answer);
  });
  answer = null;
  load();
});
afterEach(() => {
  leave();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('stream: heartbeats keep it open', async () => {
  for (let i = 0; i < 10; i++) {
    newest().beat();
    await tick(10_000);
  }
  expect(calls).toEqual(['live']);
  expect(Source.opened).toHaveLength(1);
  expect(asked).toEqual([]);
});

it('stream: one that goes silent is lost, and reopened after its last event until one speaks', async () => {
  newest().beat();
  await tick(5000);
  newest().beat();
  await tick(12_499);
  expect(calls).toEqual(['live']);
  await tick(1);
  expect(calls).toEqual(['live', 'lost']);
  expect(Source.opened.map(({ url }) => url)).toEqual(['/runs/x/events', '/runs/x/events?after=7']);
  expect(Source.opened[0]?.isClosed).toBe(true);
  await tick(3000);
  expect(Source.opened).toHaveLength(3);
  newest().onmessage({ data: '[]' });
  expect(calls).toEqual(['live', 'lost', 'live', '0 events']);
});

it('stream: after two that say nothing for 3 s, events are asked for every second until one is steady', async () => {
  answer = '{"seq":8,"type":"log"}\n';
  await tick(5999);
  expect([calls, asked]).toEqual([[], []]);
  await tick(1);
  expect(asked).toEqual(['/runs/x.ndjson?after=7']);
  expect(calls).toEqual(['1 events', 'held']);
  await tick(3000);
  expect(asked).toHaveLength(4);
  expect(Source.opened.map(({ isClosed }) => isClosed)).toEqual([true, true]);

  // The stream is tried beside.
  await tick(2000);
  expect(Source.opened.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
  newest().beat();
  expect(calls.at(-1)).toBe('live');
  await tick(2000);
  newest().beat();
  const before = asked.length;
  for (let i = 0; i < 10; i++) {
    await tick(5000);
    newest().beat();
  }
  expect(asked).toHaveLength(before);
  expect(Source.opened).toHaveLength(3);
});

it.each(['<p>Blocked</p>', '[]', '{"seq":8}', '{"seq":8,"type":"log"}\n{"se'])(
  'stream: an answer that is not the events so far (%j) brings none, and is no sign of a stream held back',
  async (text) => {
    answer = text;
    newest().beat();
    newest().onerror();
    await tick(1000);
    newest().onerror();
    await tick(3000);
    expect(asked.length).toBeGreaterThan(1);
    expect(calls.filter((call) => /[1-9] events/.test(call))).toEqual([]);
    expect(calls).toEqual(['live', 'lost']);
  },
);

it('stream: one that brings only its first words is not believed a second time', async () => {
  answer = '';
  newest().beat();
  await tick(12_500);
  expect(calls).toEqual(['live', 'lost']);
  newest().beat();
  await tick(1000);
  expect(calls.slice(2)).toEqual(['0 events', 'held']);
  await tick(2000);
  newest().beat();
  expect(calls.at(-1)).toBe('live');
});

/** Lets streams through for `ms`, each time one is opened, for so long; then each is stopped, or cut. */
async function shortLived(ms: number, isCut: boolean, forMs: number) {
  for (let spent = 0; spent < forMs; spent += 100) {
    const source = newest();
    const age = ages.get(source) ?? 0;
    ages.set(source, age + 100);
    if (!source.isClosed && age % 500 === 0 && age <= ms) source.beat();
    if (!source.isClosed && isCut && age > ms) source.onerror();
    await tick(100);
  }
}
const ages = new WeakMap<Source, number>();

it.each([
  ['stopped after 2 s', 2000, false],
  ['cut after 2 s', 2000, true],
  ['cut at once', 500, true],
] as const)(
  'stream: on a network where each is %s, events are asked for from the second on',
  async (_, ms, isCut) => {
    answer = '';
    await shortLived(ms, isCut, 40_000);
    expect(calls.at(-1)).toBe('held');
    const told = calls.filter((call) => call !== '0 events');
    expect(told.slice(0, 4)).toEqual(['live', 'lost', 'live', 'lost']);
    // From then on, without a break, whatever the streams that are tried beside bring first.
    expect(new Set(told.slice(4))).toEqual(new Set(['held']));
    const before = asked.length;
    await shortLived(ms, isCut, 120_000);
    expect(asked.length).toBeGreaterThan(before + 115);
    expect(calls.filter((call) => call === 'lost')).toHaveLength(2);
    // The next page of the tab does not believe a first word either.
    leave();
    load();
    await shortLived(ms, isCut, 5000);
    expect(asked.length).toBeGreaterThan(4);

    // A stream that lasts is believed.
    leave();
    load();
    await shortLived(100_000, false, 60_000);
    expect(calls.at(-1)).toBe('live');
    expect(stored.size).toBe(0);
  },
);

it('stream: a server that comes back is not taken for a network that holds streams back', async () => {
  newest().beat();
  newest().onerror();
  for (let i = 0; i < 20; i++) {
    await tick(1000);
    if (!newest().isClosed) newest().onerror();
  }
  expect(calls).toEqual(['live', 'lost']);
  answer = '';
  const before = Source.opened.length;
  while (Source.opened.length === before) await tick(100);
  newest().beat();
  await tick(2000);
  newest().beat();
  await tick(10_000);
  expect(calls).toEqual(['live', 'lost', 'live']);
});

it('stream: the next page of the tab asks at once where the last one found streams held back', async () => {
  answer = '';
  await tick(6000);
  expect(calls.at(-1)).toBe('held');
  leave();
  load();
  await tick(0);
  expect(calls).toEqual(['0 events', 'held']);
  newest().beat();
  await tick(1000);
  newest().beat();
  leave();
  load();
  await tick(2000);
  expect([calls, asked]).toEqual([[], []]);
});

it('stream: nothing times out, and nothing is asked for, after its end', async () => {
  newest().dispatchEvent(new Event('end'));
  await tick(100_000);
  expect(calls).toEqual(['live', 'end']);
  expect(Source.opened).toHaveLength(1);

  load();
  answer = '{"seq":8,"type":"run-ended"}\n';
  await tick(6000);
  expect(calls).toEqual(['1 events', 'end']);
  await tick(100_000);
  expect([Source.opened.length, asked.length]).toEqual([2, 1]);
});
