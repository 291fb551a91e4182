/** Semaphores and conditions in the hub: requests are served in order, and what is held is not given out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newHub } from './made-hub.ts';

const lane = fc.integer({ min: 1, max: 4 });

describe('Hub: semaphores', () => {
  const step = fc.record({ do: fc.constantFrom('take' as const, 'give' as const), lane });

  it('Hub: as many parties as there are permits hold one, and they are passed on in the order of the requests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 60 }), (permits, steps) => {
        const { answered, ended, ask } = newHub();
        ask(1, { what: 'semaphore', job: 1, semaphore: 'S', permits });
        const holders: number[] = [];
        const line: { lane: number; id: number }[] = [];
        for (const [n, { do: what, lane: by }] of steps.entries()) {
          if (what === 'take')
            line.push({ lane: by, id: ask(by, { what: 'take-permit', job: by, semaphore: 'S' }) });
          else {
            ask(by, { what: 'give-permit', job: by, semaphore: 'S', by: `r${n}` });
            const at = holders.indexOf(by);
            if (at >= 0) holders.splice(at, 1);
          }
          while (holders.length < permits && line.length > 0) {
            const first = line.shift();
            holders.push(first?.lane ?? 0);
            expect(answered).toContain(first?.id);
            // A permit that was free came from no release.
            expect(ended.get(first?.id ?? 0)).toBe(what === 'take' ? undefined : `r${n}`);
          }
          for (const { id } of line) expect(answered).not.toContain(id);
        }
      }),
    );
  });

  it('Hub: the first call fixes the number of permits', () => {
    const { ended, ask } = newHub();
    const fix = (permits: number) =>
      ended.get(ask(1, { what: 'semaphore', job: 1, semaphore: 'S', permits }));
    expect([fix(3), fix(3), fix(2)]).toEqual([
      undefined,
      undefined,
      'semaphore("S", 2): an earlier call fixed it at 3 permits.',
    ]);
  });

  it('Hub: a pass has no more than 1,000 semaphores', () => {
    const { ended, ask } = newHub();
    const last = Array.from({ length: 1001 }, (_, n) =>
      ask(1, { what: 'semaphore', job: 1, semaphore: `S${n}`, permits: 1 }),
    ).at(-1);
    expect(ended.get(last ?? 0)).toBe('There are 1000 semaphores already.');
  });

  it('Hub: a permit held by a lane that left stays held, and what the lane waited for goes to the next', () => {
    const { hub, answered, ask } = newHub();
    ask(1, { what: 'semaphore', job: 1, semaphore: 'S', permits: 1 });
    const take = (by: number) => ask(by, { what: 'take-permit', job: by, semaphore: 'S' });
    const give = (by: number) => ask(by, { what: 'give-permit', job: by, semaphore: 'S', by: 'r' });
    take(1);
    const [gone, waiting] = [take(2), take(3)];
    hub.leave(1);
    hub.leave(2);
    give(3);
    expect(answered).not.toContain(waiting);
    give(1);
    expect(answered).toContain(waiting);
    expect(answered).not.toContain(gone);
  });
});

describe('Hub: conditions', () => {
  /** Lane `by` takes the lock and waits; returns the ids of its notification and of its end. */
  function waiter({ acquire, ask }: ReturnType<typeof newHub>, by: number) {
    acquire(by);
    const notified = 1000 + by;
    return { notified, end: ask(by, { what: 'wait', job: by, condition: 'C', lock: 'A', notified }) };
  }
  const notify = ({ ask }: ReturnType<typeof newHub>, all: boolean) =>
    ask(9, { what: 'notify', job: 9, condition: 'C', all, by: 'n' });

  it('Hub: a wait releases the lock, and ends when it is notified and has the lock again', () => {
    const one = newHub();
    const { notified, end } = waiter(one, 1);
    const holder = one.acquire(2);
    expect(one.answered).toContain(holder);
    notify(one, false);
    expect(one.ended.get(notified)).toBe('n');
    expect(one.answered).not.toContain(end);
    one.release(2);
    expect(one.answered).toContain(end);
    // It holds the lock.
    const next = one.acquire(3);
    expect(one.answered).not.toContain(next);
  });

  it('Hub: notify wakes the first that waits, notifyAll all of them, and both are lost if none does', () => {
    const one = newHub();
    notify(one, true);
    const all = [1, 2, 3].map((by) => waiter(one, by));
    expect(one.answered).not.toContain(all[0]?.notified);
    notify(one, false);
    expect(all.map(({ notified }) => one.answered.includes(notified))).toEqual([true, false, false]);
    notify(one, true);
    expect(all.map(({ notified }) => one.answered.includes(notified))).toEqual([true, true, true]);
    // In the order of their waits they have the lock.
    for (const [n, { end }] of all.entries()) {
      expect(one.answered.at(-1)).toBe(n === 0 ? all[2]?.notified : end);
      one.release(n + 1);
    }
  });

  it('Hub: a job without the lock does not wait, and releases nothing', () => {
    const one = newHub();
    one.acquire(1);
    one.ask(2, { what: 'wait', job: 2, condition: 'C', lock: 'A', notified: 1002 });
    const next = one.acquire(3);
    expect(one.answered).not.toContain(next);
    notify(one, true);
    expect(one.answered).not.toContain(1002);
  });

  it('Hub: a lane that left is not woken; the next one is', () => {
    const one = newHub();
    const [gone, next] = [waiter(one, 1), waiter(one, 2)];
    one.hub.leave(1);
    notify(one, false);
    expect(one.answered).not.toContain(gone.notified);
    expect(one.answered).toContain(next.notified);
    expect(one.answered).toContain(next.end);
  });
});
