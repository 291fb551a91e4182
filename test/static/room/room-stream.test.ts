/** How a page follows its room while the server goes away, and while its device is asleep. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followRoom } from '../../../static/room/room-stream.ts';

/** An EventSource that the test controls. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 0;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    Source.opened.push(this);
  }
  close() {
    this.readyState = Source.CLOSED;
  }
  /** The server says something. */
  say(event: string, data = '') {
    this.dispatchEvent(new MessageEvent(event, { data }));
  }
  refuse() {
    this.readyState = Source.CLOSED;
    this.say('error');
  }
}

const HOUR_MS = 3_600_000;
const newest = () => Source.opened.at(-1) as Source;
const open = () => Source.opened.filter(({ readyState }) => readyState !== Source.CLOSED);
let page: EventTarget;
let calls: string[];
let leaving: AbortController;
beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  vi.stubGlobal('window', page);
  vi.stubGlobal('document', { visibilityState: 'visible' });
  vi.stubGlobal('EventSource', Source);
  Source.opened = [];
  calls = [];
  leaving = new AbortController();
  const handlers = {
    events: { changed: (data: string) => void calls.push(`changed ${data}`) },
    opened: () => void calls.push('opened'),
    refused: () => void calls.push('refused'),
    ended: () => void calls.push('ended'),
  };
  followRoom('/rooms/KTXN/news', handlers, leaving.signal);
});
afterEach(() => {
  leaving.abort();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('followRoom: a device that is asleep for an hour asks for nothing, and catches up when it wakes', () => {
  newest().say('open');
  page.dispatchEvent(new Event('freeze'));
  vi.advanceTimersByTime(HOUR_MS);
  expect(Source.opened).toHaveLength(1);
  expect(open()).toEqual([]);
  page.dispatchEvent(new Event('resume'));
  newest().say('open');
  expect(Source.opened).toHaveLength(2);
  expect(calls).toEqual(['opened', 'opened']);
  // What is said to a stream that was given up does not count.
  newest().say('changed', 'now');
  expect(calls.at(-1)).toBe('changed now');
});

it('followRoom: asleep without a word of it, it opens another stream when its timers go on', () => {
  newest().say('open');
  const before = newest();
  vi.advanceTimersByTime(8000);
  expect(open()).toEqual([newest()]);
  expect(newest()).not.toBe(before);
  newest().say('open');
  expect(calls).toEqual(['opened', 'opened']);
});

it('followRoom: while the server is away it tries again and again, and then is current; heartbeats keep it open', () => {
  newest().say('open');
  for (let n = 0; n < 5; n++) {
    newest().refuse();
    expect(open()).toEqual([]);
    vi.advanceTimersByTime(3000);
  }
  expect(Source.opened).toHaveLength(6);
  newest().say('open');
  for (let n = 0; n < 10; n++) {
    vi.advanceTimersByTime(3000);
    newest().say('heartbeat');
  }
  expect(Source.opened).toHaveLength(6);
  expect(calls.filter((one) => one !== 'refused')).toEqual(['opened', 'opened']);
});

it('followRoom: after the end, and after the page is left, it opens none', () => {
  newest().say('end');
  page.dispatchEvent(new Event('online'));
  vi.advanceTimersByTime(HOUR_MS);
  expect([Source.opened.length, calls]).toEqual([1, ['ended']]);
  leaving.abort();
  page.dispatchEvent(new Event('resume'));
  expect(Source.opened).toHaveLength(1);
});

it('followRoom: says each time that the server refuses the stream, so that somebody who is out of the room learns of it', () => {
  newest().refuse();
  vi.advanceTimersByTime(3000);
  newest().refuse();
  expect(calls).toEqual(['refused', 'refused']);
});
