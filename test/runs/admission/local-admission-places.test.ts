/** Admission: who may wait where the places for that are few. */
import { describe, expect, it } from 'vitest';
import { BusyError } from '../../../server/runs/admission/places.ts';
import { newQueue, ONE_CORE, of, passOf, settled } from './named-runs.ts';

describe('LocalAdmission: places', () => {
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
