/** Admission: never exceeds the capacity, is fair between people, and reports every position. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cost, Demand, Ticket } from '../../server/runs/admission.ts';
import { isBusy } from '../../server/runs/capacity.ts';
import { LocalAdmission } from '../../server/runs/local-admission.ts';
import { type Applicant, BusyError } from '../../server/runs/places.ts';

const ONE_CORE: Cost = { cores: 1, memoryMib: 10 };

/** A pass of a second that costs so much, and shares cores with no other. */
const passOf = (cost: Cost, more: Partial<Demand> = {}): Demand => ({
  needs: cost.cores,
  isExclusive: true,
  lastsMs: 1000,
  ...cost,
  ...more,
});

/** `person`, unknown to the network, with as many places as there are. */
const of = (person: string, more: Partial<Applicant> = {}): Applicant => ({
  person,
  network: null,
  places: Number.POSITIVE_INFINITY,
  ...more,
});

type Entered = {
  name: string;
  ticket: Ticket;
  isAdmitted: boolean;
  isDisplaced: boolean;
  positions: number[];
};

/** Creates an admission with named runs, and records what happens to each. */
function newQueue({ cores = 1, memoryMib = 1000, maxWaiting = 100, perNetwork = 100 } = {}) {
  const admission = new LocalAdmission({ cores, memoryMib }, { total: maxWaiting, perNetwork });
  const order: string[] = [];
  const all = new Map<string, Entered>();
  function enter(name: string, by: string | Applicant = name, cost: Cost = ONE_CORE): Entered {
    const positions: number[] = [];
    const ticket = admission.enter(typeof by === 'string' ? of(by) : by, passOf(cost), {
      moved: ({ position }) => {
        if (positions.at(-1) !== position) positions.push(position);
      },
      displaced: () => {
        entered.isDisplaced = true;
      },
    });
    const entered: Entered = { name, ticket, isAdmitted: false, isDisplaced: false, positions };
    all.set(name, entered);
    void ticket.admitted.then(() => {
      entered.isAdmitted = true;
      order.push(name);
    });
    return entered;
  }
  const leave = (name: string) => all.get(name)?.ticket.leave();
  return { admission, enter, leave, order, all };
}

/** Resolves after the reactions of all promises resolved so far. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('LocalAdmission', () => {
  it('onBetween: between two passes, another person’s run that waits elsewhere goes first', async () => {
    const { admission, enter, leave, all } = newQueue();
    admission.onBetween(async (person) => {
      expect([person, admission.hasRoom(passOf(ONE_CORE))]).toEqual(['ann', true]);
      if (!all.has('bob')) enter('bob');
    });
    const { ticket } = enter('ann');
    let isNext = false;
    void ticket.next(passOf(ONE_CORE)).then(() => {
      isNext = true;
    });
    await settled();
    expect([all.get('bob')?.isAdmitted, isNext]).toEqual([true, false]);
    leave('bob');
    await settled();
    expect(isNext).toBe(true);
    // One that is stopped meanwhile takes no place.
    void ticket.next(passOf(ONE_CORE));
    leave('ann');
    await settled();
    expect(admission.load()).toEqual({ active: 0, waiting: 0 });
  });

  it('LocalAdmission: a run under way that costs more than it seemed makes others wait, until it costs less', async () => {
    const { enter } = newQueue({ cores: 2 });
    const cheap = { cores: 0.1, memoryMib: 10 };
    const first = enter('a', 'a', cheap);
    first.ticket.charge({ cores: 3, memoryMib: 10 });
    const second = enter('b', 'b', cheap);
    second.ticket.charge(cheap);
    await settled();
    expect([first.isAdmitted, second.isAdmitted, second.positions]).toEqual([true, false, [1]]);
    first.ticket.charge({ cores: 1, memoryMib: 10 });
    await settled();
    expect(second.isAdmitted).toBe(true);
  });

  it('LocalAdmission: a run that fits starts at once, and gets no position', async () => {
    const { admission, enter, order } = newQueue({ cores: 2 });
    const [a, b] = [enter('a'), enter('b')];
    await Promise.all([a.ticket.admitted, b.ticket.admitted]);
    expect(order).toEqual(['a', 'b']);
    expect(a.positions).toEqual([]);
    expect(admission).toMatchObject({ active: 2, waiting: 0 });
  });

  it('LocalAdmission: a run that does not fit waits, gets each new position, and starts in order', async () => {
    const { admission, enter, leave, order, all } = newQueue();
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    expect(admission).toMatchObject({ active: 1, waiting: 3 });
    for (const name of ['a', 'b', 'c', 'd']) {
      await all.get(name)?.ticket.admitted;
      leave(name);
    }
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    expect([...all.values()].map(({ positions }) => positions)).toEqual([[], [1], [2, 1], [3, 2, 1]]);
    expect(admission).toMatchObject({ active: 0, waiting: 0 });
  });

  it('LocalAdmission: memory is counted like cores', async () => {
    const { enter, leave } = newQueue({ cores: 100, memoryMib: 100 });
    enter('a', 'a', { cores: 0.1, memoryMib: 60 });
    const b = enter('b', 'b', { cores: 0.1, memoryMib: 60 });
    await settled();
    expect(b.isAdmitted).toBe(false);
    leave('a');
    await b.ticket.admitted;
  });

  it('LocalAdmission: ten runs of a tenth of a core fill one core, and the eleventh waits', async () => {
    const { admission, enter } = newQueue();
    for (let i = 0; i < 11; i++) enter(`run ${i}`, 'a', { cores: 0.1, memoryMib: 1 });
    expect(admission).toMatchObject({ active: 10, waiting: 1 });
  });

  it.each([
    { cores: 2.1, memoryMib: 1 },
    { cores: 0.1, memoryMib: 101 },
  ])('LocalAdmission: a run that would never fit is refused, and leaves no trace: %j', (cost) => {
    const { admission, enter } = newQueue({ cores: 2, memoryMib: 100 });
    expect(() => enter('large', 'large', cost)).toThrow(RangeError);
    expect(admission).toMatchObject({ active: 0, waiting: 0 });
    enter('next', 'next', { cores: 2, memoryMib: 100 });
    expect(admission).toMatchObject({ active: 1, waiting: 0 });
  });

  it('LocalAdmission: a small run does not overtake a large one', async () => {
    const { enter, leave, order } = newQueue({ cores: 3 });
    enter('a', 'a', { cores: 2, memoryMib: 1 });
    const large = enter('large', 'b', { cores: 3, memoryMib: 1 });
    const small = enter('small', 'c', { cores: 1, memoryMib: 1 });
    await settled();
    expect(order).toEqual(['a']);
    leave('a');
    await large.ticket.admitted;
    leave('large');
    await small.ticket.admitted;
    expect(order).toEqual(['a', 'large', 'small']);
  });

  it('LocalAdmission: no person’s tenth run starts before another person’s first', async () => {
    const { enter, leave, order, all } = newQueue();
    for (let i = 1; i <= 10; i++) enter(`ann ${i}`, 'ann');
    const bob = enter('bob 1', 'bob');
    enter('bob 2', 'bob');
    enter('eve 1', 'eve');
    expect(bob.positions).toEqual([1]);
    expect(all.get('ann 2')?.positions).toEqual([1, 2, 3]);
    expect(all.get('bob 2')?.positions).toEqual([3, 4]);
    for (let gone = 0; gone < all.size; gone++) {
      await settled();
      leave(order[gone] ?? '');
    }
    expect(order.slice(0, 6)).toEqual(['ann 1', 'bob 1', 'eve 1', 'ann 2', 'bob 2', 'ann 3']);
    expect(order).toHaveLength(13);
  });

  it('LocalAdmission: people take turns, even if their earlier runs have ended', async () => {
    const { enter, leave, order } = newQueue();
    enter('ann 1', 'ann');
    enter('bob 1', 'bob');
    enter('ann 2', 'ann');
    enter('bob 2', 'bob');
    leave('ann 1');
    await settled();
    leave('bob 1');
    await settled();
    enter('ann 3', 'ann');
    enter('eve 1', 'eve');
    leave('ann 2');
    await settled();
    leave('bob 2');
    await settled();
    expect(order).toEqual(['ann 1', 'bob 1', 'ann 2', 'bob 2', 'eve 1']);
  });

  it('LocalAdmission: people of one network are not ahead of somebody elsewhere, as many as they are', async () => {
    const { enter, leave, order, all } = newQueue();
    const cookies = Array.from({ length: 20 }, (_, n) => `cookie ${n}`);
    for (const name of cookies) enter(name, of(name, { network: '10.0.0.1' }));
    enter('elsewhere', of('elsewhere', { network: '10.0.0.2' }));
    expect(all.get('elsewhere')?.positions).toEqual([1]);
    enter('again', of('elsewhere', { network: '10.0.0.2' }));
    // Somebody from a third network who comes later waits for one of the first, not for all.
    leave('cookie 0');
    leave('elsewhere');
    enter('third', of('third', { network: '10.0.0.3' }));
    for (const name of [...cookies.slice(1), 'third', 'again']) {
      await settled();
      leave(order.at(-1) ?? name);
    }
    await settled();
    const first = ['cookie 0', 'elsewhere', 'cookie 1', 'third'];
    expect(order).toEqual([...first, ...cookies.slice(2), 'again']);
  });

  it('LocalAdmission: runs that were admitted while none waited do not count later', async () => {
    const { enter, leave, order } = newQueue();
    for (let i = 1; i <= 5; i++) {
      enter(`ann ${i}`, 'ann');
      leave(`ann ${i}`);
    }
    enter('bob 1', 'bob');
    enter('ann 6', 'ann');
    enter('bob 2', 'bob');
    leave('bob 1');
    await settled();
    leave('ann 6');
    await settled();
    expect(order.slice(5)).toEqual(['bob 1', 'ann 6', 'bob 2']);
  });

  it('LocalAdmission: a run beyond the limit of waiting ones is refused as busy, and leaves no trace', async () => {
    const { admission, enter, leave, order } = newQueue({ maxWaiting: 2 });
    for (const name of ['a', 'b', 'c']) enter(name);
    const positions: number[] = [];
    const moved = ({ position }: { position: number }) => positions.push(position);
    expect(() => admission.enter(of('d'), passOf(ONE_CORE), { moved, displaced: () => {} })).toThrow(
      BusyError,
    );
    expect(positions).toEqual([]);
    expect(admission).toMatchObject({ active: 1, waiting: 2 });
    leave('a');
    enter('e');
    leave('b');
    leave('c');
    await settled();
    expect(order).toEqual(['a', 'b', 'c', 'e']);
  });

  it('LocalAdmission: if none may wait, runs that fit start and others are refused, with a time to retry', () => {
    const { enter, leave } = newQueue({ maxWaiting: 0 });
    enter('a');
    try {
      enter('b');
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      expect(error.retryAfterSeconds).toBeGreaterThan(0);
    }
    leave('a');
    enter('c');
  });

  it('Ticket: a run that leaves the queue is never admitted, and the others move up', async () => {
    const { admission, enter, leave, order, all } = newQueue();
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    leave('b');
    expect(all.get('c')?.positions).toEqual([2, 1]);
    expect(all.get('d')?.positions).toEqual([3, 2]);
    leave('a');
    leave('c');
    await settled();
    expect(order).toEqual(['a', 'c', 'd']);
    expect(admission).toMatchObject({ active: 1, waiting: 0 });
  });

  it('Ticket: when a large run leaves the queue, those behind it start', async () => {
    const { enter, leave } = newQueue({ cores: 2 });
    enter('a');
    enter('large', 'b', { cores: 2, memoryMib: 1 });
    const small = enter('small');
    leave('large');
    await small.ticket.admitted;
  });

  it('Ticket: leaving twice frees the place once', () => {
    const { admission, enter, leave } = newQueue();
    for (const name of ['a', 'b', 'c']) enter(name);
    leave('a');
    leave('a');
    expect(admission).toMatchObject({ active: 1, waiting: 1 });
  });
});

describe('LocalAdmission: places', () => {
  it('LocalAdmission: where a first run meets a full queue, the last one of the greediest person gives up its place', async () => {
    const { admission, enter, leave, order, all } = newQueue({ maxWaiting: 100 });
    for (let i = 1; i <= 99; i++) enter(`ann ${i}`, 'ann');
    enter('bob 1', 'bob');
    enter('bob 2', 'bob');
    for (const first of ['eve', 'dan', 'kim']) expect(enter(first).isDisplaced).toBe(false);
    expect([...all.values()].filter(({ isDisplaced }) => isDisplaced).map(({ name }) => name)).toEqual([
      'ann 97',
      'ann 98',
      'ann 99',
    ]);
    expect(admission).toMatchObject({ active: 1, waiting: 100 });
    // Their second finds none.
    expect(() => enter('eve 2', 'eve')).toThrow(BusyError);
    leave('ann 97');
    expect(admission.waiting).toBe(100);
    for (let gone = 0; gone < 6; gone++) {
      await settled();
      leave(order[gone] ?? '');
    }
    expect(order.slice(0, 5)).toEqual(['ann 1', 'bob 1', 'eve', 'dan', 'kim']);
  });

  it('LocalAdmission: in a full queue of people with one run each, a first run is refused', () => {
    const { enter } = newQueue({ maxWaiting: 3 });
    for (const name of ['a', 'b', 'c', 'd']) enter(name);
    expect(() => enter('e')).toThrow('3 runs are already waiting.');
  });

  it('LocalAdmission: nobody gets more places than they may have, and that is theirs to mend', () => {
    const { admission, enter, leave } = newQueue();
    enter('first', 'someone');
    const ann = of('ann', { places: 2 });
    for (const name of ['ann 1', 'ann 2']) enter(name, ann);
    const refused = { message: 'You already have 2 runs waiting.', isOwn: true };
    expect(() => enter('ann 3', ann)).toThrow(expect.objectContaining(refused));
    enter('new', of('new', { places: 1 }));
    expect(() => enter('new 2', of('new', { places: 1 }))).toThrow(expect.objectContaining({ isOwn: true }));
    expect(admission.waiting).toBe(3);
    // Runs under way take no place to wait.
    leave('first');
    enter('ann 3', ann);
  });

  it('LocalAdmission: an address has room for a class, and no more; what has no address is not bounded so', () => {
    const { enter } = newQueue({ perNetwork: 30 });
    enter('first', 'someone');
    const school = { network: '192.0.2.1' };
    for (let i = 0; i < 30; i++) enter(`pupil ${i}`, of(`pupil ${i}`, school));
    const refused = { message: '30 runs from your network are already waiting.', isOwn: true };
    expect(() => enter('late', of('late', school))).toThrow(expect.objectContaining(refused));
    for (let i = 0; i < 50; i++) enter(`hidden ${i}`, of(`hidden ${i}`));
  });

  it('LocalAdmission: in a full address, a first run gets the place of the greediest person there', () => {
    const { enter, all } = newQueue({ perNetwork: 5 });
    enter('first', 'someone');
    for (let i = 1; i <= 9; i++) enter(`far ${i}`, 'far');
    for (let i = 1; i <= 3; i++) enter(`greedy ${i}`, of('greedy', { network: 'a' }));
    for (let i = 1; i <= 2; i++) enter(`other ${i}`, of('other', { network: 'a' }));
    enter('new', of('new', { network: 'a' }));
    expect([...all.values()].filter(({ isDisplaced }) => isDisplaced)).toMatchObject([{ name: 'greedy 3' }]);
  });
});

describe('LocalAdmission: pass by pass', () => {
  it('LocalAdmission: between two passes others have their turn, and a run that has begun keeps its place', async () => {
    const { admission, enter, leave, order, all } = newQueue({ maxWaiting: 4 });
    for (const name of ['ann', 'bob', 'eve']) enter(name);
    const passes: string[] = [];
    const next = (name: string) =>
      void all
        .get(name)
        ?.ticket.next(passOf(ONE_CORE))
        .then(() => passes.push(name));
    next('ann');
    expect(all.get('ann')?.positions).toEqual([2]);
    await settled();
    expect(order).toEqual(['ann', 'bob']);
    // Those that have begun are not displaced by somebody’s first run, which goes before them.
    next('bob');
    await settled();
    expect(order).toEqual(['ann', 'bob', 'eve']);
    enter('ann 2', 'ann');
    const kim = enter('kim');
    expect([all.get('ann')?.isDisplaced, all.get('ann 2')?.isDisplaced]).toEqual([false, false]);
    expect(kim.positions).toEqual([1]);
    leave('eve');
    await settled();
    expect(order.at(-1)).toBe('kim');
    leave('kim');
    await settled();
    // A person’s older run goes on before a newer one begins.
    expect(passes).toEqual(['ann']);
    leave('ann');
    await settled();
    expect(passes).toEqual(['ann', 'bob']);
    leave('bob');
    await settled();
    expect(order.at(-1)).toBe('ann 2');
    expect(admission).toMatchObject({ active: 1, waiting: 0 });
  });

  it('LocalAdmission: passes that overtake do not take the turn of those that they overtake', async () => {
    const { admission, enter, leave, all } = newQueue({ cores: 1 });
    const sleeps = { cores: 0.1, memoryMib: 10 };
    enter('eve');
    enter('dan');
    leave('eve');
    await settled();
    const turns: string[] = [];
    enter('kim');
    // Dan’s second pass comes after Kim’s first and Bob’s.
    void all
      .get('dan')
      ?.ticket.next(passOf(ONE_CORE))
      .then(() => turns.push('dan'));
    void enter('bob').ticket.admitted.then(() => turns.push('bob'));
    const ann = enter('ann', 'ann', sleeps);
    for (let pass = 0; pass < 5; pass++) await ann.ticket.next(passOf(sleeps));
    leave('kim');
    await settled();
    leave('bob');
    await settled();
    expect(turns).toEqual(['bob', 'dan']);
    expect(admission.waiting).toBe(0);
  });

  it('LocalAdmission: where too many runs have begun, no other waits, and none of them loses its place', async () => {
    const { enter, all } = newQueue({ maxWaiting: 2 });
    for (const name of ['ann', 'bob', 'eve']) enter(name);
    for (const name of ['ann', 'bob', 'eve']) {
      await settled();
      void all.get(name)?.ticket.next(passOf(ONE_CORE));
    }
    expect(() => enter('kim')).toThrow('2 runs are already waiting.');
    expect([...all.values()].some(({ isDisplaced }) => isDisplaced)).toBe(false);
  });

  it('LocalAdmission: no person’s tenth pass comes before another person’s first', async () => {
    const { enter, leave, all } = newQueue();
    const turns: string[] = [];
    enter('ann');
    for (let pass = 2; pass <= 10; pass++) {
      void all
        .get('ann')
        ?.ticket.next(passOf(ONE_CORE))
        .then(() => turns.push(`ann ${pass}`));
      if (pass === 10) void enter('bob').ticket.admitted.then(() => turns.push('bob'));
      await settled();
    }
    void all
      .get('ann')
      ?.ticket.next(passOf(ONE_CORE))
      .then(() => turns.push('ann 11'));
    await settled();
    leave('bob');
    await settled();
    expect(turns.slice(-3)).toEqual(['ann 10', 'bob', 'ann 11']);
  });

  it('LocalAdmission: a run alone goes from pass to pass without waiting; one that has left stays out', async () => {
    const { admission, enter, leave, all } = newQueue();
    const { ticket, positions } = enter('a');
    await ticket.next(passOf(ONE_CORE));
    expect(positions).toEqual([]);
    leave('a');
    let isAdmitted = false;
    void all
      .get('a')
      ?.ticket.next(passOf(ONE_CORE))
      .then(() => {
        isAdmitted = true;
      });
    await settled();
    expect(isAdmitted).toBe(false);
    expect(admission).toMatchObject({ active: 0, waiting: 0 });
  });
});

describe('LocalAdmission: shared cores', () => {
  const shares = { cores: 0.5, memoryMib: 10, needs: 2, isExclusive: false };

  it('LocalAdmission: passes that may share do so among themselves, and know with how many', async () => {
    const { admission } = newQueue({ cores: 2 });
    const hears = { moved: () => {}, displaced: () => {} };
    const enter = (person: string, more: Partial<Demand>) =>
      admission.enter(of(person), passOf(ONE_CORE, more), hears);
    const [first, second] = [enter('a', shares), enter('b', shares)];
    expect(admission).toMatchObject({ active: 2, waiting: 0 });
    expect([first.sharedWith, second.sharedWith]).toEqual([1, 1]);
    // One whose time matters waits until it has cores to itself.
    const alone = enter('c', {});
    expect(admission).toMatchObject({ active: 2, waiting: 1 });
    first.leave();
    expect(admission).toMatchObject({ active: 1, waiting: 1 });
    second.leave();
    expect(admission).toMatchObject({ active: 1, waiting: 0 });
    const late = enter('d', shares);
    expect(admission).toMatchObject({ active: 1, waiting: 1 });
    alone.leave();
    await late.admitted;
    expect([alone.sharedWith, late.sharedWith]).toEqual([0, 0]);
  });

  it('LocalAdmission: a pass that waits is let go ahead when it may share', () => {
    const { admission, enter } = newQueue({ cores: 2 });
    const [first, second] = ['a', 'b'].map((name) => enter(name, name, { cores: 2, memoryMib: 10 }));
    expect(admission.waiting).toBe(1);
    for (const one of [first, second]) one?.ticket.charge({ cores: 0.5, isExclusive: false });
    expect(admission.waiting).toBe(0);
    expect(first?.ticket.sharedWith).toBe(1);
  });

  it('LocalAdmission: a program that computes although it should wait is noted by those that it disturbs', () => {
    const { enter } = newQueue({ cores: 2 });
    const [timed, cheat] = [enter('a', 'a'), enter('b', 'b', { cores: 0.1, memoryMib: 10 })];
    expect(timed.ticket.sharedWith).toBe(0);
    cheat.ticket.charge({ cores: 2, needs: 2 });
    expect([timed.ticket.sharedWith, cheat.ticket.sharedWith]).toEqual([1, 1]);
  });
});

it('LocalAdmission: who only waits does not stand behind two who compute', async () => {
  const { enter, leave, order } = newQueue({ cores: 2 });
  enter('computes', 'ann', { cores: 2, memoryMib: 10 });
  enter('computes, too', 'ben', { cores: 2, memoryMib: 10 });
  enter('waits', 'cem', { cores: 0.1, memoryMib: 10 });
  await settled();
  expect(order).toEqual(['computes', 'waits']);
  leave('computes');
  await settled();
  expect(order).toEqual(['computes', 'waits', 'computes, too']);
});

describe('LocalAdmission: any order of arrivals and departures', () => {
  const arrival = fc.record({
    do: fc.constant('enter' as const),
    person: fc.constantFrom('ann', 'bob', 'eve', 'dan'),
    network: fc.constantFrom(null, 'school', 'home'),
    places: fc.constantFrom(1, 4, 100),
    cost: fc.record({
      cores: fc.constantFrom(0.1, 0.5, 1, 2, 3),
      memoryMib: fc.integer({ min: 1, max: 100 }),
    }),
  });
  const departure = fc.record({ do: fc.constant('leave' as const), which: fc.nat(20) });
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: arrival }, { weight: 2, arbitrary: departure }), {
    maxLength: 60,
  });

  it('LocalAdmission: never exceeds the capacity, positions are 1 to n, and every run is admitted', async () => {
    const capacity = { cores: 3, memoryMib: 100 };
    const maxWaiting = 12;
    const perNetwork = 8;
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const admission = new LocalAdmission(capacity, { total: maxWaiting, perNetwork });
        type SeenRun = {
          person: string;
          network: string | null;
          cost: Cost;
          ticket: Ticket;
          position: number;
          isAdmitted: boolean;
        };
        const seen: SeenRun[] = [];
        const served = new Set<string>();
        const order: Ticket[] = [];
        const displaced: SeenRun[] = [];

        async function check() {
          await settled();
          const active = seen.filter(({ isAdmitted }) => isAdmitted);
          const waiting = seen.filter(({ isAdmitted }) => !isAdmitted);
          expect(admission).toMatchObject({ active: active.length, waiting: waiting.length });
          const coresOf = (busy: boolean) =>
            active
              .filter(({ cost }) => isBusy(passOf(cost)) === busy)
              .reduce((sum, { cost }) => sum + Math.min(cost.cores, capacity.cores), 0);
          const memory = active.reduce(
            (sum, { cost }) => sum + Math.min(cost.memoryMib, capacity.memoryMib),
            0,
          );
          for (const busy of [true, false]) expect(coresOf(busy)).toBeLessThanOrEqual(capacity.cores + 1e-3);
          expect(memory).toBeLessThanOrEqual(capacity.memoryMib);
          expect(waiting.length).toBeLessThanOrEqual(maxWaiting);
          // No run waits while the machine is idle.
          if (active.length === 0) expect(waiting).toEqual([]);
          const positions = waiting.map(({ position }) => position).sort((a, b) => a - b);
          expect(positions).toEqual(waiting.map((_, i) => i + 1));
          checkFair(waiting);
        }

        // A person's first run starts before any other person's second, and their second before any third.
        function checkFair(waiting: SeenRun[]) {
          const inOrder = [...waiting].sort((a, b) => a.position - b.position);
          for (const person of new Set(waiting.map((entry) => entry.person))) {
            const first = inOrder.findIndex((entry) => entry.person === person);
            const before = inOrder.slice(0, first).map((entry) => entry.person);
            const most = served.has(person) ? 2 : 1;
            for (const other of before) {
              expect(before.filter((earlier) => earlier === other).length).toBeLessThanOrEqual(most);
            }
          }
        }

        for (const step of script) {
          if (step.do === 'enter') {
            const entry: Omit<SeenRun, 'ticket'> = { ...step, position: 0, isAdmitted: false };
            const { person, network, places } = step;
            const waiting = seen.filter(({ isAdmitted }) => !isAdmitted);
            const own = waiting.filter((one) => one.person === person);
            try {
              const ticket = admission.enter({ person, network, places }, passOf(step.cost), {
                moved: ({ position }) => {
                  entry.position = position;
                },
                displaced: () => {
                  const [gone] = seen.splice(seen.indexOf(entry as SeenRun), 1);
                  if (gone) displaced.push(gone);
                },
              });
              const entered = Object.assign(entry, { ticket });
              // A place is given up only for somebody's first run, and by somebody who keeps another.
              for (const gone of displaced.splice(0)) {
                expect(seen.some((one) => one.person === person)).toBe(false);
                expect(seen.some((one) => one.person === gone.person && !one.isAdmitted)).toBe(true);
              }
              seen.push(entered);
              void ticket.admitted.then(() => {
                entered.isAdmitted = true;
                served.add(entered.person);
                order.push(ticket);
              });
            } catch (error) {
              if (!(error instanceof BusyError)) throw error;
              const near = waiting.filter((one) => one.network === network && network !== null);
              expect(error.isOwn).toBe(own.length >= places || near.length >= perNetwork);
              if (!error.isOwn) expect(waiting).toHaveLength(maxWaiting);
              // Where somebody's first run is refused, nobody has a place too many.
              const isFirst = !seen.some((one) => one.person === person);
              const rivals = near.length >= perNetwork ? near : waiting;
              if (isFirst) expect(new Set(rivals.map((one) => one.person)).size).toBe(rivals.length);
            }
          } else if (seen.length > 0) {
            const [left] = seen.splice(step.which % seen.length, 1);
            left?.ticket.leave();
          }
          await check();
        }
        // From here on, each run leaves once it is admitted: all waiting runs must be admitted, in order of position, only
        // that those who wait may go before those who compute.
        const expected = seen.filter(({ isAdmitted }) => !isAdmitted).sort((a, b) => a.position - b.position);
        order.length = 0;
        while (seen.length > 0) {
          const at = seen.findIndex(({ isAdmitted }) => isAdmitted);
          expect(at, 'a run waits for ever').toBeGreaterThanOrEqual(0);
          seen.splice(at, 1)[0]?.ticket.leave();
          await check();
        }
        expect(order).toHaveLength(expected.length);
        for (const busy of [true, false]) {
          const alike = expected
            .filter(({ cost }) => isBusy(passOf(cost)) === busy)
            .map(({ ticket }) => ticket);
          expect(order.filter((one) => alike.includes(one))).toEqual(alike);
        }
        expect(admission).toMatchObject({ active: 0, waiting: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
