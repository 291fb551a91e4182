/** What a bar is, in words: for its tip, for the selection, and for screen readers. Pure. */
import { dueMs } from '../timeline/causes.ts';
import { linesOfBar } from '../timeline/lines.ts';
import type { Bar, Cause, PassTimeline, Row } from '../timeline/model.ts';
import { awaited } from './awaited.ts';
import { linesWords } from './line-words.ts';
import { LOOK_WORDS, lookWords } from './looks.ts';
import { laneWords, partyName, rowName, rowTitle } from './names.ts';
import { momentWords, stretchWords, type TimeUnit, unitOf } from './pass-times.ts';
import { clock, duration } from './units.ts';

/** `spanMs` is the length of the visible range: the shorter it is, the more precise are the times. */
type BarWordsOptions = { pass: PassTimeline; row: Row; bar: Bar; nowMs: number; spanMs: number };

/** The bar's job, what it does, and at which `lines`: `job 3, waiting for lock A, line 14`. */
export function whatWords(
  { bar }: Pick<BarWordsOptions, 'bar'>,
  lines = bar.line === null ? [] : [bar.line],
  unit: TimeUnit = 'ms',
): string {
  const job = bar.job === null ? '' : `job ${bar.job}, `;
  const line = lines.length === 0 ? '' : `, ${linesWords(lines)}`;
  return `${job}${stateWords(bar, unit)}${line}`;
}

/** What it does, and how its job ended in it: `waiting for lock A`, `sleeping for 0.5 s`, `computing, failed`. */
export function stateWords(bar: Bar, unit: TimeUnit = 'ms'): string {
  const { state, job, on, end } = bar;
  const what = awaited(bar);
  const word =
    state === 'idle' && job !== null ? 'waiting for its turn on the thread' : lookWords(state, unit);
  const waits = what === null ? word : `${state === 'join' ? 'joining: ' : ''}waiting for ${what}`;
  const long = state === 'sleep' && on ? ` for ${on}` : '';
  return `${waits}${long}${end === null ? '' : `, ${LOOK_WORDS[end]}`}`;
}

/** When: `1.204 s to 2.310 s: 1.1 s`, `steps 3 to 5: 3 steps`, or `since 1.204 s` while it lasts. */
export function whenWords({ pass, bar, nowMs, spanMs }: BarWordsOptions): string {
  const unit = unitOf(pass);
  if (bar.endMs === null && unit === 'step') return `since ${momentWords(bar.startMs, spanMs, unit)}`;
  if (bar.endMs === null) {
    return `since ${clock(bar.startMs, spanMs)}: ${duration(Math.max(0, nowMs - bar.startMs))} so far`;
  }
  const ms = bar.endMs - bar.startMs;
  // Fine enough to tell its beginning from its end.
  const fineMs = Math.min(spanMs, ms * 20);
  return stretchWords(bar.startMs, bar.endMs, fineMs, unit);
}

/** What ended a wait: `Continued when job 1 on worker 2 ended, at 2.310 s`. */
export function releaseWords(pass: PassTimeline, { kind, from, on, wait }: Cause, spanMs: number): string {
  const who = partyName(pass, from);
  const at = momentWords(from.atMs, spanMs, unitOf(pass));
  switch (kind) {
    case 'join':
      return `Continued when ${who} ended, at ${at}`;
    case 'lock':
      return `Continued when ${who} released the lock, at ${at}`;
    case 'semaphore':
      return `Continued when ${who} released a permit, at ${at}`;
    case 'condition':
      return `Continued when ${who} notified it, at ${at}`;
    case 'message':
      return `Continued with a message from ${who}, sent at ${at}`;
    case 'room':
      return `Continued when ${who} took a message and made room, at ${at}`;
    case 'worker':
      return `Continued when ${who} ended and freed its lane, at ${at}`;
    case 'thread': {
      const up = clock(dueMs(wait?.startMs ?? from.atMs, on), spanMs);
      return `Its time was up at ${up}, but the thread was busy with job ${from.job} until ${at}`;
    }
    case 'start':
      return `Started by ${who}, at ${at}`;
  }
}

/** Where and what: `job 3: waiting for lock A, line 14`, `worker 2: job 3, waiting for lock A, line 14`. */
export function placedWords({ pass, row, bar }: Pick<BarWordsOptions, 'pass' | 'row' | 'bar'>): string {
  const what = whatWords({ bar }, linesOfBar(pass, row, bar), unitOf(pass));
  const job = `job ${bar.job}`;
  return row.name === job ? what.replace(`${job}, `, `${rowName(row)}: `) : `${rowName(row)}: ${what}`;
}

/** Returns all of it, one line each: what, when, why it continued, and where. */
export function barLines(options: BarWordsOptions, release: Cause | null): string[] {
  const { pass, row, bar, spanMs } = options;
  const why = release === null ? [] : [releaseWords(pass, release, spanMs)];
  // A lane that is named for its job has been named.
  const where = row.name === `job ${bar.job}` ? laneWords(row) : rowTitle(row);
  return [whatWords(options, linesOfBar(pass, row, bar), unitOf(pass)), whenWords(options), ...why, where];
}
