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
let answer: string | Response | null;
let asked: string[];
let calls: string[];
let leave: () => void;
let stored: Map<string, string>;
/** The page: its window, and whether it is shown. */
let page: EventTarget;
let visibilityState: 'visible' | 'hidden';
/** The number of the last event received. */
let after: number;
/** Follows as a page that has just been loaded does. */
function load() {
  Source.opened = [];
  asked = [];
  calls = [];
  after = 0;
  leave = follow('/runs/x/events', {
    onEvents: (events) => {
      calls.push(`${events.length} events`);
      after = 7;
    },
    onConnection: (connection) => calls.at(-1) !== connection && calls.push(connection),
    onLate: (words) => (words !== null || calls.at(-1)?.startsWith('late')) && calls.push(`late: ${words}`),
    onPlace: (place) =>
      (place !== null || calls.at(-1)?.startsWith('place')) && calls.push(`place ${place?.position}`),
    onPause: () => {},
    onEnd: () => calls.push('end'),
    after: () => after,
  });
}
/** Hides the page, or shows it. */
function turn(state: 'visible' | 'hidden') {
  visibilityState = state;
  page.dispatchEvent(new Event('visibilitychange'));
}
const open = () => Source.opened.filter(({ isClosed }) => !isClosed);
/** Says what the server says to the newest stream, often enough to keep it open, for `ms`. */
async function beatFor(ms: number) {
  for (let spent = 0; spent < ms; spent += 3000) {
    newest().beat();
    await tick(Math.min(3000, ms - spent));
  }
}
beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  visibilityState = 'visible';
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', {
    get visibilityState() {
      return visibilityState;
    },
  });
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
    return answer instanceof Response ? answer.clone() : new Response(answer);
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
    await tick(7000);
  }
  expect(calls).toEqual(['live']);
  expect(Source.opened).toHaveLength(1);
  expect(asked).toEqual([]);
});

it('stream: why no events come is passed on, and keeps it open', async () => {
  newest().beat();
  for (const data of ['The disk is full.', '', 'The disk is full.']) {
    await tick(7000);
    newest().dispatchEvent(new MessageEvent('late', { data }));
  }
  await tick(7000);
  expect(calls).toEqual(['live', 'late: The disk is full.', 'late: null', 'late: The disk is full.']);
  expect(Source.opened).toHaveLength(1);
});

it('stream: the place in the queue is passed on, and what is no place counts as none', async () => {
  newest().beat();
  for (const data of ['{"pass":0,"position":3,"waitMs":null}', '{"pass":0,"position":"3"}'])
    newest().dispatchEvent(new MessageEvent('place', { data }));
  expect(calls).toEqual(['live', 'place 3', 'place undefined']);
});

it('stream: where streams are held back, the place comes with each answer', async () => {
  answer = new Response('', { headers: { 'Queue-Place': '{"pass":1,"position":2,"waitMs":4000}' } });
  await tick(7500);
  expect(calls).toContain('place 2');
});

it('stream: one that goes silent is opened again after its last event, beside itself until one speaks', async () => {
  newest().onmessage({ data: '[]' });
  await tick(5000);
  newest().beat();
  await tick(7400);
  expect(calls).toEqual(['live', '0 events']);
  expect(Source.opened).toHaveLength(1);
  await tick(600);
  expect(Source.opened.map(({ url }) => url)).toEqual(['/runs/x/events', '/runs/x/events?after=7']);
  expect(Source.opened[0]?.isClosed).toBe(true);
  // Those that a browser has kept may be as dead.
  await tick(300);
  expect(open()).toHaveLength(6);
  await tick(1400);
  expect(open()).toHaveLength(5);
  // It says so only if it takes a while.
  expect(calls).toEqual(['live', '0 events']);
  await tick(400);
  expect(calls).toEqual(['live', '0 events', 'lost']);
  await tick(500);
  expect(Source.opened).toHaveLength(7);
  newest().onmessage({ data: '[]' });
  expect(open()).toEqual([newest()]);
  expect(calls).toEqual(['live', '0 events', 'lost', 'live', '0 events']);
});

it('stream: one that breaks and comes back soon is not called lost', async () => {
  newest().beat();
  newest().onerror();
  await tick(1000);
  newest().beat();
  await beatFor(10_000);
  expect(calls).toEqual(['live']);
  expect(Source.opened).toHaveLength(2);
});

it('stream: time in which the computer has slept counts as silence', async () => {
  newest().beat();
  await tick(2000);
  newest().beat();
  vi.setSystemTime(Date.now() + 60_000);
  await tick(600);
  expect(Source.opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  // A clock that is set back does not.
  newest().beat();
  vi.setSystemTime(Date.now() - 3_600_000);
  await beatFor(20_000);
  expect(Source.opened).toHaveLength(2);
  await tick(8100);
  expect(Source.opened.length).toBeGreaterThan(2);
});

it('stream: a hidden page has none, asks rarely, and goes on after its last event when it is shown', async () => {
  answer = '{"seq":7,"type":"log"}\n';
  newest().onmessage({ data: '[]' });
  turn('hidden');
  expect(open()).toEqual([]);
  await tick(14_900);
  expect(asked).toEqual([]);
  await tick(45_100);
  expect(asked).toEqual(Array(4).fill('/runs/x.ndjson?after=7'));
  expect(open()).toEqual([]);
  turn('visible');
  expect(open().map(({ url }) => url)).toEqual(['/runs/x/events?after=7']);
  await tick(1900);
  newest().beat();
  await beatFor(20_000);
  expect(calls.filter((call) => call !== '1 events')).toEqual(['live', '0 events', 'live']);
  expect(asked).toHaveLength(4);

  // The run ends while it is hidden.
  turn('hidden');
  answer = '{"seq":8,"type":"run-ended"}\n';
  await tick(15_000);
  expect(calls.at(-1)).toBe('end');
  turn('visible');
  await tick(100_000);
  expect(open()).toEqual([]);
});

it('stream: one that does not come back when the page is shown is lost', async () => {
  newest().beat();
  turn('hidden');
  turn('visible');
  await tick(1900);
  expect(calls).toEqual(['live']);
  await tick(200);
  expect(calls).toEqual(['live', 'lost']);
  turn('hidden');
  turn('visible');
  newest().beat();
  expect(calls).toEqual(['live', 'lost', 'live']);
});

it('stream: a run that the server no longer has is gone for good', async () => {
  newest().beat();
  answer = new Response('<p>Not found</p>', { status: 404, headers: { 'Content-Type': 'text/html' } });
  newest().onerror();
  for (let i = 0; i < 20; i++) {
    await tick(500);
    newest().onerror();
  }
  // A gateway's page proves nothing.
  expect(calls).toEqual(['live', 'lost']);
  const headers = { 'Content-Type': 'application/problem+json' };
  answer = new Response('{"status":404}', { status: 404, headers });
  await tick(10_000);
  expect(calls).toEqual(['live', 'lost', 'gone']);
  const before = asked.length;
  turn('hidden');
  turn('visible');
  await tick(100_000);
  expect([open(), asked.length]).toEqual([[], before]);
});

it('stream: a page that is opened in the background has none until it is shown', async () => {
  leave();
  visibilityState = 'hidden';
  load();
  await tick(1000);
  expect(Source.opened).toEqual([]);
  turn('visible');
  expect(Source.opened).toHaveLength(1);
});

it.each(['online', 'resume', 'pageshow'])(
  'stream: %s opens it anew, unless the page is hidden',
  async (type) => {
    const event = Object.assign(new Event(type), { persisted: true });
    newest().beat();
    page.dispatchEvent(event);
    expect(Source.opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
    newest().beat();
    turn('hidden');
    page.dispatchEvent(Object.assign(new Event(type), { persisted: true }));
    await tick(1000);
    expect(open()).toEqual([]);
    expect(calls).toEqual(['live']);
  },
);

it('stream: a page that is shown for the first time, or again and again, has one', async () => {
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  expect(Source.opened).toHaveLength(1);
  for (let i = 0; i < 50; i++) {
    turn('hidden');
    turn('visible');
    turn('visible');
  }
  expect(open()).toHaveLength(1);
  newest().beat();
  await beatFor(20_000);
  expect(open()).toHaveLength(1);
  expect([calls, asked]).toEqual([['live'], []]);
});

it.each(['freeze', 'pagehide'])('stream: %s closes it at once, though the page is shown', async (type) => {
  newest().beat();
  page.dispatchEvent(new Event(type));
  expect(open()).toEqual([]);
  turn('visible');
  expect(open()).toHaveLength(1);
});

it('stream: on a network that holds streams back, a page that is shown again asks at once', async () => {
  answer = '';
  await tick(7000);
  expect(calls.at(-1)).toBe('held');
  turn('hidden');
  await tick(5000);
  asked = [];
  turn('visible');
  await tick(0);
  expect(asked).toHaveLength(1);
  await tick(1000);
  // A stream is tried beside, and only one: the connections are needed for the requests.
  expect(open()).toHaveLength(1);
  expect(calls.filter((call) => call !== '0 events')).toEqual(['held', 'held', 'held']);
});

it('stream: after two that say nothing for 3 s, events are asked for every second until one is steady', async () => {
  answer = '{"seq":8,"type":"log"}\n';
  await tick(6500);
  expect([calls, asked]).toEqual([[], []]);
  await tick(100);
  expect(asked).toEqual(['/runs/x.ndjson?after=0']);
  expect(calls).toEqual(['1 events', 'held']);
  await tick(3000);
  expect(asked).toHaveLength(4);
  expect(Source.opened.map(({ isClosed }) => isClosed)).toEqual([true, true]);

  // The stream is tried beside.
  await tick(2000);
  expect(Source.opened.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
  newest().beat();
  expect(calls.at(-1)).toBe('live');
  const before = asked.length;
  await beatFor(50_000);
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
  await tick(7800);
  expect(Source.opened).toHaveLength(2);
  newest().beat();
  await tick(1000);
  expect(calls).toEqual(['live', '0 events', 'held']);
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
    // From the second on, without a break, whatever the streams that are tried beside bring first.
    expect(told[0]).toBe('live');
    expect(new Set(told.slice(told.indexOf('held')))).toEqual(new Set(['held']));
    const before = asked.length;
    await shortLived(ms, isCut, 120_000);
    expect(asked.length).toBeGreaterThan(before + 115);
    expect(calls).not.toContain('lost');
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
  await beatFor(12_000);
  expect(calls).toEqual(['live', 'lost', 'live']);
});

it('stream: the next page of the tab asks at once where the last one found streams held back', async () => {
  answer = '';
  await tick(7000);
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
  await tick(7000);
  expect(calls).toEqual(['1 events', 'end']);
  await tick(100_000);
  expect([Source.opened.length, asked.length]).toEqual([2, 1]);
});
