/** The page of a family with few results: a single time is shown once, and what was cut off is marked. */
import { expect, it } from 'vitest';
import type { Family } from '../../../server/figures/family.ts';
import { resultOf } from '../../../server/figures/result.ts';
import type { Status } from '../../../server/protocol/facts.ts';
import { familySection } from '../../../views/family/family.ts';
import { elements } from '../../markup.ts';

/** A family of five that was stopped in its second run, with that end of its pass. */
const stopped = (status: Status, wallMs: number | null): Family => ({
  id: 'f',
  person: 'ann',
  kind: 'repeat',
  count: 5,
  createdAt: 0,
  status,
  spec: {
    lesson: 'one-by-one',
    code: '',
    modes: ['threads'],
    runtime: 'node',
    jobs: 3,
    workers: null,
    minSeconds: 1,
    maxSeconds: 3,
    work: 'wait',
    seed: 1,
  },
  runs: [['completed', 2695.6] as const, [status, wallMs] as const].map(([ending, ms], i) => ({
    id: `r${i}`,
    number: i + 1,
    createdAt: 0,
    result: {
      ...resultOf([]),
      status: ending,
      passes: [{ mode: 'threads', status: ending, wallMs: ms, cpuMs: 90, cores: 2, order: [0, 1, 2] }],
    },
  })),
});
const shown = (status: Status, wallMs: number | null, grows = false) =>
  String(
    familySection({
      family: stopped(status, wallMs),
      lesson: null,
      challenge: null,
      timelines: null,
      mine: false,
      left: null,
      grows,
      base: '',
    }),
  );

it('familySection: a stopped family counts only the runs that ended by themselves', () => {
  for (const status of ['cancelled', 'interrupted'] as const) {
    const html = shown(status, 1000);
    expect(elements(html, 'progress')[0]?.attributes).toMatchObject({ value: '1', max: '5' });
    expect(html).toMatch(/after 1 of 5 runs in threads/);
  }
});

it('familySection: a pass that was cut off is marked in the table, with or without its time', () => {
  const times = (html: string) =>
    elements(html, 'tr').flatMap(({ text }) => /^Run [12]\n?(.*)/.exec(text)?.[1] ?? []);
  expect(times(shown('cancelled', 1000))).toEqual(['completed2.7 s', 'cancelledcut off at 1.0 s']);
  expect(times(shown('interrupted', null))).toEqual([
    'completed2.7 s',
    'interrupted: the server stoppedcut off',
  ]);
  expect(times(shown('failed', 1000))).toEqual(['completed2.7 s', 'failed1.0 s, failed']);
});

it('familySection: a sweep’s distance from the curve is as precise as the drawing, and without a curve nothing names one', () => {
  const sweep = (...wallMs: number[]) => {
    const family: Family = { ...stopped('completed', null), kind: 'sweep', count: wallMs.length };
    const [run] = family.runs;
    family.status = 'completed';
    family.runs = wallMs.map((ms, i) => ({
      ...run!,
      number: i + 1,
      result: { ...run!.result, passes: [{ ...run!.result.passes[0]!, wallMs: ms }] },
    }));
    return String(
      familySection({
        family,
        lesson: null,
        challenge: null,
        timelines: null,
        mine: false,
        left: null,
        grows: false,
        base: '',
      }),
    );
  };
  const fitText = (...wallMs: number[]) =>
    /The measured speed-up [^.]+(\.\d+[^.]*)?\./.exec(sweep(...wallMs))?.[0];
  // Amdahl's law with 0: 1, 2, 3.
  expect(fitText(6000, 3000, 2000)).toBe('The measured speed-up lies on its curve.');
  expect(fitText(6000, 2950, 2000)).toBe('The measured speed-up is up to 0.03× off its curve.');
  // What was measured is never above a limit that the law would set.
  expect(fitText(6000, 6000, 3000)).toBe(undefined);
  expect(sweep(6000, 3000, 2000)).toContain('>Amdahl</th>');
  expect(sweep(6000, 6000, 3000)).not.toMatch(/>Amdahl<\/th>|Amdahl’s law<\/li>/);
});

it('familySection: a single measurement is one time, not a spread', () => {
  const html = shown('cancelled', 1000);
  expect(elements(html, 'p').map(({ text }) => text)).toContain('Measured once: 2.7 s.');
  expect(html).not.toMatch(/middle half took|class="quartiles"/);
  expect(html).toContain('aria-label="One time, 2.7 s."');
});

it('familySection: what a family has shown is announced as it ends, and not repeated on a page opened later', () => {
  const announced = (grows: boolean) =>
    elements(shown('cancelled', 1000, grows), 'p').find(({ attributes }) => attributes.role === 'status')
      ?.text;
  expect(announced(true)).toMatch(/after 1 of 5 runs in threads/);
  expect(announced(false)).toBe('');
});
