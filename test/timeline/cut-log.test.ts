/** A log that was cut: nothing is derived from it about what followed. Old logs, which keep a part of that, are alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bothWentAlike, modePair } from '../../server/figures/comparison.ts';
import { efficiencies } from '../../server/figures/efficiency.ts';
import { resultOf } from '../../server/figures/result.ts';
import { summarize } from '../../server/figures/summary.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { isKept } from '../../server/runs/log/event-limit.ts';
import { criticalPath } from '../../server/timeline/critical-path.ts';
import type { Bar, RunTimeline } from '../../server/timeline/model.ts';
import { Replay } from '../../server/timeline/replay.ts';
import { passTime, progress } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { passSpoken } from '../../server/words/spoken.ts';
import { modeRows } from '../../views/compare/table.ts';
import { seriesOf, seriesWords } from '../../views/drawing/series.ts';
import { consoleText } from '../../views/run/console.ts';
import { problems } from '../../views/run/problems.ts';
import { atOnce, oneByOne, run, timelineOf } from './made-events.ts';
import { madeLog } from './made-logs.ts';

/** What each kind of log keeps after the cut. */
const KEEPS = {
  new: isKept,
  old: (event: RunEvent) => isKept(event) || /^(lane|job)-/.test(event.type),
} as const;
const KINDS = ['new', 'old'] as const;

/** Cuts a log after its first `length` events, as a server does or did. */
function cut(all: RunEvent[], length: number, kind: (typeof KINDS)[number]): RunEvent[] {
  const next = all.slice(length).find((event) => !isKept(event));
  if (!next) return all;
  const { pass, atMs, seq } = next;
  const events = all.flatMap((event): RunEvent[] => {
    if (event.seq === seq) {
      const cutEvent: RunEvent = {
        seq: 0,
        pass,
        atMs,
        type: 'cut',
        what: 'events',
        job: null,
        limit: length,
      };
      return [cutEvent, ...(KEEPS[kind](event) ? [event] : [])];
    }
    return event.seq < seq || KEEPS[kind](event) ? [event] : [];
  });
  return events.map((event, i) => ({ ...event, seq: i + 1 }));
}

const bars = ({ passes }: RunTimeline): Bar[] =>
  passes.flatMap(({ rows }) => rows.flatMap((row) => row.bars));

describe('a log that was cut', () => {
  // The threads' first events are known, and not how any of their jobs ended.
  const whole = run([oneByOne('sleep'), { mode: 'threads', jobs: atOnce(5, 100, 'sleep'), wallMs: 300 }]);
  const length = whole.findIndex((event) => event.pass === 1 && event.type === 'job-ended');
  const later = run([{ mode: 'threads', jobs: atOnce(2, 100, 'sleep') }, oneByOne('sleep', 2)]);
  const before = later.findIndex(({ pass }) => pass === 1);

  it.each(KINDS)('%s log: what followed is drawn as unknown, to the end of the pass', (kind) => {
    const timeline = timelineOf(cut(whole, length, kind));
    expect(timeline.passes.map(({ cutMs }) => cutMs)).toEqual([null, 100]);
    const [, threads] = timeline.passes;
    for (const row of threads?.rows ?? []) {
      expect(row.bars.at(-1)).toMatchObject({ state: 'unknown', startMs: 100, endMs: 300 });
    }
  });

  it.each(KINDS)('%s log: figures and words claim only what precedes it', (kind) => {
    const timeline = timelineOf(cut(whole, length, kind));
    const [first, second] = summarize(timeline);
    expect(first).toMatchObject({ done: 5, unknown: 0, cutMs: null });
    const known = { done: 0, failed: 0, cutOff: 0, neverBegan: 0, unknown: 5, cutMs: 100, jobMs: 500 };
    expect(second).toMatchObject({ ...known, status: 'completed', wallMs: 300, speedUp: null });
    expect(efficiencies(timeline)).toEqual([]);
    expect(sentence(timeline)).toBe(
      `5 jobs took 5.0 s one by one: each began when the one before had ended. In threads, what happened after 0.1 s is unknown: the log was cut after ${length} events.`,
    );
    expect(problems(timeline)).toEqual([
      `The log was cut after ${length} events. What followed is unknown, and the figures cover only the part before the cut.`,
    ]);
    expect(passSpoken(second!)).toBe(
      'Threads took 0.3 s. No jobs done, 5 unknown. Its log was cut at 0.1 s.',
    );
    expect(seriesWords(timeline.passes[1]!, seriesOf(timeline.passes[1]!))).toContain(
      'up to 5 running until 0.1 s',
    );
    expect(progress(10, timeline).text).toBe('at least 5 of 10 jobs');
    expect(passTime(timeline.passes[1]!)).toBe('0.3 s, known up to 0.1 s');
    expect(consoleText(timeline)).toContain('In threads, what happened after 0.1 s is unknown');
    expect(criticalPath(timeline.passes[1]!)).toEqual([]);
    expect(bothWentAlike(second!, second!)).toBe(false);
    const lines = cut(whole, length, kind).map((event) => JSON.stringify(event));
    expect(resultOf(lines).passes.map(({ order }) => order)).toEqual([[0, 1, 2, 3, 4], null]);
  });

  it.each(KINDS)('%s log: a pass that began after it is unknown from its start', (kind) => {
    const timeline = timelineOf(cut(later, before, kind));
    const [first, second] = timeline.passes;
    expect([first?.cutMs, second?.cutMs]).toEqual([null, 0]);
    expect(second?.rows.flatMap((row) => row.bars)).toMatchObject([
      { state: 'unknown', startMs: 0, endMs: 2000 },
    ]);
    expect(summarize(timeline)[1]).toMatchObject({ wallMs: 2000, done: 0, unknown: 0, cutMs: 0, lanes: 0 });
    expect(passTime(second!)).toBe('2.0 s, unknown');
    expect(seriesOf(second!).jobs.atMs).toEqual([0]);
    expect(seriesWords(second!, seriesOf(second!))).not.toContain('running');
    expect(sentence(timeline)).toContain('One by one, everything is unknown: the log was cut');
  });

  it('a comparison says how much of each pass is known, and has no figures of jobs where that is nothing', () => {
    const [part] = summarize(timelineOf(cut(whole, length, 'new'))).slice(1);
    const [nothing] = summarize(timelineOf(cut(later, before, 'new'))).slice(1);
    const terms = { isSameWork: true, jobs: { a: 5, b: 5 }, isOver: { a: true, b: true } };
    const rows = String(modeRows(modePair('threads', part!, nothing!, terms)));
    expect(rows).toContain('the log of A was cut at 0.1 s; the log of B was cut before');
    expect(rows).toMatch(/data-figure="sum"><th [^<]*<\/th><td>500 ms<\/td><td>–<\/td>/);
    expect(rows).toMatch(/data-figure="done"><th [^<]*<\/th><td>at least 0 of 5<\/td><td>–<\/td>/);
  });

  it('wherever a log is cut, old and new ones yield the same, and nothing is invented', () => {
    fc.assert(
      fc.property(madeLog, fc.nat(200), ({ events }, length) => {
        const all: RunEvent[] = [
          ...events,
          {
            seq: events.length + 1,
            pass: null,
            atMs: 1,
            type: 'run-ended',
            status: 'completed',
            error: null,
          },
        ];
        const [now, then] = KINDS.map((kind) => timelineOf(cut(all, length, kind)));
        // An old log may know better when a pass that has no end was last heard of.
        const isKnown = ({ state }: Bar) => state !== 'unknown';
        expect(bars(now!).filter(isKnown)).toEqual(bars(then!).filter(isKnown));
        expect(summarize(now!).map(({ wallMs: _, ...rest }) => rest)).toEqual(
          summarize(then!).map(({ wallMs: _, ...rest }) => rest),
        );
        // Each bar but the unknown ones is one of the log up to there.
        const [pass] = now!.passes;
        if (pass?.cutMs == null) return;
        const { cutMs } = pass;
        const known = bars(timelineOf(all.slice(0, length))).map(
          ({ startMs, state, job }) => `${startMs} ${state} ${job}`,
        );
        for (const bar of bars(now!)) {
          if (bar.state === 'unknown') expect(bar.startMs).toBeGreaterThanOrEqual(cutMs);
          else expect(known).toContain(`${bar.startMs} ${bar.state} ${bar.job}`);
        }
      }),
    );
  });

  it('its replay ends as the run did', () => {
    const events = cut(whole, length, 'new');
    const replay = new Replay(events);
    expect(bars(replay.at(replay.endMs))).toEqual(bars(timelineOf(events)));
  });
});
