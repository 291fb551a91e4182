/** The place in the queue as a reader of a run hears it: at once, then at most once a second, and never stored. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PlaceNews } from '../../server/routes/place-news.ts';
import { RunLog } from '../../server/runs/log/run-log.ts';
import { messagesOf } from '../event-stream.ts';

let saved: string[];
let log: RunLog;
let isWaiting: boolean;
let heard: unknown[];
let news: PlaceNews;
const move = (position: number | null) =>
  log.setPlace(position === null ? null : { pass: 0, position, waitMs: null });
const positions = () => heard.map((place) => (place as { position: number } | null)?.position ?? null);

beforeEach(() => {
  vi.useFakeTimers();
  saved = [];
  heard = [];
  isWaiting = true;
  log = new RunLog({ save: (_, lines) => void saved.push(...lines), maxEvents: 100 });
  move(9);
  news = new PlaceNews(log, (frame) => {
    if (!isWaiting) return false;
    const [{ event, data } = { event: '', data: '' }] = messagesOf(new TextDecoder().decode(frame));
    if (event === 'place') heard.push(JSON.parse(data));
    return true;
  });
  news.tell();
});
afterEach(() => {
  news.close();
  vi.useRealTimers();
});

it('PlaceNews: the first place at once, then the latest once a second, and that it has none', () => {
  expect(heard).toEqual([{ pass: 0, position: 9, waitMs: null }]);
  for (let position = 8; position > 1; position--) {
    move(position);
    vi.advanceTimersByTime(100);
  }
  expect(positions()).toEqual([9]);
  vi.advanceTimersByTime(300);
  expect(positions()).toEqual([9, 2]);
  move(null);
  vi.advanceTimersByTime(1000);
  expect(positions()).toEqual([9, 2, null]);
  expect(saved).toEqual([]);
});

it('PlaceNews: a place that is the same again is not repeated, and a closed reader hears nothing', () => {
  move(8);
  move(9);
  vi.advanceTimersByTime(5000);
  expect(positions()).toEqual([9]);
  move(7);
  news.close();
  move(6);
  vi.advanceTimersByTime(5000);
  expect(positions()).toEqual([9, 7]);
});

it('PlaceNews: a reader that takes nothing now hears the latest place when it does', () => {
  isWaiting = false;
  move(8);
  vi.advanceTimersByTime(1000);
  move(7);
  isWaiting = true;
  news.tell();
  expect(positions()).toEqual([9, 7]);
});
