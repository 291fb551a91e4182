/** Admission: how cores and memory are counted, and which passes share cores. */
import { describe, expect, it } from 'vitest';
import type { Demand } from '../../../server/runs/admission/admission.ts';
import { newQueue, ONE_CORE, of, passOf, settled } from './named-runs.ts';

describe('LocalAdmission: cores and memory', () => {
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
