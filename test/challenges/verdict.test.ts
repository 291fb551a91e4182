/** What searches say of programs that were made for a challenge; their logs are made. */
import { expect, test } from 'vitest';
import { readChallenges } from '../../server/challenges/catalogue.ts';
import type { Challenge } from '../../server/challenges/challenge.ts';
import { verdictOf } from '../../server/challenges/verdict.ts';
import { costWords, solvedWords, verdictWords } from '../../server/challenges/verdict-words.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { brokenWords } from '../../server/words/broken-words.ts';
import { searchesOf } from '../../server/words/search-sentence.ts';
import { KEPT, outcome, RACE, searchEnd, searchTimeline } from '../figures/made-searches.ts';
import { FIXES } from './fixes.ts';

const challenges = readChallenges();
const challenge = challenges.find(({ slug }) => slug === 'lost-update') as Challenge;
const fixed = `${FIXES['lost-update']?.job}\n\n${challenge.check}`;
const SPEC: Spec = {
  ...{ lesson: '', code: fixed, modes: ['threads'], runtime: 'node', jobs: 2, workers: null, seed: 1 },
  ...{ minSeconds: 0, maxSeconds: 0, work: 'wait', explore: { preemptions: null, schedules: 100 } },
  challenge: 'lost-update',
};
const overlap = { orders: 0, steps: 2 };
const SOUND = [KEPT, searchEnd({ failing: 0, outcomes: 1, overlap })];
const judge = (changes: Partial<Spec>, facts: object[], same = [true]) =>
  verdictOf(challenge, { ...SPEC, ...changes }, searchesOf(searchTimeline(facts, { same }).passes));

test('verdictOf: the challenge’s own program breaks, and a changed one still fails, or is fixed', () => {
  expect(judge({ code: challenge.program.trimEnd() }, RACE)).toEqual({ is: 'breaks', orders: 6, failing: 4 });
  expect(judge({ code: challenge.program }, SOUND)).toEqual({ is: 'none-found' });
  expect(judge({}, RACE)).toMatchObject({ is: 'still-fails' });
  expect(judge({}, SOUND)).toEqual({ is: 'fixed', orders: 6, overlap });
  expect(judge({}, [])).toBe(null);
});

test.each([
  ['without the check', { code: `${FIXES['lost-update']?.job}\nexport function check() {}` }, 'check'],
  ['with the check in a comment', { code: `${FIXES['lost-update']?.job} // ${challenge.check}` }, 'check'],
  ['with more after the check', { code: `${fixed}\nexport const more = 1;` }, 'check'],
  ['with one job', { jobs: 1 }, 'settings'],
  ['with one worker', { workers: 1 }, 'settings'],
  ['on the event loop', { modes: ['event-loop' as const] }, 'settings'],
])('verdictOf: a program %s is not judged', (_, changes, why) => {
  expect(judge(changes, SOUND)).toEqual({ is: 'not-judged', why });
});

test.each([
  ['stopped', { isComplete: false, endedBy: 'schedules' as const }, 'bounds'],
  ['bounded', { preemptions: 1 }, 'bounds'],
  ['random', { method: 'random' as const }, 'many'],
] as const)('verdictOf: a %s search proves nothing', (_, changes, why) => {
  expect(judge({}, [KEPT, searchEnd({ failing: 0, ...changes })])).toEqual({ is: 'unproven', why });
});

test('verdictOf: nothing is proven by an order that leads elsewhere when it is run again, or was cut off', () => {
  expect(judge({}, [outcome(), searchEnd({ failing: 0 })], [false])).toEqual({
    is: 'unproven',
    why: 'differs',
  });
  const cut = judge({}, [outcome({ isCut: true }), searchEnd({ failing: 0, isComplete: false })]);
  expect(cut).toEqual({ is: 'unproven', why: 'cut' });
  expect(cut && verdictWords(cut, challenge)).toContain('Make every order end');
});

test('costWords: says whether jobs overlap', () => {
  const words = (orders: number, steps: number) =>
    costWords({ is: 'fixed', orders: 6, overlap: { orders, steps } });
  expect(words(0, 2)).toContain('one by one');
  expect(words(0, 1)).toContain('a single step');
  expect(words(2, 2)).toContain('In 2 of them');
  expect(words(6, 2)).toContain('In all orders');
  expect(costWords({ is: 'fixed', orders: 6, overlap: undefined })).toBe('');
});

test('solvedWords: the wall says what a member’s latest run has solved', () => {
  const said = (changes: Partial<Spec>, facts: readonly object[]) =>
    solvedWords(challenges, { ...SPEC, ...changes }, searchTimeline(facts, { same: [true] }));
  expect(said({}, SOUND)).toBe('Lost update: fixed');
  expect(said({}, RACE)).toBe('Lost update: not fixed yet');
  expect(said({ challenge: '' }, SOUND)).toBe(null);
  const order: Spec = { ...SPEC, code: challenge.program, explore: null, schedule: '1-2x2-1' };
  expect(solvedWords(challenges, order, { passes: [], status: 'failed' })).toBe('Lost update: broken');
  expect(solvedWords(challenges, order, { passes: [], status: 'completed' })).toBe(null);
  // An order that the program does not have.
  const { passes } = searchTimeline();
  const misfit = passes.map((pass) => ({ ...pass, isMisfit: true }));
  expect(solvedWords(challenges, order, { passes: misfit, status: 'failed' })).toBe(null);
});

test('brokenWords: the preemptions of an order, beside the fewest in which the program fails', () => {
  expect(brokenWords(1, null)).toBe('In this order, the program fails.');
  expect(brokenWords(1, 1)).toBe('In this order, the program fails, with 1 preemption: the fewest possible.');
  expect(brokenWords(1, 3)).toBe(
    'In this order, the program fails, with 3 preemptions. The fewest possible: 1.',
  );
  expect(brokenWords(0, 0)).toBe('In this order, the program fails, without a preemption.');
  expect(brokenWords(0, 2)).toBe(
    'In this order, the program fails, with 2 preemptions. It can fail without one.',
  );
});
