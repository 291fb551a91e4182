/** Admission: between two passes of a run, others have their turn. */
import { describe, expect, it } from 'vitest';
import { newQueue, ONE_CORE, passOf, settled } from './named-runs.ts';

describe('LocalAdmission: pass by pass', () => {
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
