/** Sentences above recorded runs: what must be said of each, what must not, and what no sentence may do. */
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { answerOf, type Claim } from '../../server/words/claim.ts';
import { sentence } from '../../server/words/sentence.ts';
import { RECORDED, recorded } from '../lessons/recorded.ts';
import { recordedRuns } from '../recorded/read.ts';
import { timelineOf } from '../timeline/made-events.ts';
import { SAID } from './recorded-sentences.ts';
import { violations } from './rules.ts';

const LESSONS = path.resolve(import.meta.dirname, '../../server/lessons');
type Run = { name: string; lesson: string; events: RunEvent[] };
const RUNS: Run[] = [
  ...RECORDED.map((lesson) => ({ name: `lesson ${lesson}`, lesson, events: recorded(lesson) })),
  ...recordedRuns().map(({ name, spec, events }) => ({ name, lesson: spec.lesson, events })),
];
const CLAIMS = new Map<string, Claim>();
for (const slug of new Set(RUNS.map(({ lesson }) => lesson))) {
  const file = path.join(LESSONS, slug, 'claim.ts');
  if (fs.existsSync(file)) CLAIMS.set(slug, (await import(file)).default);
}

const NAMES = RUNS.map(({ name }) => name);
const passesIn = ({ events }: Run) =>
  events.flatMap(({ type, pass }) => (type === 'pass-started' && pass !== null ? [pass] : []));
const runNamed = (name: string) => RUNS.find((run) => run.name === name)!;

function headlineOf({ lesson, events }: Run): string {
  return sentence(timelineOf(events), CLAIMS.get(lesson) ?? null);
}

/**
 * Returns what is wrong with what the page says of `run` with `events` as its log: the headline, the general one, and
 * why a guess was right.
 */
function violationsOf({ name, lesson }: Run, events: RunEvent[]): string[] {
  const claim = CLAIMS.get(lesson) ?? null;
  const timeline = timelineOf(events);
  const general = sentence(timeline);
  const own = [sentence(timeline, claim), answerOf(timeline, claim)?.why ?? general].filter(
    (one) => one !== general,
  );
  const named = (said: string) => (what: string) => `${name}: ${what} in “${said}”`;
  return [
    ...violations(general, events).map(named(general)),
    ...own.flatMap((said) => violations(said, events, true).map(named(said))),
  ];
}

describe('recorded runs', () => {
  it.each(RUNS)('$name: what is said of it is within the rules', (run) => {
    expect(violationsOf(run, run.events)).toEqual([]);
  });

  it.each(Object.entries(SAID))(
    '%s: its sentence says what it must, and nothing else',
    (name, { must, never }) => {
      const said = headlineOf(runNamed(name));
      expect(said).toMatch(must);
      if (never) expect(said).not.toMatch(never);
    },
  );

  it('recorded runs: each that is no lesson in its own settings has its words in the table', () => {
    expect(Object.keys(SAID).sort()).toEqual(
      recordedRuns()
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('recorded runs: whatever is left of a log, what is said of it is within the rules', () => {
    const left = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), left, fc.constantFrom(...ENDINGS), (name, share, end) => {
        const run = runNamed(name);
        const events = end(run.events.slice(0, Math.ceil(share * run.events.length)));
        expect(violationsOf(run, events)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('recorded runs: whichever modes a run had, in whichever order, what is said of it is within the rules', () => {
    const some = fc
      .constantFrom(...NAMES.filter((name) => passesIn(runNamed(name)).length > 1))
      .chain((name) =>
        fc.record({
          name: fc.constant(name),
          passes: fc.shuffledSubarray(passesIn(runNamed(name)), { minLength: 1 }),
        }),
      );
    fc.assert(
      fc.property(some, ({ name, passes }) => {
        const run = runNamed(name);
        expect(violationsOf(run, withPasses(run.events, passes))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

const ENDINGS = [stillRunning, interrupted, cut];

function stillRunning(events: RunEvent[]): RunEvent[] {
  return events;
}

/** As the next server ends the log of one that was killed. */
function interrupted(events: RunEvent[]): RunEvent[] {
  return ended(events, 'interrupted');
}

/** As a run whose limit of events was reached here. */
function cut(events: RunEvent[]): RunEvent[] {
  const last = events.at(-1);
  if (!last || last.pass === null) return events;
  const { pass, atMs } = last;
  const seq = events.length + 1;
  return ended(
    [...events, { type: 'cut', what: 'events', job: null, limit: events.length, pass, atMs, seq }],
    'completed',
  );
}

function ended(events: RunEvent[], status: 'interrupted' | 'completed'): RunEvent[] {
  if (events.some(({ type }) => type === 'run-ended')) return events;
  return [...events, { type: 'run-ended', status, error: null, pass: null, atMs: 0, seq: events.length + 1 }];
}

/** The log of the same run if it had had these passes only, in this order. */
function withPasses(events: RunEvent[], passes: number[]): RunEvent[] {
  const ofRun = events.filter(({ pass }) => pass === null);
  const chosen = passes.flatMap((pass, at) =>
    events.filter((event) => event.pass === pass).map((event) => ({ ...event, pass: at })),
  );
  return [...ofRun.slice(0, -1), ...chosen, ...ofRun.slice(-1)].map((event, i) => ({ ...event, seq: i + 1 }));
}
