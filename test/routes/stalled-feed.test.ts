/** A stream that asks a feed: what it sends, and when it gives a client up that does not read. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Feed, feedStream, webStream } from '../../server/routes/event-stream.ts';
import { type Frame, message } from '../../server/routes/frames.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OPTIONS = { stallMs: 15_000, heartbeatMs: 3000 };
const feedOf = (next: () => Frame[], feed: Partial<Feed> = {}) => ({
  next,
  isOver: () => false,
  close: vi.fn<() => void>(),
  ...feed,
});

const streamOf = (feed: Feed) => webStream(feedStream(feed, OPTIONS));

it('feedStream: a client that never reads is given up after the time to stall, not before, and once', async () => {
  const feed = feedOf(() => [message('tiles', '[]')]);
  const stream = streamOf(feed);
  await vi.advanceTimersByTimeAsync(14_000);
  expect(feed.close).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(4000);
  expect(feed.close).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
  await expect(stream.getReader().read()).rejects.toThrow('does not read');
});

it('feedStream: one who reads is never given up', async () => {
  const read = streamOf(feedOf(() => [message('tiles', '[]')])).getReader();
  for (let i = 0; i < 80; i++) {
    const reading = read.read();
    await vi.advanceTimersByTimeAsync(500);
    expect((await reading).done).toBe(false);
  }
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
  const reader = streamOf(feedOf(next, { onNews })).getReader();
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
