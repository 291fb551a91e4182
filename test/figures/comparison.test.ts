/** The difference between two runs made by hand, and invariants for any two logs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns, type FigureName, type Side } from '../../server/figures/comparison.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { comparisonSentence } from '../../server/words/comparison-sentence.ts';
import { settingWords } from '../../server/words/setting-words.ts';
import { atOnce, inTurn, oneByOne, type Pass, run, timelineOf } from '../timeline/made-events.ts';
import { garbage, madeLog } from '../timeline/made-logs.ts';

const SPEC: Spec = {
  lesson: 'pool',
  code: '',
  modes: [],
  runtime: 'node',
  jobs: 5,
  workers: null,
  minSeconds: 1,
  maxSeconds: 1,
  work: 'wait',
  seed: 7,
};

/** A run with `passes`, and a spec that matches them. */
function side(
  id: string,
  passes: Pass[],
  spec: Partial<Spec> = {},
  status?: Parameters<typeof run>[1],
): Side {
  const modes = passes.map(({ mode }) => mode);
  return {
    id,
    title: spec.lesson ?? 'Pool',
    spec: { ...SPEC, modes, ...spec },
    timeline: timelineOf(run(passes, status)),
  };
}
const threads = (ms: number, more: Partial<Pass> = {}): Pass => ({
  mode: 'threads',
  jobs: atOnce(5, ms, 'sleep'),
  ...more,
});
const sentence = (a: Side, b: Side) => comparisonSentence(compareRuns(a, b));
const pairOf = (a: Side, b: Side, mode: Mode, name: FigureName) =>
  compareRuns(a, b)
    .modes.find((one) => one.mode === mode)
    ?.figures.find((one) => one.name === name);

describe('comparisonSentence', () => {
  it('comparisonSentence: a single setting that differs is the reason', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000)]);
    const b = side('b', [oneByOne('sleep'), threads(2300)], { workers: 2 });
    expect(sentence(a, b)).toBe('B’s threads took 2.3 times as long: 2 workers instead of one per job.');
    expect(sentence(b, a)).toBe('B’s threads were 2.3 times as fast: one worker per job instead of 2.');
  });

  it('comparisonSentence: a setting that a mode ignores is not given as a reason for it', () => {
    const a = side('a', [oneByOne('sleep')], { seed: 1 });
    const b = side('b', [{ mode: 'sequential', jobs: inTurn(5, 2000, 'sleep') }], { seed: 2, workers: 2 });
    expect(sentence(a, b)).toBe('One by one, B took 2.0 times as long.');
  });

  it('comparisonSentence: names several settings that differ', () => {
    const b = side('b', [threads(3000)], { workers: 1, runtime: 'deno' });
    expect(sentence(side('a', [threads(1000)]), b)).toBe(
      'B’s threads took 3.0 times as long, with Deno instead of Node.js and 1 worker instead of one per job.',
    );
  });

  it('comparisonSentence: does not judge runs with different work, however long they took', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000)]);
    const other = (spec: Partial<Spec>, ms = 100) => sentence(a, side('b', [threads(ms)], spec));
    expect(other({ jobs: 3, minSeconds: 0.2, maxSeconds: 0.5, workers: 2 })).toBe(
      'A and B did different work, so neither counts as better: 3 jobs instead of 5 and jobs of 0.2 to 0.5 seconds instead of 1.',
    );
    expect(other({ lesson: 'join' })).toBe(
      'A and B did different work, so neither counts as better: “join” instead of “Pool”.',
    );
    expect(other({ work: 'compute' }, 1000)).toContain('jobs that compute instead of wait.');
    expect(other({ lesson: 'join', jobs: 10, minSeconds: 0, work: 'compute' })).toBe(
      'A and B did different work, so neither counts as better: see the settings that differ.',
    );
  });

  it('comparisonSentence: names another seed if times are drawn from it', () => {
    const ranged = { minSeconds: 1, maxSeconds: 2 };
    const pair = (spec: Partial<Spec>) =>
      sentence(
        side('a', [threads(1000)], { ...spec, seed: 1 }),
        side('b', [threads(2000)], { ...spec, seed: 2 }),
      );
    expect(pair(ranged)).toBe('B’s threads took 2.0 times as long: job times drawn from another seed.');
    expect(pair({})).toBe('B’s threads took 2.0 times as long.');
  });

  it('comparisonSentence: says how runs with different work ended after that', () => {
    const a = side('a', [threads(1000)]);
    const b = side('b', [threads(9000, { status: 'timed-out' })], { jobs: 10 });
    expect(sentence(a, b)).toBe(
      'A and B did different work, so neither counts as better: 10 jobs instead of 5. In threads, A completed and B ran out of time.',
    );
  });

  it('comparisonSentence: describes all modes together if they are alike', () => {
    const passes = (ms: number): Pass[] => [
      { mode: 'sequential', jobs: inTurn(5, ms, 'sleep') },
      threads(ms),
    ];
    const [a, b] = [side('a', passes(1000)), side('b', passes(2000), { runtime: 'deno' })];
    expect(sentence(a, b)).toBe('B took 2.0 times as long in every mode: Deno instead of Node.js.');
    // With the same factors as in the table.
    const some = [...passes(1950).slice(0, 1), threads(2000)];
    expect(sentence(a, side('b', some, { runtime: 'deno' }))).toBe(
      'B took 1.9 to 2.0 times as long in every mode: Deno instead of Node.js.',
    );
    // The factors are close to each other, but one by one there was no difference.
    const slower = side('b', [oneByOne('sleep'), threads(1090)], { workers: 2 });
    expect(sentence(side('a', [oneByOne('sleep'), threads(1000)]), slower)).toBe(
      'B’s threads took 1.1 times as long: 2 workers instead of one per job.',
    );
  });

  it('comparisonSentence: says every mode only if both ran all of them', () => {
    const passes = (ms: number): Pass[] => [
      { mode: 'sequential', jobs: inTurn(5, ms, 'sleep') },
      threads(ms),
    ];
    const more: Pass = { ...threads(1000), mode: 'processes' };
    expect(sentence(side('a', passes(1000)), side('b', [...passes(2000), more]))).toBe(
      'B took 2.0 times as long in the two modes that both ran, with the same settings.',
    );
    const going: Pass = { ...more, wallMs: null };
    expect(sentence(side('a', [...passes(1000), more]), side('b', [...passes(2000), going], {}, null))).toBe(
      'B took 2.0 times as long one by one and in threads, with the same settings.',
    );
  });

  it('comparisonSentence: two runs that took about as long', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000)]);
    expect(sentence(a, side('b', [oneByOne('sleep'), threads(1040)]))).toBe(
      'A and B took about the same time one by one and in threads, with the same settings.',
    );
    expect(sentence(side('a', [oneByOne('sleep')]), side('b', [oneByOne('sleep')], { workers: 2 }))).toBe(
      'A and B took about the same time one by one.',
    );
    expect(sentence(a, side('b', [threads(1000)], { runtime: 'deno' }))).toBe(
      'A and B took about the same time in threads, with Deno instead of Node.js.',
    );
  });

  it('comparisonSentence: if no setting differs, names the machine or other runs on it', () => {
    const a = side('a', [threads(1000, { cores: 8 })]);
    expect(sentence(a, side('b', [threads(2000, { cores: 2 })]))).toBe(
      'B’s threads took 2.0 times as long: 2 cores instead of 8.',
    );
    expect(sentence(a, side('b', [threads(2000, { cores: 8, otherRuns: 3 })]))).toBe(
      'B’s threads took 2.0 times as long, with the same settings, but 3 other runs at the same time instead of none.',
    );
    const [here, there] = ['here', 'there'].map((machine) => threads(1000, { cores: 8, machine }));
    expect(
      sentence(side('a', here ? [here] : []), side('b', there ? [{ ...there, wallMs: 2000 }] : [])),
    ).toBe('B’s threads took 2.0 times as long, with the same settings, but on different machines.');
  });

  it('comparisonSentence: says how a mode ended before how long it took', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000)]);
    expect(sentence(a, side('b', [oneByOne('sleep'), threads(9000, { status: 'timed-out' })]))).toBe(
      'In threads, A completed and B ran out of time.',
    );
    const failing = threads(1000, { jobs: [{ from: 0, to: 9, status: 'failed' }, ...atOnce(4, 9, 'sleep')] });
    expect(sentence(a, side('b', [threads(1000), failing].slice(1)))).toBe(
      'In threads, no jobs of A failed, and 1 job of B.',
    );
    const cut = threads(1000, { jobs: [{ from: 0, to: 9, status: 'cut-off' }, ...atOnce(4, 9, 'sleep')] });
    expect(sentence(side('a', [cut]), side('b', [threads(1000)]))).toBe(
      'In threads, 1 job of A was cut off, and no jobs of B.',
    );
  });

  it('comparisonSentence: nothing in common, the same run, nothing completed, nothing yet', () => {
    const a = side('a', [oneByOne('sleep')]);
    expect(sentence(a, side('b', [threads(1000), { ...threads(1), mode: 'processes' }]))).toBe(
      'These runs have no mode in common: A ran one by one, B in threads and in processes.',
    );
    expect(sentence(a, { ...a })).toBe('Both links lead to the same run.');
    const stopped = () => threads(1000, { wallMs: null });
    expect(sentence(side('a', [stopped()], {}, 'cancelled'), side('b', [stopped()], {}, 'cancelled'))).toBe(
      'No mode completed in both runs, so their times cannot be compared.',
    );
    expect(sentence(side('a', [threads(1000)]), side('b', [stopped()], {}, null))).toBe(
      'There is nothing to compare yet: no mode has ended in both runs.',
    );
  });
});

describe('compareRuns', () => {
  it('compareRuns: only the settings that differ, in the order of the form', () => {
    const a = side('a', [threads(1000)]);
    const b = side('b', [threads(1000)], {
      seed: 8,
      workers: 3,
      lesson: 'join',
      modes: ['threads', 'processes'],
    });
    const words = compareRuns(a, b).settings.map((one) => settingWords(one, a, b));
    expect(words.map(({ name, a, b }) => [name, a, b])).toEqual([
      ['Lesson', 'Pool', 'join'],
      ['Modes', 'threads', 'threads, processes'],
      ['Workers', 'one per job', '3'],
      ['Seed', '7', '8'],
    ]);
    expect(compareRuns(a, side('b', [threads(5)])).settings).toEqual([]);
  });

  it('compareRuns: two programs differ, though both have the same title', () => {
    const own = (code: string) => ({ ...side(code, [threads(1000)], { code }), title: 'Locks' });
    const [a, b] = [own('a'), own('b')];
    const { settings } = compareRuns(a, b);
    expect(settings.map((one) => [one.makesWork, settingWords(one, a, b)])).toEqual([
      [true, { name: 'Program', a: 'Locks', b: 'another with this title' }],
    ]);
    expect(compareRuns(a, own('a')).settings).toEqual([]);
  });

  it('compareRuns: figures of modes that both have, and the modes that only one has', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000, { bootMs: 40 })]);
    const b = side('b', [threads(1500, { bootMs: 20 }), { ...threads(1), mode: 'processes' }]);
    const { modes, onlyA, onlyB } = compareRuns(a, b);
    expect(modes.map(({ mode }) => mode)).toEqual(['threads']);
    expect([onlyA, onlyB]).toEqual([['sequential'], ['processes']]);
    expect(pairOf(a, b, 'threads', 'wall')).toEqual({ name: 'wall', a: 1000, b: 1500, verdict: 'a' });
    expect(pairOf(a, b, 'threads', 'startUp')).toMatchObject({ verdict: 'b' });
    expect(pairOf(a, b, 'threads', 'memory')).toEqual({ name: 'memory', a: 1000, b: 1000, verdict: 'same' });
    expect(pairOf(a, b, 'threads', 'done')).toEqual({ name: 'done', a: 5, b: 5, verdict: 'same' });
    // One is relative to its sequential pass, the other to the sum of its jobs.
    expect(pairOf(a, b, 'threads', 'speedUp')).toMatchObject({ a: 5, verdict: 'unknown' });
  });

  it('compareRuns: more speed-up is better, and fewer failed jobs', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000)]);
    const b = side('b', [oneByOne('sleep'), threads(2000)]);
    expect(pairOf(a, b, 'threads', 'speedUp')).toEqual({ name: 'speedUp', a: 5, b: 2.5, verdict: 'a' });
    const failing = side('b', [threads(1000, { jobs: [{ from: 0, to: 9, status: 'failed' }] })]);
    expect(pairOf(failing, b, 'threads', 'failed')).toEqual({ name: 'failed', a: 1, b: 0, verdict: 'b' });
    expect(pairOf(failing, b, 'threads', 'done')).toMatchObject({ a: 0, b: 5, verdict: 'b' });
  });

  it('compareRuns: a run that stopped early, or in which jobs failed, is not better', () => {
    const a = side('a', [threads(1000)]);
    for (const more of [
      { status: 'failed' },
      { status: 'timed-out' },
      { jobs: [{ from: 0, to: 1, status: 'failed' }] },
      { wallMs: null },
    ] as Partial<Pass>[]) {
      const b = side('b', [threads(10, more)], {}, more.wallMs === null ? null : 'completed');
      for (const name of ['wall', 'sum', 'processor', 'memory'] as const)
        expect(pairOf(a, b, 'threads', name)?.verdict, `${name} of ${JSON.stringify(more)}`).toBe('unknown');
    }
    // As many jobs failed in both, so the times can be compared.
    const failed = { from: 0, to: 900, status: 'failed' as const };
    const both = { jobs: [failed, { from: 0, to: 800 }] };
    const pair = pairOf(
      side('a', [threads(0, both)]),
      side('b', [threads(0, { ...both, wallMs: 1800 })]),
      'threads',
      'wall',
    );
    expect(pair).toEqual({ name: 'wall', a: 900, b: 1800, verdict: 'a' });
    // But nothing was faster where nothing was done.
    const [nothing, later] = [{ jobs: [failed] }, { jobs: [failed], wallMs: 1800 }].map((more) =>
      threads(0, more),
    );
    const none = compareRuns(side('a', nothing ? [nothing] : []), side('b', later ? [later] : []));
    expect(none.modes[0]?.figures[0]).toMatchObject({ name: 'wall', verdict: 'unknown' });
    expect(comparisonSentence(none)).toBe(
      'In threads, no job of A or B was done, so their times cannot be compared.',
    );
  });

  it('compareRuns: with different work no figure is better, but both are there', () => {
    const a = side('a', [oneByOne('sleep'), threads(1000)]);
    const passes = [oneByOne('sleep', 3), threads(300, { jobs: atOnce(3, 300, 'sleep') })];
    const b = side('b', passes, { jobs: 3 });
    for (const { figures } of compareRuns(a, b).modes) {
      for (const { name, a, b, verdict } of figures)
        expect(verdict, name).toBe(a === null || b === null ? 'unknown' : 'unlike');
    }
    expect(pairOf(a, b, 'threads', 'wall')).toEqual({ name: 'wall', a: 1000, b: 300, verdict: 'unlike' });
    const alike = side('b', [oneByOne('sleep'), threads(300)], { workers: 2, runtime: 'deno' });
    expect(pairOf(a, alike, 'threads', 'wall')).toMatchObject({ verdict: 'b' });
  });

  it('compareRuns: figures that differ by little are the same', () => {
    const wall = (a: number, b: number) =>
      pairOf(side('a', [threads(a)]), side('b', [threads(b)]), 'threads', 'wall')?.verdict;
    expect(wall(1000, 1050)).toBe('same');
    expect([wall(1000, 1052), wall(1052, 1000)]).toEqual(['a', 'b']);
    expect(wall(1, 1.9)).toBe('same');
    expect(wall(1, 2.1)).toBe('a');
  });
});

describe('any two logs', () => {
  const log = fc.oneof(
    garbage,
    madeLog.map(({ events }) => events),
  );
  const anySide = (id: string) =>
    fc.tuple(log, fc.subarray([...MODES], { minLength: 1 }), fc.constantFrom(4, 5)).map(
      ([events, modes, jobs]): Side => ({
        id,
        title: 'Any',
        spec: { ...SPEC, modes, jobs },
        timeline: timelineOf(events),
      }),
    );

  it('any two logs: one sentence, and if swapped, every verdict is reversed', () => {
    const turned = { a: 'b', b: 'a', same: 'same', unknown: 'unknown', unlike: 'unlike' } as const;
    fc.assert(
      fc.property(anySide('a'), anySide('b'), (a, b) => {
        const [one, other] = [compareRuns(a, b), compareRuns(b, a)];
        expect(comparisonSentence(one)).toMatch(/^[A-ZO].*[^.]\.$/s);
        expect(comparisonSentence(one)).not.toMatch(/NaN|undefined|null|Infinity/);
        for (const pair of one.modes) {
          const back = other.modes.find(({ mode }) => mode === pair.mode);
          expect(back?.figures.map(({ verdict }) => verdict)).toEqual(
            pair.figures.map(({ verdict }) => turned[verdict]),
          );
        }
      }),
    );
  });
});
