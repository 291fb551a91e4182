/** The wait-for graph: every deadlock is found and described, and no pass that may still continue is reported. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../../server/program/hub.ts';
import type { Fact, LaneFact } from '../../../server/protocol/facts.ts';
import { Waits } from '../../../server/runs/pass/waits.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import {
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  laneStarted,
  waitEnded,
  waitStarted,
} from '../../timeline/made-events.ts';

/** A time long enough after the last fact for any state to be reported, and one for any but what is on its way. */
const LATER = 1e6;
const SOON = 2000;

const released = (lane: number, job: number | null, on: string): Fact => ({
  type: 'lock-released',
  lane,
  job,
  on,
});

/** Returns waits after `facts`, one per millisecond, once main was ready. */
function waitsOf(facts: Fact[], mode: Mode = 'threads', isScript = false): Waits {
  const waits = new Waits(mode, isScript);
  const all = [laneStarted(0, mode), laneReady(0), ...facts];
  for (const [atMs, fact] of all.entries()) waits.apply(fact as LaneFact, atMs);
  return waits;
}

/** Running jobs, job n on lane n + 1; main joins job 0. */
function jobs(count: number): Fact[] {
  const numbers = Array.from({ length: count }, (_, n) => n);
  return [
    ...numbers.flatMap((n) => [laneStarted(n + 1, 'threads'), laneReady(n + 1), jobStarted(n + 1, n)]),
    waitStarted(0, null, 'join', 'job 0'),
  ];
}

/** Job n holds the lock. */
const holds = (n: number, lock: string): Fact[] => [
  waitStarted(n + 1, n, 'lock', lock),
  waitEnded(n + 1, n, 'lock', lock),
];
const wants = (n: number, lock: string): Fact => waitStarted(n + 1, n, 'lock', lock);

/** Job n holds lock n and waits for the next: a circle. */
const circleOf = (count: number): Fact[] => [
  ...Array.from({ length: count }, (_, n) => holds(n, `L${n}`)).flat(),
  ...Array.from({ length: count }, (_, n) => wants(n, `L${(n + 1) % count}`)),
];

describe('Waits: timers of the program', () => {
  const empty: Fact[] = [...jobs(1), waitStarted(1, 0, 'queue', 'a message')];

  it('Waits: nothing is stuck while a lane has timers, and what is stuck after the last is told', () => {
    for (const facts of [empty, [...jobs(1), ...holds(0, 'own'), wants(0, 'own')]]) {
      const waits = waitsOf(facts);
      waits.timers(1, 5000);
      expect(waits.stuck(5500)).toBeNull();
      expect(waits.stuck(LATER)).not.toBeNull();
    }
  });

  it('Waits: timers that are cleared, or whose lane has ended, count no more', () => {
    const cleared = waitsOf(empty);
    cleared.timers(1, LATER);
    expect(cleared.stuck(SOON)).toBeNull();
    cleared.timers(1, 20);
    expect(cleared.stuck(SOON)).not.toBeNull();
    const ended = waitsOf([...empty, laneStarted(2, 'threads')]);
    ended.timers(2, LATER);
    expect(ended.stuck(SOON)).toBeNull();
    ended.apply(laneEnded(2, 'exited') as LaneFact, 100);
    expect(ended.stuck(SOON)).not.toBeNull();
  });

  it('Waits: where several wait for each other, no timer ends that', () => {
    for (const lane of [1, 3]) {
      const waits = waitsOf([...circleOf(2), laneStarted(3, 'threads'), laneReady(3), jobStarted(3, 2)]);
      waits.timers(lane, LATER);
      expect(waits.stuck(SOON)?.circle).toHaveLength(2);
    }
  });
});

describe('Waits: a circle', () => {
  it('Waits: in a script, a circle counts only if nothing else can continue', () => {
    const circle = [...jobs(2), ...circleOf(2)];
    expect(waitsOf(circle, 'threads', true).stuck(LATER)?.circle).toHaveLength(2);
    // As a join with a timeout: main ends them then.
    const timed = [...circle, waitStarted(0, null, 'sleep', 'at most 4 s')];
    expect(waitsOf(timed, 'threads', true).stuck(LATER)).toBeNull();
    expect(waitsOf(timed).stuck(LATER)?.circle).toHaveLength(2);
    const beside = [...jobs(3), ...circleOf(2)];
    expect(waitsOf(beside, 'threads', true).stuck(LATER)).toBeNull();
    // An attempt that failed takes the lock from nobody.
    const attempt = [
      waitStarted(0, null, 'lock', 'L0'),
      { ...waitEnded(0, null, 'lock', 'L0'), gaveUp: true } as const,
    ];
    const tried = [...circle.slice(0, -2), ...attempt, ...circle.slice(-2)];
    expect(waitsOf(tried, 'threads', true).stuck(LATER)?.circle).toHaveLength(2);
  });

  it('Waits: a circle of locks is found in any order of events, and named in order of the waits', () => {
    const size = fc.integer({ min: 2, max: 8 });
    fc.assert(
      fc.property(size, fc.nat(3), fc.infiniteStream(fc.nat()), (count, others, picks) => {
        const wanting = Array.from({ length: count }, (_, n) => n);
        // In any order: the last wait closes the circle.
        const order = wanting
          .map((n) => ({ n, by: picks.next().value ?? 0 }))
          .sort((a, b) => a.by - b.by)
          .map(({ n }) => n);
        const facts = [
          ...jobs(count + others),
          ...wanting.flatMap((n) => holds(n, `L${n}`)),
          // A job that waits for one in the circle is stuck too, but is not part of it.
          ...Array.from({ length: others }, (_, n) => wants(count + n, 'L0')),
          ...order.map((n) => wants(n, `L${(n + 1) % count}`)),
        ];
        expect(waitsOf(facts.slice(0, -1)).stuck(LATER)?.circle ?? null).toBeNull();
        const stuck = waitsOf(facts).stuck(LATER);
        const circle = stuck?.circle ?? [];
        expect(circle.map(({ job }) => job ?? -1).toSorted((a, b) => a - b)).toEqual(wanting);
        for (const [at, { lane, job, on }] of circle.entries()) {
          const next = circle[(at + 1) % circle.length];
          expect(on).toBe(`L${next?.job}`);
          expect(lane).toBe((job ?? 0) + 1);
        }
        const named = [...(stuck?.text.matchAll(/(?<=Deadlock: |held by )job (\d+)/g) ?? [])].map(([, n]) =>
          Number(n),
        );
        expect(named).toEqual([...circle.map(({ job }) => job), circle[0]?.job]);
      }),
    );
  });

  it('Waits: a circle is described in words', () => {
    expect(waitsOf([...jobs(2), ...circleOf(2)]).stuck(LATER)?.text).toBe(
      'Deadlock: job 0 waits for lock L1, held by job 1, which waits for lock L0, held by job 0.',
    );
  });

  it('Waits: in a circle each is named once, with the line at which it waits if known', () => {
    const lines = [5, undefined, 9];
    const circle = circleOf(3).map((fact) => {
      const isLast = fact.type === 'wait-started' && fact.on !== `L${fact.job}`;
      return isLast && fact.job !== null ? { ...fact, line: lines[fact.job] } : fact;
    });
    const stuck = waitsOf([...jobs(3), ...circle]).stuck(LATER);
    expect(stuck?.text).toBe(
      'Deadlock: job 0, line 5, waits for lock L1, held by job 1, which waits for lock L2, held by job 2, line 9, ' +
        'which waits for lock L0, held by job 0.',
    );
    expect(stuck?.circle?.[0]).toEqual({ lane: 1, job: 0, for: 'lock', on: 'L1' });
  });

  it('Waits: a job that acquires a lock it holds waits for itself', () => {
    const stuck = waitsOf([...jobs(1), ...holds(0, 'A'), wants(0, 'A')]).stuck(LATER);
    expect(stuck?.circle).toEqual([{ lane: 1, job: 0, for: 'lock', on: 'A' }]);
    expect(stuck?.text).toBe('Deadlock: job 0 waits for lock A, held by job 0.');
  });

  it('Waits: a job that waits for a lock several times at once, and takes it in turn, is not stuck', () => {
    const both = [wants(0, 'L'), wants(0, 'L'), wants(0, 'L'), waitEnded(1, 0, 'lock', 'L')];
    const waits = waitsOf([...jobs(1), ...both]);
    waits.apply(released(1, 0, 'L') as LaneFact, SOON - 1);
    waits.apply(waitEnded(1, 0, 'lock', 'L') as LaneFact, SOON - 1);
    expect(waits.stuck(SOON)).toBeNull();
    expect(waits.stuck(LATER)?.circle).toHaveLength(1);
  });

  it('Waits: main is in the circle if it joins a job that waits for its lock', () => {
    const mainHolds = [waitStarted(0, null, 'lock', 'A'), waitEnded(0, null, 'lock', 'A')];
    const stuck = waitsOf([...mainHolds, ...jobs(1), wants(0, 'A')]).stuck(LATER);
    expect(stuck?.circle?.map(({ for: kind, on }) => `${kind} ${on}`)).toEqual(['join job 0', 'lock A']);
    expect(stuck?.text).toBe('Deadlock: main waits for job 0, which waits for lock A, held by main.');
  });

  it('Waits: a circle is found while other jobs continue', () => {
    const facts = [...jobs(3), ...circleOf(2), waitStarted(3, 2, 'sleep', '9 s')];
    expect(waitsOf(facts).stuck(LATER)?.circle).toHaveLength(2);
  });

  it('Waits: a circle counts only when it has lasted', () => {
    const facts = [...jobs(2), ...circleOf(2)];
    const waits = waitsOf(facts);
    expect(waits.stuck(facts.length)).toBeNull();
    expect(waits.stuck(LATER)).not.toBeNull();
  });

  it('Waits: after the server stood still, a circle and a quiet pass must last again', () => {
    for (const facts of [
      [...jobs(2), ...circleOf(2)],
      [...jobs(1), waitStarted(1, 0, 'queue', 'a message')],
    ]) {
      const waits = waitsOf(facts);
      waits.restart(LATER);
      expect(waits.stuck(LATER + 700)).toBeNull();
      expect(waits.stuck(LATER + 800)).not.toBeNull();
    }
  });

  it('Waits: a lane that has been answered is about to continue, until it reports something or for a while', () => {
    const facts = [...jobs(1), waitStarted(1, 0, 'queue', 'a message')];
    const waits = waitsOf(facts);
    waits.answered(1, LATER);
    expect(waits.stuck(LATER + 4900)).toBeNull();
    expect(waits.stuck(LATER + 5100)).not.toBeNull();
    waits.answered(1, LATER);
    waits.apply(waitEnded(1, 0, 'queue', 'a message') as LaneFact, LATER);
    waits.apply(waitStarted(1, 0, 'queue', 'a message') as LaneFact, LATER);
    expect(waits.stuck(LATER + 800)).not.toBeNull();
  });

  it('Waits: main that waits for all jobs at once does not hide their circle', () => {
    const facts = [...jobs(2), waitStarted(0, null, 'join', 'job 1'), ...circleOf(2)];
    expect(
      waitsOf(facts)
        .stuck(LATER)
        ?.circle?.map(({ job }) => job),
    ).toEqual([0, 1]);
  });

  it('Waits: a job that also waits for something that may still happen is in no circle', () => {
    const circle = [...jobs(2), ...circleOf(2)];
    expect(waitsOf([...circle, waitStarted(1, 0, 'sleep', '1 s')]).stuck(LATER)).toBeNull();
    const either = [...jobs(3), waitStarted(1, 0, 'lock', 'L2'), ...circleOf(2), ...holds(2, 'L2')];
    expect(waitsOf(either).stuck(LATER)).toBeNull();
  });
});

/** Job n holds a permit of the semaphore. */
const takes = (n: number, semaphore: string, permits?: number): Fact[] => [
  wantsPermit(n, semaphore, permits),
  waitEnded(n + 1, n, 'semaphore', semaphore),
];
const wantsPermit = (n: number, semaphore: string, permits?: number): Fact =>
  ({ ...waitStarted(n + 1, n, 'semaphore', semaphore), permits }) as Fact;
const notified = (lane: number, job: number | null, on: string, id: string): Fact => ({
  type: 'condition-notified',
  lane,
  job,
  on,
  all: true,
  id,
});

describe('Waits: semaphores', () => {
  it('Waits: a circle through a semaphore needs all holders of its permits to be stuck', () => {
    // Jobs 0 and 1 hold a permit, and wait for the lock of job 2, which waits for a permit.
    const facts = [
      ...[...jobs(3), ...takes(0, 'S'), ...takes(1, 'S'), ...holds(2, 'A')],
      ...[wantsPermit(2, 'S'), wants(0, 'A')],
    ];
    expect(waitsOf(facts).stuck(LATER)).toBeNull();
    const stuck = waitsOf([...facts, wants(1, 'A')]).stuck(LATER);
    expect(stuck?.circle?.map(({ job, for: kind, on }) => `${job} ${kind} ${on}`)).toEqual([
      '0 lock A',
      '2 semaphore S',
    ]);
    expect(stuck?.text).toBe(
      'Deadlock: job 0 waits for lock A, held by job 2, which waits for semaphore S, held by job 0.',
    );
  });

  it('Waits: a job that waits for a second permit waits for the other holder, not for itself', () => {
    const facts = [...jobs(2), ...takes(0, 'S', 2), ...takes(1, 'S', 2)];
    const stuck = waitsOf([...facts, wantsPermit(0, 'S', 2), wantsPermit(1, 'S', 2)]).stuck(LATER);
    expect(stuck?.text).toBe(
      'Deadlock: job 0 waits for semaphore S, held by job 1, which waits for semaphore S, held by job 0.',
    );
  });

  it('Waits: a job that has given its permit back is no holder', () => {
    const given: Fact = { type: 'permit-released', lane: 1, job: 0, on: 'S', id: '1.1' };
    const facts = [...jobs(2), ...takes(0, 'S'), ...takes(1, 'S'), ...holds(1, 'A')];
    const circle = [wants(0, 'A'), wantsPermit(1, 'S')];
    expect(waitsOf([...facts, ...circle]).stuck(LATER)).not.toBeNull();
    // Job 1 alone holds a permit, and waits for another one: for itself, unless there is a second permit.
    const stuck = waitsOf([...facts, given, ...circle]).stuck(LATER);
    expect(stuck?.circle?.map(({ job }) => job)).toEqual([1]);
    const second = [...jobs(2), ...takes(1, 'S', 2), wantsPermit(1, 'S')];
    expect(waitsOf([...second, jobEnded(1, 0), laneEnded(1)]).stuck(SOON)).toBeNull();
  });

  it('Waits: permits that ended jobs never gave back are named', () => {
    const facts = [...jobs(3), ...takes(1, 'S'), ...takes(2, 'S'), jobEnded(2, 1), jobEnded(3, 2)];
    expect(waitsOf([...facts, laneEnded(2), laneEnded(3), wantsPermit(0, 'S')]).stuck(LATER)?.text).toBe(
      'Nothing can continue: main waits for job 0; job 0 waits for semaphore S, never released by job 1 and job 2.',
    );
  });
});

describe('Waits: conditions', () => {
  const waitsFor = (n: number, condition: string): Fact => waitStarted(n + 1, n, 'condition', condition);
  const text = (facts: Fact[]) => waitsOf([...jobs(2), ...facts]).stuck(LATER)?.text ?? null;

  it('Waits: jobs that all wait for a condition are stuck, and a lost wake-up is named', () => {
    const rest = [jobEnded(2, 1), laneEnded(2)];
    const stuck = 'Nothing can continue: main waits for job 0; job 0 waits for condition C';
    expect(text([waitsFor(0, 'C'), ...rest])).toBe(`${stuck}.`);
    const early = [notified(2, 1, 'C', '2.1'), waitsFor(0, 'C')];
    expect(text([...early, ...rest])).toBe(`${stuck} (lost wake-up: job 1 notified it before).`);
    // Another condition, or a notification that did wake a job, is no lost wake-up.
    expect(text([notified(2, 1, 'D', '2.1'), waitsFor(0, 'C'), ...rest])).toBe(`${stuck}.`);
    const woke: Fact = { type: 'wait-ended', lane: 2, job: 1, for: 'condition', on: 'C', by: '0.1' };
    const inTime = [waitsFor(1, 'C'), notified(0, null, 'C', '0.1'), woke];
    expect(text([...inTime, waitsFor(0, 'C'), ...rest])).toBe(`${stuck}.`);
  });

  it('Waits: a job that may still notify keeps the others from being stuck', () => {
    expect(text([waitsFor(0, 'C')])).toBeNull();
    expect(text([waitsFor(0, 'C'), waitStarted(2, 1, 'sleep', '9 s')])).toBeNull();
    expect(text([waitsFor(0, 'C'), waitStarted(2, 1, 'queue', 'a message')])).not.toBeNull();
  });
});

describe('Waits: locks taken in one order', () => {
  it('Waits: jobs that take locks in one order are never stuck, however their steps fall', () => {
    // Each job acquires some of five locks, in the order of their numbers, and then releases them.
    const plan = fc.uniqueArray(fc.nat(4), { maxLength: 4 }).map((locks) => locks.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(
        fc.array(plan, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (plans, picks) => {
          const facts: Fact[] = [];
          const hub = new Hub(() => {});
          const steps = plans.map((locks) => [
            ...locks.map((lock) => ({ do: 'acquire' as const, on: `L${lock}` })),
            ...locks.toReversed().map((lock) => ({ do: 'release' as const, on: `L${lock}` })),
          ]);
          const waiting = new Set<number>();
          const left = (n: number) => (steps[n]?.length ?? 0) > 0;
          const waits = waitsOf(jobs(plans.length));
          let now = 100;
          const apply = (...more: Fact[]) => {
            facts.push(...more);
            for (const fact of more) waits.apply(fact as LaneFact, ++now);
          };
          for (;;) {
            const ready = plans.map((_, n) => n).filter((n) => !waiting.has(n) && left(n));
            const job = ready[(picks.next().value ?? 0) % ready.length];
            if (job === undefined) break;
            const step = steps[job]?.shift();
            if (step?.do === 'acquire') {
              apply(wants(job, step.on));
              waiting.add(job);
              hub.ask(job + 1, { id: 0, job, what: 'acquire', lock: step.on }, () => {
                waiting.delete(job);
                apply(waitEnded(job + 1, job, 'lock', step.on));
              });
            } else if (step) {
              apply(released(job + 1, job, step.on));
              hub.ask(job + 1, { id: 0, job, what: 'release', lock: step.on }, () => {});
            }
            if (!left(job)) apply(jobEnded(job + 1, job), laneEnded(job + 1));
            expect(waits.stuck(now + LATER)).toBeNull();
          }
          expect(plans.some((_, n) => left(n))).toBe(false);
        },
      ),
    );
  });
});

describe('Waits: nothing can continue', () => {
  const empty = [...jobs(2), waitStarted(1, 0, 'queue', 'a message')];

  it('Waits: when all wait and none is left that could put, all are named with what they wait for', () => {
    const stuck = waitsOf([...empty, waitStarted(2, 1, 'queue', 'a message')]).stuck(LATER);
    expect(stuck).toEqual({
      text: 'Nothing can continue: main waits for job 0; job 0 waits for a message; job 1 waits for a message.',
      circle: null,
    });
  });

  it('Waits: a job that waits in vain is named with its line', () => {
    const facts = [...jobs(1), { ...waitStarted(1, 0, 'queue', 'a message'), line: 14 }];
    expect(waitsOf(facts).stuck(LATER)?.text).toBe(
      'Nothing can continue: main waits for job 0; job 0, line 14, waits for a message.',
    );
  });

  it('Waits: a lock that was never released is named with its last holder', () => {
    const facts = [...jobs(2), ...holds(1, 'A'), wants(0, 'A'), jobEnded(2, 1), laneEnded(2)];
    expect(waitsOf(facts).stuck(LATER)?.text).toBe(
      'Nothing can continue: main waits for job 0; job 0 waits for lock A, never released by job 1.',
    );
  });

  it('Waits: for a while, nothing is reported while what a job waits for is on its way to it', () => {
    const message = (type: 'message-sent' | 'message-received', n: number, id: string): Fact =>
      ({ type, lane: n + 1, job: n, id, value: 1, bytes: 1 }) as Fact;
    const onItsWay: Record<string, Fact[]> = {
      'a lock': [...holds(1, 'A'), wants(0, 'A'), released(2, 1, 'A')],
      'a permit': [
        ...[...takes(1, 'S', 2), ...takes(1, 'S', 2), wantsPermit(0, 'S')],
        { type: 'permit-released', lane: 2, job: 1, on: 'S', id: '2.1' },
      ],
      'a first permit': [wantsPermit(0, 'S', 1)],
      'a message': [waitStarted(1, 0, 'queue', 'a message'), message('message-sent', 1, '2.1')],
      'room in an empty queue': [waitStarted(1, 0, 'queue', 'room in the queue')],
      'room after a get': [
        ...[message('message-sent', 0, '1.1'), message('message-sent', 0, '1.2')],
        ...[waitStarted(1, 0, 'queue', 'room in the queue'), message('message-received', 1, '1.1')],
      ],
      'a notification': [waitStarted(1, 0, 'condition', 'C'), notified(2, 1, 'C', '2.1')],
    };
    for (const [what, facts] of Object.entries(onItsWay)) {
      const waits = waitsOf([...jobs(2), ...facts, jobEnded(2, 1), laneEnded(2)]);
      expect([what, waits.stuck(SOON)]).toEqual([what, null]);
      expect([what, waits.stuck(LATER)?.text]).toEqual([what, expect.stringContaining('Nothing can')]);
    }
  });

  it('Waits: what nobody can give any more is reported soon', () => {
    const woke: Fact = { type: 'wait-ended', lane: 2, job: 1, for: 'condition', on: 'C', by: '0.1' };
    const one = { ...notified(0, null, 'C', '0.1'), all: false } as Fact;
    const inVain: Record<string, Fact[]> = {
      'a permit': [...takes(1, 'S', 1), wantsPermit(0, 'S')],
      'a message': [waitStarted(1, 0, 'queue', 'a message')],
      'a notification that another job got': [
        ...[waitStarted(2, 1, 'condition', 'C'), waitStarted(1, 0, 'condition', 'C'), one, woke],
      ],
    };
    for (const [what, facts] of Object.entries(inVain)) {
      const waits = waitsOf([...jobs(2), ...facts, jobEnded(2, 1), laneEnded(2)]);
      expect([what, waits.stuck(SOON)?.text]).toEqual([what, expect.stringContaining('Nothing can')]);
    }
  });

  it('Waits: nothing is reported while a job sleeps, computes or starts', () => {
    const others: Record<string, Fact[]> = {
      computes: empty,
      sleeps: [...empty, waitStarted(2, 1, 'sleep', '9 s')],
      'has slept, and computes': [
        ...empty,
        waitStarted(2, 1, 'sleep', '9 s'),
        waitEnded(2, 1, 'sleep', '9 s'),
      ],
      'has a timeout': [...empty, waitStarted(2, 1, 'queue', 'a message'), waitStarted(2, 1, 'sleep', '9 s')],
      'starts a lane': [
        ...empty,
        waitStarted(2, 1, 'queue', 'a message'),
        laneStarted(3, 'threads'),
        laneReady(3),
      ],
      'starts a process': [...empty, waitStarted(2, 1, 'queue', 'a message'), laneStarted(3, 'processes')],
    };
    for (const [what, facts] of Object.entries(others)) {
      expect([what, waitsOf(facts).stuck(LATER)]).toEqual([what, null]);
    }
  });

  it('Waits: nothing is reported while only main works, or for joins alone', () => {
    expect(waitsOf([]).stuck(LATER)).toBeNull();
    expect(waitsOf(jobs(1)).stuck(LATER)).toBeNull();
    expect(waitsOf([waitStarted(0, null, 'join', 'job 3')]).stuck(LATER)).toBeNull();
  });

  it('Waits: it is reported only after a while without facts', () => {
    const waits = waitsOf([...empty, waitStarted(2, 1, 'queue', 'a message')]);
    waits.apply({ type: 'log', lane: 1, job: 0, stream: 'stdout', text: 'x' }, LATER);
    expect(waits.stuck(LATER)).toBeNull();
    expect(waits.stuck(2 * LATER)).not.toBeNull();
  });

  it('Waits: a job that waits for a worker of the pool is neither stuck nor able to release others', () => {
    const facts = [
      ...jobs(1),
      waitStarted(0, 1, 'worker', 'a free lane'),
      waitStarted(1, 0, 'queue', 'a message'),
    ];
    expect(waitsOf(facts).stuck(LATER)?.text).toContain('job 0 waits for a message');
  });

  it('Waits: the waits of a lane end with it', () => {
    const facts = [...empty, waitStarted(2, 1, 'queue', 'a message'), laneEnded(1), laneEnded(2)];
    const waits = waitsOf([...facts, waitEnded(0, null, 'join', 'job 0')]);
    expect(waits.stuck(LATER)).toBeNull();
  });

  it('Waits: one by one, main waits for the job that it started', () => {
    const facts = [jobStarted(0, 0), waitStarted(0, 0, 'queue', 'a message')];
    expect(waitsOf(facts, 'sequential').stuck(LATER)?.text).toBe(
      'Nothing can continue: job 0 waits for a message.',
    );
    expect(waitsOf(facts, 'event-loop').stuck(LATER)).toBeNull();
    const between = [...facts, waitEnded(0, 0, 'queue', 'a message'), jobEnded(0, 0)];
    expect(waitsOf(between, 'sequential').stuck(LATER)).toBeNull();
  });
});

describe('Waits: at the time limit', () => {
  it('Waits: each that has not ended is named, with what it waits for if known', () => {
    const facts = [
      ...jobs(3),
      { ...waitStarted(1, 0, 'queue', 'a message'), line: 9 },
      waitStarted(2, 1, 'sleep', '2 s'),
    ];
    expect(waitsOf(facts).unended()).toBe(
      'Main waits for job 0; job 0, line 9, waits for a message; job 1 waits for 2 s; job 2 has not ended.',
    );
    const fewer = [...facts, waitEnded(1, 0, 'queue', 'a message'), jobEnded(3, 2), laneEnded(3)];
    expect(waitsOf(fewer).unended()).toBe('Main waits for job 0; job 0 has not ended; job 1 waits for 2 s.');
  });

  it('Waits: of many, the first are named and the others counted', () => {
    const text = waitsOf(jobs(20)).unended() ?? '';
    expect(text.split('; ')).toHaveLength(11);
    expect(text).toMatch(/; and 11 more\.$/);
  });

  it('Waits: one by one, main inside start is not named, and none before main has begun', () => {
    expect(waitsOf([jobStarted(0, 0)], 'sequential').unended()).toBe('Job 0 has not ended.');
    expect(new Waits('threads').unended()).toBeNull();
  });

  it('Waits: ofMain returns what main still waits for, with its lines', () => {
    const facts = [{ ...waitStarted(0, null, 'sleep', '2 s'), line: 3 }, waitStarted(0, null, 'lock', 'A')];
    expect(waitsOf([]).ofMain()).toEqual([]);
    expect(waitsOf(facts).ofMain()).toEqual([
      { on: '2 s', line: 3 },
      { on: 'lock A', line: undefined },
    ]);
  });
});
