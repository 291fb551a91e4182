/** What a search for orders says of itself: never more than it has tried. */
import { describe, expect, it } from 'vitest';
import type { SearchFact } from '../../server/protocol/search.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { outcomeLines, shareWords, troubleWords } from '../../server/words/outcome-words.ts';
import { methodWords, sourcesOf } from '../../server/words/search-method.ts';
import { searchesOf, searchSentence } from '../../server/words/search-sentence.ts';
import { sentence } from '../../server/words/sentence.ts';
import {
  KEPT,
  LOST,
  outcome,
  RACE,
  searchEnd,
  searchFound,
  searchTimeline,
} from '../figures/made-searches.ts';

const told = (...facts: SearchFact[]) => sentence(searchTimeline(facts));
const FAILS = { isFailing: true } as const;
const STUCK = [
  { lane: 1, job: 0, for: 'lock', on: 'B' },
  { lane: 2, job: 1, for: 'lock', on: 'A' },
] as const;
const CIRCLE = outcome({ ...FAILS, orders: 60, isDeadlock: true, stuck: [...STUCK] });

describe('searchSentence', () => {
  it('searchSentence: how many orders there are, and what those do that fail', () => {
    expect(told(...RACE)).toBe('6 orders. 4 of them lose an update of the counter.');
    expect(told({ ...LOST, orders: 1 }, searchEnd({ failing: 1 }))).toBe(
      '6 orders. One of them loses an update of the counter.',
    );
    expect(told({ ...LOST, orders: 6, lostUpdates: 2 }, searchEnd({ failing: 6 }))).toBe(
      'All 6 orders lose updates of the counter.',
    );
    expect(told({ ...LOST, orders: 2 }, searchEnd({ orders: 2, failing: 2 }))).toBe(
      'Both orders lose an update of the counter.',
    );
    expect(
      told(CIRCLE, { ...LOST, number: 1, orders: 24 }, KEPT, searchEnd({ orders: 90, failing: 84 })),
    ).toBe('90 orders. 84 of them fail: 60 end in a deadlock, 24 lose an update of the counter.');
  });

  it('searchSentence: of several modes, each is named before what was found in it, as part of one sentence', () => {
    const search = (mode: Mode, ended: SearchFact) => {
      const [one] = searchesOf(searchTimeline([ended]).passes);
      if (one === undefined) throw new Error('There is no search.');
      return { ...one, mode };
    };
    const none = { failing: 0, orders: 4, outcomes: 1 };
    const searches = [
      search('threads', searchEnd({ ...none, outcomes: 2 })),
      search('event-loop', searchEnd(none)),
    ];
    expect(searchSentence(searches, 'completed')).toBe(
      'In threads: none of the 4 orders fails. They end in 2 different ways. On the event loop: all 4 orders end the same way.',
    );
    const same = [search('threads', searchEnd(none)), search('event-loop', searchEnd(none))];
    expect(searchSentence(same, 'completed')).toBe(
      'In threads and on the event loop: all 4 orders end the same way.',
    );
  });

  it('searchSentence: that nothing fails is said of all orders only if all were tried', () => {
    const none = { failing: 0, orders: 90, outcomes: 1 };
    expect(told(searchEnd(none))).toBe('All 90 orders end the same way.');
    expect(told(searchEnd({ ...none, outcomes: 3 }))).toBe(
      'None of the 90 orders fails. They end in 3 different ways.',
    );
    expect(told(searchEnd({ ...none, orders: 1 }))).toBe('There is only one order, and it goes well.');
    const tried = 'No order fails, of those that were tried: ';
    expect(told(searchEnd({ ...none, isComplete: false }))).toBe(`${tried}90, not all that there are.`);
    expect(told(searchEnd({ ...none, preemptions: 2 }))).toBe(`${tried}90 with at most 2 preemptions.`);
    expect(told(searchEnd({ ...none, method: 'random', orders: 1200 }))).toBe(
      `${tried}1,200, the last of them drawn at random.`,
    );
    expect(told(searchEnd({ ...none, method: 'reduced' }))).toBe(
      'All 90 different orders that matter end the same way.',
    );
  });

  it('searchSentence: kinds of failures are not counted if some outcomes are not reported', () => {
    expect(told(LOST, searchEnd({ orders: 90, failing: 84, outcomes: 200 }))).toBe(
      '90 orders. 84 of them fail.',
    );
  });

  it('searchSentence: how far a search is, and how it was stopped', () => {
    const [progress = searchEnd()] = RACE;
    expect(sentence(searchTimeline([], { isOver: false }))).toBe('The search is starting.');
    expect(sentence(searchTimeline([progress], { isOver: false }))).toBe('3 orders so far. 2 of them fail.');
  });
});

describe('troubleWords', () => {
  const words = (changes: Parameters<typeof outcome>[0]) =>
    troubleWords({ ...outcome({ ...FAILS, ...changes }), isSame: null });

  it('troubleWords: names what each party waits for, each error, the check, and lost updates', () => {
    expect(words({ isDeadlock: true, stuck: [...STUCK] })).toEqual([
      'Deadlock: job 0 waits for lock B; job 1 waits for lock A.',
    ]);
    expect(words({ stuck: [{ lane: 0, job: null, for: 'queue', on: 'queue' }] })).toEqual([
      'Nothing can continue: main waits for queue.',
    ]);
    expect(
      words({ failed: [{ job: 1, error: 'Error: no' }], check: 'Error: 1 is not 2', lostUpdates: 2 }),
    ).toEqual([
      'Job 1 failed: Error: no.',
      'The program’s check failed: Error: 1 is not 2.',
      '2 updates of the counter were lost.',
    ]);
    expect(words({ isCut: true, steps: 1000 })).toEqual(['Cut off after 1,000 steps: it may never end.']);
    expect(words({})).toEqual(['It failed.']);
  });

  it('shareWords: two of two are both, and all are only those that were tried', () => {
    const share = (some: number, orders: number, changes: Parameters<typeof searchEnd>[0] = {}) =>
      shareWords(some, searchFound([searchEnd({ orders, ...changes })]));
    expect([share(2, 2), share(1, 1), share(6, 6), share(2, 6)]).toEqual([
      ...['both orders', 'the only order', 'all 6 orders', '2 of 6 orders'],
    ]);
    expect(share(6, 6, { method: 'reduced' })).toBe('all 6 orders that matter');
    expect(share(6, 6, { method: 'random' })).toBe('all 6 orders that were tried');
    expect(share(2, 6, { isComplete: false })).toBe('2 of 6 orders that were tried');
    expect(share(1, 1, { preemptions: 1 })).toBe('the only order that was tried');
  });

  it('outcomeLines: says what is left of what any outcome leaves something in', () => {
    const { passes } = searchTimeline();
    expect(outcomeLines(passes, 10)).toEqual([
      '4 of 6 orders fail: 1 update of the counter was lost. Counter 1.',
      '2 of 6 orders go well: Counter 2.',
    ]);
    expect(outcomeLines(passes, 1).at(-1)).toBe('… and 1 other outcome');
    const listed = searchTimeline([
      outcome({ orders: 6, list: ['a', 1, { b: [2] }], omitted: 3 }),
      searchEnd(),
    ]);
    expect(outcomeLines(listed.passes, 9)).toEqual([
      'All 6 orders go well: List ["a", 1, {"b":[2]}], and 3 more values.',
    ]);
  });
});

describe('methodWords', () => {
  it('methodWords: a random search claims its published probability a schedule, and no more', () => {
    const { ended } = searchFound([
      searchEnd({
        method: 'random',
        failing: 0,
        schedules: 500,
        probability: { perSchedule: 1 / 245.7, depth: 2 },
      }),
    ]);
    const text = ended ? methodWords(ended).join(' ') : '';
    expect(text).toContain('with a probability of at least 1 in 246.');
    expect(text).toContain('A fault can still be there that none of them found.');
  });

  it('methodWords: a search that was bounded or stopped says which orders it cannot know of', () => {
    const words = (changes: Parameters<typeof searchEnd>[0]) => methodWords(searchEnd(changes)).join(' ');
    expect(words({})).toMatch(/^Every order was tried: 6 schedules were executed\./);
    expect(words({ preemptions: 1 })).toContain('Faults that need more than 1 preemption are not found.');
    expect(words({ isComplete: false })).toContain('Orders that were not tried may fail.');
    expect(words({ method: 'reduced' })).toContain('There are too many orders to try each.');
  });

  it('methodWords: says whether time or the number of schedules ended the search, of each kind', () => {
    const words = (changes: Parameters<typeof searchEnd>[0]) =>
      methodWords(searchEnd({ isComplete: false, ...changes })).join(' ');
    expect(words({ endedBy: 'time' })).toContain('Not every order was tried, because time ran out: 6 sche');
    expect(words({ endedBy: 'schedules', preemptions: 2 })).toContain(
      'Not every order with at most 2 preemptions was tried, because the limit of schedules was reached: 6',
    );
    expect(words({ method: 'reduced', endedBy: 'late' })).toContain(
      'Not all that matter were tried, because jobs too often computed for more than 5 s before a step: 6',
    );
    const drawn = { method: 'random', endedBy: 'time' } as const;
    expect(words({ ...drawn, failing: 0 })).toContain('drawn at random, until time ran out: 6 schedules');
    expect(words(drawn)).toContain('drawn at random, until time had nearly run out: 6 schedules');
    expect(words({ ...drawn, endedBy: 'schedules' })).toContain(
      'the limit of schedules was nearly reached: 6',
    );
    // Of a search that was stored before it said so.
    expect(words({ ranOut: true })).toContain('was tried, because time ran out: 6');
    expect(words({ method: 'random' })).toContain('were drawn at random: 6');
  });

  it('sourcesOf: names the papers of the methods that were used, each once', () => {
    const years = (...ends: Parameters<typeof searchEnd>[0][]) =>
      sourcesOf(ends.map(searchEnd)).map(({ authors }) => authors.slice(-4));
    expect(years({}, {})).toEqual(['2007']);
    expect(years({ method: 'reduced' })).toEqual(['2007', '2005', '2014']);
    expect(years({ method: 'reduced', preemptions: 2 })).toEqual(['2007', '2005', '2014', '2013']);
    expect(years({ method: 'random' })).toEqual(['2007', '2010']);
  });
});
