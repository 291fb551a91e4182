/** A stream that asks a feed: what it sends, and when it gives a client up that does not read. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Feed, feedStream } from '../../server/routes/event-stream.ts';
import { type Frame, message } from '../../server/routes/frames.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OPTIONS = { stallMs: 15_000, heartbeatMs: 3000, hangUp: () => false };
const feedOf = (next: () => Frame[], feed: Partial<Feed> = {}) => ({
  next,
  isOver: () => false,
  close: vi.fn<() => void>(),
  ...feed,
});

it('feedStream: a client that never reads is hung up on after the time to stall, not before, and once', async () => {
  const feed = feedOf(() => [message('tiles', '[]')]);
  const hangUp = vi.fn(() => true);
  const stream = feedStream(feed, 'its request', { ...OPTIONS, hangUp });
  await vi.advanceTimersByTimeAsync(14_000);
  expect(hangUp).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(4000);
  expect(hangUp.mock.calls).toEqual([['its request']]);
  expect(feed.close).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
  await stream.cancel();
});

it('feedStream: where the connection cannot be closed, the stream fails; one who reads is never given up', async () => {
  const stalled = feedStream(
    feedOf(() => [message('tiles', '[]')]),
    null,
    OPTIONS,
  );
  const read = feedStream(
    feedOf(() => [message('tiles', '[]')]),
    null,
    OPTIONS,
  ).getReader();
  for (let i = 0; i < 80; i++) {
    await vi.advanceTimersByTimeAsync(500);
    expect((await read.read()).done).toBe(false);
  }
  await expect(stalled.getReader().read()).rejects.toThrow('does not read');
});

it('feedStream: news come before the tick, at most five times a second, and silence is broken by heartbeats', async () => {
  let tell = () => {};
  let news: string[] = [];
  const next = () => news.splice(0).map((one) => message('look', one));
  const onNews = (heard: () => void) => {
    tell = heard;
    return () => {
      tell = () => {};
    };
  };
  const reader = feedStream(feedOf(next, { onNews }), null, OPTIONS).getReader();
  const said: string[] = [];
  const reading = (async () => {
    for (let one = await reader.read(); !one.done; one = await reader.read())
      said.push(new TextDecoder().decode(one.value).split('\n')[0] ?? '');
  })();
  for (let ms = 0; ms < 1000; ms += 10) {
    news = [String(ms)];
    tell();
    await vi.advanceTimersByTimeAsync(10);
  }
  const looks = said.filter((one) => one === 'event: look').length;
  expect(looks).toBeGreaterThanOrEqual(4);
  expect(looks).toBeLessThanOrEqual(6);
  news = [];
  said.length = 0;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said.filter((one) => one === 'event: heartbeat').length).toBeGreaterThanOrEqual(3);
  await reader.cancel();
  await reading;
});
