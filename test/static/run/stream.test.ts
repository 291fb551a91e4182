/** How the page handles a stream of events that goes silent. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from '../../../static/run/stream.ts';

/** An EventSource that the test controls. */
class Source extends EventTarget {
  static CLOSED = 2;
  static opened: Source[] = [];
  readyState = 1;
  url: string;
  onopen = () => {};
  onmessage = (_: { data: string }) => {};
  onerror = () => {};
  constructor(url: string) {
    super();
    this.url = url;
    Source.opened.push(this);
  }
  close() {
    this.readyState = Source.CLOSED;
  }
}

const newest = () => Source.opened.at(-1)!;
let calls: string[];
let leave: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Source);
  Source.opened = [];
  calls = [];
  leave = follow('/events', {
    onEvents: () => calls.push('events'),
    onLost: () => calls.push('lost'),
    onBack: () => calls.push('back'),
    onEnd: () => calls.push('end'),
    after: () => 7,
  });
  newest().onopen();
});
afterEach(() => {
  leave();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('stream: heartbeats keep it open', () => {
  for (let i = 0; i < 10; i++) {
    vi.advanceTimersByTime(10_000);
    newest().dispatchEvent(new Event('heartbeat'));
  }
  expect(calls).toEqual([]);
  expect(Source.opened).toHaveLength(1);
});

it('stream: an open but silent stream is lost, and reopened after its last event until one answers', () => {
  vi.advanceTimersByTime(12_499);
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(calls).toEqual(['lost']);
  expect(Source.opened.map(({ url }) => url)).toEqual(['/events', '/events?after=7']);
  expect(Source.opened[0]?.readyState).toBe(Source.CLOSED);
  vi.advanceTimersByTime(12_500);
  expect(Source.opened).toHaveLength(3);
  newest().onopen();
  newest().onmessage({ data: '[]' });
  expect(calls).toEqual(['lost', 'back', 'events']);
});

it('stream: nothing times out after its end', () => {
  newest().dispatchEvent(new Event('end'));
  vi.advanceTimersByTime(100_000);
  expect(calls).toEqual(['end']);
  expect(Source.opened).toHaveLength(1);
});
