/** The spec: what can be requested, and which field reports what cannot. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { type ParsedSpec, specParser } from '../../server/spec/parse.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { formatSchedule, parseSchedule } from '../../server/spec/schedule.ts';
import { type Spec, WORKS } from '../../server/spec/spec.ts';
import { storedSpec } from '../../server/spec/stored-spec.ts';

const parse = specParser({
  maxJobs: 100,
  maxProcesses: 32,
  lessons: new Map([
    ['one-by-one', {}],
    ['race', {}],
    ['often', { repeat: 20 }],
    ['apart', { modes: ['processes'] }],
    ['loop', { modes: ['sequential', 'event-loop'] }],
  ]),
});

const NO_LESSON = 'There is no such lesson. Enter a name as in the lesson’s address, such as one-by-one.';
const JOBS = 'Enter a whole number from 1 to 100.';
const SEED = 'Enter a whole number from 0 to 9,007,199,254,740,991.';
const SECONDS = 'Enter a number of seconds from 0 to 3,600.';
const MODE = 'Choose one of: sequential, event-loop, threads, processes.';
const LIST = 'Enter a list of one or more of: sequential, event-loop, threads, processes.';
const ORDER = 'Raise the maximum or lower the minimum.';
const REPEAT = 'Enter a whole number from 1 to 50.';
const SWEEP = 'Enter a whole number from 2 to 32.';
const WORKERS = 'A sweep needs workers: choose only threads, processes or both.';
const BOTH = 'Use Repeat or Sweep, not both.';
const PREEMPTIONS = 'Enter a whole number from 0 to 1,000.';
const SCHEDULES = 'Enter a whole number from 1 to 1,000,000.';
const TWICE = 'Choose each mode only once.';

const specOf = (input: unknown): Spec => {
  const parsed = parse(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.spec;
};
/** As sent by the store and the API, where `-0` is 0. */
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

const FEW = 'Every order can be tried in threads and on the event loop only: clear the other modes.';
const ONE_MODE = 'One order can be run in threads and on the event loop only: choose one of them.';
const ONE_ORDER = 'Enter an order such as 1-2-1-2: the numbers of the lanes that take the steps; 0 is main.';
const STEPS = `${ONE_ORDER} At most 1,000 steps.`;
const ALONE = 'One order is one run: use it without “Try every order”, Repeat and Sweep.';
const ONLY_ONE = 'Use only one of “Try every order”, Repeat and Sweep.';

describe('specParser: what is refused of orders', () => {
  it.each<[string, object, object]>([
    ['a search that is no truth', { explore: 1 }, { explore: 'Send true or false.' }],
    ['a search as a word', { explore: 'yes' }, { explore: 'Send true or false.' }],
    ['a repeated search', { explore: true, repeat: 2 }, { explore: ONLY_ONE }],
    ['a search in a sweep', { explore: true, modes: ['threads'], sweep: 4 }, { explore: ONLY_ONE }],
    ['a search in processes', { explore: true, modes: ['threads', 'processes'] }, { modes: FEW }],
    ['a search one by one, typed', { explore: 'on', modes: ['sequential'] }, { modes: FEW }],
    ['preemptions below zero', { explore: true, preemptions: -1 }, { preemptions: PREEMPTIONS }],
    ['too many preemptions, typed', { explore: 'true', preemptions: '1001' }, { preemptions: PREEMPTIONS }],
    ['no schedule', { explore: true, schedules: 0 }, { schedules: SCHEDULES }],
    ['too many schedules', { explore: true, schedules: 1_000_001 }, { schedules: SCHEDULES }],
    ['one order in no mode that has orders', { schedule: '1-2', modes: ['processes'] }, { modes: ONE_MODE }],
    ['one order in two modes', { schedule: '1-2', modes: ['event-loop', 'threads'] }, { modes: ONE_MODE }],
    ['one order of a search', { schedule: '1-2', explore: true }, { schedule: ALONE }],
    ['one order, repeated', { schedule: '1-2', repeat: '2' }, { schedule: ALONE }],
    ['an order that is no text', { schedule: [1, 2] }, { schedule: ONE_ORDER }],
    ['an order with a gap', { schedule: '1--2' }, { schedule: STEPS }],
    ['an order of no steps', { schedule: '1x0' }, { schedule: STEPS }],
    ['an order without end', { schedule: '1x1001' }, { schedule: STEPS }],
    ['an order in words', { schedule: 'job 1, then job 2' }, { schedule: STEPS }],
    [
      'an order that is very long',
      { schedule: '1-'.repeat(1001) },
      { schedule: 'Shorten the order to 2,000 characters.' },
    ],
  ])('specParser: refuses %s', (_, input, errors) => {
    expect(parse(input)).toEqual({ ok: false, errors });
  });
});

describe('specParser: orders', () => {
  const parsedOf = (input: unknown) => {
    const parsed = parse(input);
    return parsed.ok ? { ...parsed, spec: parsed.spec } : parsed;
  };

  it('specParser: a search has bounds, and is a family of one', () => {
    const family = { kind: 'exploration', count: 1 };
    const explore = { preemptions: null, schedules: 100_000 };
    expect(parsedOf({ explore: true })).toMatchObject({ family, spec: { explore, modes: ['threads'] } });
    expect(parsedOf({ explore: 'true', preemptions: '', schedules: '' })).toMatchObject({
      spec: { explore },
    });
    expect(parsedOf({ explore: true, preemptions: '2', schedules: 500 })).toMatchObject({
      spec: { explore: { preemptions: 2, schedules: 500 } },
    });
    // The lesson is repeated otherwise.
    expect(parsedOf({ lesson: 'often', explore: true })).toMatchObject({ family });
    const asked = {
      explore: 'possible',
      modes: ['sequential', 'threads', 'event-loop'],
      repeat: '9',
      sweep: '3',
    };
    expect(parsedOf({ ...asked, schedule: '1-2' })).toMatchObject({
      family,
      spec: { explore, modes: ['event-loop', 'threads'] },
    });
    // The button of a form whose box is checked.
    expect(parsedOf({ explore: ['true', 'possible'] })).toMatchObject({ family, spec: { explore } });
    expect(parsedOf({ explore: 'possible', modes: ['processes'] })).toMatchObject({
      spec: { modes: ['threads'] },
    });
  });

  it('specParser: a search that is not asked for leaves no trace, whatever its bounds', () => {
    for (const explore of [undefined, null, false, 'false', '']) {
      const parsed = parsedOf({ explore, preemptions: '3', schedules: '', schedule: '', repeat: '' });
      expect(parsed).toMatchObject({ ok: true, family: null });
      if (parsed.ok)
        for (const name of ['explore', 'preemptions', 'schedules', 'schedule'])
          expect(parsed.spec).not.toHaveProperty(name);
    }
  });

  it('specParser: without modes, orders are tried in threads, or in those of the lesson’s modes that can be', () => {
    const modesOf = (input: object) => specOf(input).modes;
    expect(modesOf({ explore: true })).toEqual(['threads']);
    expect(modesOf({ lesson: 'apart', explore: true })).toEqual(['threads']);
    expect(modesOf({ lesson: 'loop', explore: true })).toEqual(['event-loop']);
    expect(modesOf({ lesson: 'loop', schedule: '1-2' })).toEqual(['event-loop']);
    expect(modesOf({ modes: ['threads', 'event-loop'], explore: true })).toEqual(['event-loop', 'threads']);
  });

  it('specParser: one order is one run, also of a lesson that is repeated', () => {
    expect(parsedOf({ lesson: 'often', schedule: ' 1-2x3-0:1 ' })).toMatchObject({
      family: null,
      spec: { schedule: '1-2x3-0:1', modes: ['threads'] },
    });
  });

  it('storedSpec: keeps orders', () => {
    for (const input of [{ explore: true, preemptions: 0 }, { schedule: '1-2' }]) {
      const spec = specOf(input);
      expect(storedSpec.parse(asJson(spec))).toEqual(spec);
    }
  });
});

describe('parseSchedule', () => {
  const step = fc.record({ lane: fc.nat(1001), answer: fc.nat(999) });

  it('parseSchedule: reads what formatSchedule writes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        expect(parseSchedule(formatSchedule(steps), 60)).toEqual(steps);
      }),
    );
  });

  it('parseSchedule: any text is a schedule or none, and never more steps than asked for', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9:x-]{0,40}$/), (text) => {
        expect(parseSchedule(text, 50)?.length ?? 1).toBeLessThanOrEqual(50);
      }),
    );
    expect(parseSchedule('', 50)).toBeNull();
  });
});

describe('specParser: what is refused', () => {
  it.each<[string, object, object]>([
    ['no job', { jobs: 0 }, { jobs: JOBS }],
    ['no job, typed', { jobs: '0' }, { jobs: JOBS }],
    ['jobs below zero', { jobs: -1 }, { jobs: JOBS }],
    ['jobs below zero, typed', { jobs: '-1' }, { jobs: JOBS }],
    ['too many jobs', { jobs: 1e9 }, { jobs: JOBS }],
    ['too many jobs, typed', { jobs: '1e9' }, { jobs: JOBS }],
    ['one job too many', { jobs: 101 }, { jobs: JOBS }],
    ['half a job', { jobs: 2.5 }, { jobs: JOBS }],
    ['half a job, typed', { jobs: '2.5' }, { jobs: JOBS }],
    ['jobs as a word', { jobs: 'five' }, { jobs: JOBS }],
    ['jobs left empty', { jobs: '' }, { jobs: JOBS }],
    ['jobs as spaces', { jobs: '  ' }, { jobs: JOBS }],
    ['jobs as NaN', { jobs: Number.NaN }, { jobs: JOBS }],
    ['jobs as NaN, typed', { jobs: 'NaN' }, { jobs: JOBS }],
    ['jobs without end', { jobs: Number.POSITIVE_INFINITY }, { jobs: JOBS }],
    ['jobs without end, typed', { jobs: '1e999' }, { jobs: JOBS }],
    ['jobs in sixteens', { jobs: '0x5' }, { jobs: JOBS }],
    ['jobs as null', { jobs: null }, { jobs: JOBS }],
    ['jobs as a truth', { jobs: true }, { jobs: JOBS }],
    ['jobs as a list', { jobs: [5] }, { jobs: JOBS }],
    ['jobs twice in a form', { jobs: ['5', '6'] }, { jobs: JOBS }],
    ['jobs as an object', { jobs: { valueOf: 5 } }, { jobs: JOBS }],
    ['no worker', { workers: 0 }, { workers: JOBS }],
    ['workers as a word', { workers: 'all' }, { workers: JOBS }],
    ['the least above the most', { minSeconds: 3, maxSeconds: 2 }, { maxSeconds: ORDER }],
    ['the least above the most, typed', { minSeconds: '3', maxSeconds: '2.9' }, { maxSeconds: ORDER }],
    [
      'the least above the most, and more',
      { minSeconds: 3, maxSeconds: 2, jobs: 0, work: 'play' },
      { maxSeconds: ORDER, jobs: JOBS, work: 'Choose one of: wait, compute, mixed.' },
    ],
    [
      'the least above the most, neither to be had',
      { minSeconds: -1, maxSeconds: -2 },
      { minSeconds: SECONDS, maxSeconds: SECONDS },
    ],
    [
      'the least above the usual most, of no lesson',
      { lesson: 'x', minSeconds: 11 },
      { lesson: NO_LESSON, maxSeconds: ORDER },
    ],
    ['the least above the usual most', { minSeconds: 11 }, { maxSeconds: ORDER }],
    ['seconds below zero', { minSeconds: -0.1 }, { minSeconds: SECONDS }],
    ['seconds as NaN', { maxSeconds: Number.NaN }, { maxSeconds: SECONDS }],
    ['seconds as NaN, typed', { maxSeconds: 'NaN' }, { maxSeconds: SECONDS }],
    ['seconds past an hour', { maxSeconds: '3600.5' }, { maxSeconds: SECONDS }],
    ['seconds left empty', { minSeconds: '' }, { minSeconds: SECONDS }],
    ['seconds with a comma', { minSeconds: '1,5' }, { minSeconds: SECONDS }],
    ['an unknown mode', { modes: ['fibers'] }, { modes: MODE }],
    ['an unknown mode beside a known one', { modes: ['threads', 'fibers'] }, { modes: MODE }],
    ['no mode', { modes: [] }, { modes: 'Choose at least one mode.' }],
    ['a mode twice', { modes: ['threads', 'threads'] }, { modes: TWICE }],
    ['a mode very often', { modes: Array(50_000).fill('threads') }, { modes: TWICE }],
    ['modes as text', { modes: 'threads' }, { modes: LIST }],
    ['modes as null', { modes: null }, { modes: LIST }],
    ['modes as an object', { modes: { 0: 'threads', length: 1 } }, { modes: LIST }],
    ['modes in a list in a list', { modes: [['threads']] }, { modes: MODE }],
    [
      'an unknown runtime',
      { runtime: 'bun' },
      { runtime: 'Choose one of: node, deno, python, python-free-threaded.' },
    ],
    ['unknown work', { work: '' }, { work: 'Choose one of: wait, compute, mixed.' }],
    ['work by the name of a method', { work: 'toString' }, { work: 'Choose one of: wait, compute, mixed.' }],
    ['an unknown lesson', { lesson: '../../etc/passwd' }, { lesson: NO_LESSON }],
    ['a lesson by the name of a method', { lesson: 'constructor' }, { lesson: NO_LESSON }],
    ['a lesson that is no text', { lesson: 5 }, { lesson: 'Enter the name of a lesson.' }],
    ['a seed of 2^53', { seed: 2 ** 53 }, { seed: SEED }],
    ['a seed of 2^53, typed', { seed: '9007199254740992' }, { seed: SEED }],
    ['a seed below zero', { seed: '-1' }, { seed: SEED }],
    ['a seed with a fraction', { seed: 0.5 }, { seed: SEED }],
    ['no repeat', { repeat: 0 }, { repeat: REPEAT }],
    ['too many repeats', { repeat: '51' }, { repeat: REPEAT }],
    ['half a repeat', { repeat: 1.5 }, { repeat: REPEAT }],
    ['repeats as a word', { repeat: 'often' }, { repeat: REPEAT }],
    ['repeats twice in a form', { repeat: ['2', '3'] }, { repeat: REPEAT }],
    ['a sweep to one worker', { modes: ['threads'], sweep: 1 }, { sweep: SWEEP }],
    ['a sweep to more than there may be', { modes: ['threads'], sweep: '33' }, { sweep: SWEEP }],
    ['a sweep as a word', { modes: ['threads'], sweep: 'far' }, { sweep: SWEEP }],
    ['a sweep in every mode', { sweep: 4 }, { sweep: WORKERS }],
    ['a sweep on the event loop', { modes: ['event-loop', 'threads'], sweep: 4 }, { sweep: WORKERS }],
    ['a repeated sweep', { modes: ['threads'], repeat: 2, sweep: 4 }, { sweep: BOTH }],
    [
      'a repeated sweep, and more',
      { modes: ['threads'], repeat: 2, sweep: 4, jobs: 0 },
      { jobs: JOBS, sweep: BOTH },
    ],
    ['a sweep of no mode', { modes: [], sweep: 4 }, { modes: 'Choose at least one mode.' }],
    ['a field that there is not', { job: 5 }, { '': 'Remove the unknown field "job".' }],
    ['constructor as a field', { constructor: 1 }, { '': 'Remove the unknown field "constructor".' }],
    [
      '__proto__ as a field',
      JSON.parse('{"__proto__":{"jobs":3}}'),
      { '': 'Remove the unknown field "__proto__".' },
    ],
    ['__proto__ within a field', { jobs: JSON.parse('{"__proto__":3}') }, { jobs: JOBS }],
    [
      'several at once',
      { jobs: 'x', seed: -1, modes: [], junk: 1 },
      { modes: 'Choose at least one mode.', jobs: JOBS, seed: SEED, '': 'Remove the unknown field "junk".' },
    ],
  ])('specParser: %s is refused at its field', (_what, input, errors) => {
    expect(parse(input)).toEqual({ ok: false, errors });
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['text', '{"jobs":5}'],
    ['a number', 5],
    ['a list', [{ jobs: 5 }]],
    ['a truth', true],
  ])('specParser: %s in place of the fields is refused as a whole', (_what, input) => {
    expect(parse(input)).toEqual({ ok: false, errors: { '': 'Send an object with the fields of a run.' } });
  });

  it('specParser: __proto__ as a field of a form is refused, and changes no prototype', () => {
    const fields: Record<string, unknown> = Object.create(null);
    Object.defineProperty(fields, '__proto__', { value: 'x', enumerable: true });
    fields.modes = ['threads'];
    expect(parse(fields)).toEqual({ ok: false, errors: { '': 'Remove the unknown field "__proto__".' } });
    expect(Object.prototype).not.toHaveProperty('jobs');
  });

  it('specParser: a field of 250,000 digits is refused like a short one', () => {
    // Quadratic matching would take minutes here.
    expect(parse({ jobs: `${'1'.repeat(250_000)}x` })).toEqual({ ok: false, errors: { jobs: JOBS } });
  });

  it('specParser: a message repeats no more than a line of the names sent', () => {
    const parsed = parse(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field${i}`, ''])));
    expect(parsed).toMatchObject({ ok: false });
    expect(!parsed.ok && parsed.errors['']?.length).toBeLessThan(300);
  });
});

describe('specParser: what is taken', () => {
  it('specParser: by default, the notebook’s five jobs in every mode, with a drawn seed', () => {
    const { seed, ...rest } = specOf({});
    expect(rest).toEqual({
      lesson: 'one-by-one',
      code: '',
      modes: ['sequential', 'event-loop', 'threads', 'processes'],
      runtime: 'node',
      jobs: 5,
      workers: null,
      minSeconds: 1,
      maxSeconds: 10,
      work: 'wait',
    });
    expect(Number.isSafeInteger(seed)).toBe(true);
    const seeds = new Set(Array.from({ length: 20 }, () => specOf({}).seed));
    expect(seeds.size).toBeGreaterThan(1);
  });

  it('specParser: a lesson’s own settings if it is named, the notebook’s if none is', () => {
    const lessons = new Map([['one-by-one', { minSeconds: 0.5, maxSeconds: 2 }]]);
    const of = (input: unknown) => specParser({ maxJobs: 100, maxProcesses: 32, lessons })(input);
    const notebook = { lesson: 'one-by-one', minSeconds: 1, maxSeconds: 10 };
    expect(of({})).toMatchObject({ spec: notebook });
    expect(of({ lesson: 'one-by-one' })).toMatchObject({ spec: { minSeconds: 0.5, maxSeconds: 2 } });
    expect(of({ minSeconds: 5 })).toMatchObject({ spec: { ...notebook, minSeconds: 5 } });
    expect(of({ lesson: 'one-by-one', minSeconds: 5 })).toMatchObject({ ok: false });
  });

  it('specParser: text in a form and numbers in JSON mean the same', () => {
    const numbers = { jobs: 7, workers: 2, minSeconds: 0.5, maxSeconds: 1, seed: 9_007_199_254_740_991 };
    const texts = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, ` ${value} `]));
    expect(specOf(texts)).toEqual(specOf(numbers));
    expect(specOf(texts)).toMatchObject(numbers);
  });

  it('specParser: empty workers is one lane per job, and with an empty seed one is drawn', () => {
    for (const empty of ['', null, undefined]) {
      const spec = specOf({ workers: empty, seed: empty });
      expect(spec.workers).toBeNull();
      expect(Number.isSafeInteger(spec.seed)).toBe(true);
    }
  });

  it('specParser: fields that are missing come from the lesson, fields that are given or empty do not', () => {
    const pool = { workers: 4, jobs: 20, modes: ['threads'], seed: 7 } as const;
    const lessons = new Map([['pool', { ...pool, modes: [...pool.modes] }]]);
    const ofPool = specParser({ maxJobs: 100, maxProcesses: 32, lessons });
    expect(ofPool({ lesson: 'pool' })).toMatchObject({ ok: true, spec: { ...pool, maxSeconds: 10 } });
    expect(ofPool({ lesson: 'pool', workers: '', jobs: '3' })).toMatchObject({
      ok: true,
      spec: { workers: null, jobs: 3, modes: ['threads'] },
    });
    const drawn = [1, 2, 3].map(() => ofPool({ lesson: 'pool', seed: null }));
    expect(new Set(drawn.map((one) => one.ok && one.spec.seed)).size).toBeGreaterThan(1);
  });

  it('specParser: accepts the highest number of jobs, and no time at all', () => {
    expect(specOf({ jobs: 100, workers: 100, minSeconds: 0, maxSeconds: 0, seed: 0 })).toMatchObject({
      jobs: 100,
      workers: 100,
      minSeconds: 0,
      maxSeconds: 0,
      seed: 0,
    });
  });

  it('specParser: requests a single run without repeat and sweep, or with a repeat of one', () => {
    for (const repeat of [undefined, null, '', 1, '1', ' 1 '])
      for (const sweep of [undefined, null, ''])
        expect(parse({ repeat, sweep })).toMatchObject({ ok: true, family: null });
  });

  it('specParser: a repeat is a family of the same run, in any mode', () => {
    for (const repeat of [2, '2', 50])
      expect(parse({ repeat })).toMatchObject({ family: { kind: 'repeat', count: Number(repeat) } });
  });

  it('specParser: a lesson’s own repeat counts where the field is left out, but not beside a sweep', () => {
    const family = (more: object) => {
      const parsed = parse({ lesson: 'often', modes: ['threads'], ...more });
      return parsed.ok && [parsed.family?.kind ?? null, parsed.family?.count ?? 1];
    };
    expect(family({})).toEqual(['repeat', 20]);
    expect(family({ repeat: 3 })).toEqual(['repeat', 3]);
    for (const repeat of ['', 1, null]) expect(family({ repeat })).toEqual([null, 1]);
    expect(family({ sweep: 4 })).toEqual(['sweep', 4]);
    expect(specOf({ lesson: 'often' })).not.toHaveProperty('repeat');
  });

  it('specParser: a sweep is a family too, with a repeat of one or none, in modes that have workers', () => {
    const family = { kind: 'sweep', count: 8 };
    for (const modes of [['threads'], ['processes'], ['threads', 'processes']])
      for (const repeat of ['', 1]) expect(parse({ modes, repeat, sweep: '8' })).toMatchObject({ family });
  });

  it('specParser: a sweep is refused if the lesson has modes without workers, and accepted if it has none', () => {
    const lessons = new Map([
      ['one-by-one', {}],
      ['pool', { modes: ['threads'] satisfies Spec['modes'] }],
    ]);
    const ofPool = specParser({ maxJobs: 100, maxProcesses: 4, lessons });
    expect(ofPool({ sweep: 4 })).toEqual({ ok: false, errors: { sweep: WORKERS } });
    expect(ofPool({ lesson: 'pool', sweep: 4 })).toMatchObject({ family: { count: 4 } });
    const FAR = 'Enter a whole number from 2 to 4.';
    expect(ofPool({ lesson: 'pool', sweep: 5 })).toEqual({ ok: false, errors: { sweep: FAR } });
  });

  describe('specParser: short memory', () => {
    const ofMemory = (memoryMib: number) =>
      specParser({ maxJobs: 100, maxProcesses: 32, memoryMib, lessons: new Map([['one-by-one', {}]]) });

    it('specParser: the default spec is accepted with the least memory that a machine of 512 MiB has to give', () => {
      expect(ofMemory(256)({})).toMatchObject({ ok: true, spec: { jobs: 5, workers: null } });
    });

    it.each([
      [64, ['sequential', 'event-loop'], true],
      [64, ['threads'], false],
      [68, ['threads'], true],
      [111, ['threads', 'processes'], false],
      [112, ['processes'], true],
    ] as const)('specParser: with %i MiB, main and one lane of %j fit: %s', (memoryMib, modes, fits) => {
      const parsed = ofMemory(memoryMib)({ modes, jobs: 100 });
      expect(parsed.ok).toBe(fits);
      if (!parsed.ok) expect(parsed.errors).toEqual({ modes: expect.stringContaining(`${memoryMib} MiB`) });
    });

    it('specParser: a sweep is refused beyond the workers that fit, with how many that is', () => {
      const modes = ['threads', 'processes'];
      expect(ofMemory(256)({ modes, sweep: 3 }).ok).toBe(true);
      // Three jobs never need a fourth worker.
      expect(ofMemory(256)({ modes, sweep: 4, jobs: 3 }).ok).toBe(true);
      const errors = { sweep: expect.stringContaining('at most 3: more processes') };
      expect(ofMemory(256)({ modes, sweep: 4 })).toEqual({ ok: false, errors });
      expect(ofMemory(256)({ modes: ['threads'], sweep: 4 }).ok).toBe(true);
    });
  });

  it('specParser: takes the limit of jobs from its rules', () => {
    const three = specParser({ maxJobs: 3, maxProcesses: 32, lessons: new Map([['one-by-one', {}]]) });
    expect(three({ jobs: 3 }).ok).toBe(true);
    expect(three({ jobs: 4 })).toEqual({ ok: false, errors: { jobs: 'Enter a whole number from 1 to 3.' } });
  });

  it('specParser: modes are in a fixed order, in whatever order they are given', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...MODES], { minLength: 1 }), (modes) => {
        expect(specOf({ modes }).modes).toEqual(MODES.filter((mode) => modes.includes(mode)));
      }),
    );
  });
});

/** Values near and far from what a field accepts. */
const number = fc.oneof(
  fc.integer({ min: -2, max: 120 }),
  fc.double(),
  fc.constantFrom(2 ** 53, 2 ** 53 - 1, 1e9, -0),
);
const near = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 9 }).map(String) },
  { weight: 2, arbitrary: number },
  { weight: 2, arbitrary: number.map(String) },
  fc.constantFrom('', 'five', '٣', '1_000', '+5', '.5', '5.', '1e2', '--1', '1e', '\u0000'),
  fc.jsonValue(),
);
const choiceOf = (...values: readonly string[]) =>
  fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...values) }, fc.jsonValue());
const specLike = fc.record(
  {
    lesson: choiceOf('one-by-one', 'race'),
    modes: fc.oneof(
      { weight: 20, arbitrary: fc.shuffledSubarray([...MODES], { minLength: 1 }) },
      fc.array(fc.constantFrom(...MODES, 'fibers')),
      fc.jsonValue(),
    ),
    runtime: choiceOf(...JAVASCRIPT),
    jobs: near,
    workers: near,
    minSeconds: near,
    maxSeconds: near,
    work: choiceOf(...WORKS),
    seed: near,
    repeat: near,
    sweep: near,
  },
  { requiredKeys: [], noNullPrototype: false },
);

function checkOutcome(parsed: ParsedSpec): void {
  if (!parsed.ok) {
    const messages = Object.values(parsed.errors);
    expect(messages.length).toBeGreaterThan(0);
    for (const message of messages) expect(message).toMatch(/^[A-Z].*\.$/s);
    return;
  }
  const { lesson, modes, runtime, jobs, workers, minSeconds, maxSeconds, work, seed } = parsed.spec;
  expect(['one-by-one', 'race']).toContain(lesson);
  expect(modes).toEqual(MODES.filter((mode) => modes.includes(mode)));
  expect(modes.length).toBeGreaterThan(0);
  expect(JAVASCRIPT).toContain(runtime);
  expect(WORKS).toContain(work);
  for (const lanes of [jobs, workers ?? 1]) {
    expect(Number.isInteger(lanes) && lanes >= 1 && lanes <= 100, `${lanes} jobs or workers`).toBe(true);
  }
  expect(minSeconds >= 0 && minSeconds <= maxSeconds && maxSeconds <= 3600).toBe(true);
  expect(Number.isSafeInteger(seed) && seed >= 0, `seed ${seed}`).toBe(true);
  const { kind, count } = parsed.family ?? { kind: 'repeat', count: 2 };
  expect(Number.isInteger(count) && count >= 2 && count <= (kind === 'repeat' ? 50 : 32)).toBe(true);
  if (kind === 'sweep') expect(['threads', 'processes']).toEqual(expect.arrayContaining(modes));
}

describe('specParser: whatever is sent', () => {
  it('specParser: any JSON gives a spec within bounds or messages at fields, and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => checkOutcome(parse(value))),
      { numRuns: 500 },
    );
  });

  it('specParser: anything like a spec gives a spec within bounds or messages at fields', () => {
    let taken = 0;
    fc.assert(
      fc.property(specLike, (value) => {
        const parsed = parse(value);
        if (parsed.ok) taken++;
        checkOutcome(parsed);
      }),
      { numRuns: 2000 },
    );
    // Otherwise this would not test accepted specs.
    expect(taken).toBeGreaterThan(50);
  });

  it('specParser: an accepted spec is accepted again unchanged, from JSON and from the store', () => {
    fc.assert(
      fc.property(specLike, (value) => {
        const parsed = parse(value);
        fc.pre(parsed.ok);
        const sent = asJson(parsed.ok && parsed.spec);
        expect(parse(sent)).toEqual({ ok: true, spec: sent, family: null });
        expect(storedSpec.parse(sent)).toEqual(sent);
      }),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });
});
