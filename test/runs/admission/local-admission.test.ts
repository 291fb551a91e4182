/** Admission: what fits starts, what does not waits, people take turns, and every position is reported. */
import { describe, expect, it } from 'vitest';
import { newQueue, of, settled } from './named-runs.ts';

describe('LocalAdmission', () => {
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
