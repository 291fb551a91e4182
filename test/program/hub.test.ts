/** Queue, locks, semaphores and conditions: requests are served in order, and what is held is not given out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../server/program/hub.ts';
import type { Question, QueueState } from '../../server/protocol/asks.ts';

/** A hub, and its answers in the order in which they came. */
function newHub() {
  const states: QueueState[] = [];
  const hub = new Hub((state) => states.push(state));
  const answered: number[] = [];
  const got = new Map<number, string>();
  const ended = new Map<number, string | undefined>();
  let asked = 0;
  const ask = (lane: number, question: Question): number => {
    const id = ++asked;
    hub.ask(lane, { id, ...question }, (answer) => {
      expect(answered).not.toContain(answer.id);
      answered.push(answer.id);
      if (answer.message) got.set(answer.id, answer.message.id);
      ended.set(answer.id, answer.error ?? answer.by);
    });
    return id;
  };
  return {
    hub,
    states,
    answered,
    got,
    ended,
    ask,
    put: (lane: number, id: string) =>
      ask(lane, { what: 'put', job: lane, message: { id, json: JSON.stringify(id) } }),
    get: (lane: number) => ask(lane, { what: 'get', job: lane }),
    limit: (length: number) => ask(0, { what: 'limit', job: null, length }),
    acquire: (lane: number, lock = 'A', job: number | null = lane) =>
      ask(lane, { what: 'acquire', job, lock }),
    release: (lane: number, lock = 'A', job: number | null = lane) =>
      ask(lane, { what: 'release', job, lock }),
  };
}

const lane = fc.integer({ min: 1, max: 4 });

describe('Hub: the queue', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('put' as const), lane }),
    fc.record({ do: fc.constant('get' as const), lane }),
  );

  it('Hub: each message is received once, in the order of the puts, by gets in the order of their requests', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { got, put, get } = newHub();
        const puts: string[] = [];
        const gets: number[] = [];
        for (const [n, one] of steps.entries()) {
          if (one.do === 'get') gets.push(get(one.lane));
          else {
            puts.push(`m${n}`);
            put(one.lane, `m${n}`);
          }
        }
        const served = Math.min(puts.length, gets.length);
        expect([...got.keys()]).toEqual(gets.slice(0, served));
        expect([...got.values()]).toEqual(puts.slice(0, served));
      }),
    );
  });

  it('Hub: a bounded queue never exceeds its limit, and admits puts in order as it empties', () => {
    const length = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(length, fc.array(step, { maxLength: 60 }), (most, steps) => {
        const { hub, states, answered, got, put, get, limit } = newHub();
        limit(most);
        const puts: number[] = [];
        const gets: number[] = [];
        for (const [n, one] of steps.entries()) {
          if (one.do === 'get') gets.push(get(one.lane));
          else puts.push(put(one.lane, `m${n}`));
          const inside = Math.min(puts.length, gets.length + most);
          expect(answered.filter((id) => puts.includes(id))).toEqual(puts.slice(0, inside));
          expect(hub.state).toEqual({ size: Math.max(0, inside - gets.length), limit: most });
        }
        expect(got.size).toBe(Math.min(puts.length, gets.length));
        expect(states.every(({ size }) => size <= most)).toBe(true);
        expect(states.at(-1)).toEqual(hub.state);
      }),
    );
  });

  it('Hub: a raised limit admits waiting puts', () => {
    const { answered, put, limit, hub } = newHub();
    limit(1);
    const [first, second, third] = [put(1, 'a'), put(2, 'b'), put(3, 'c')];
    expect(answered).toContain(first);
    expect(answered).not.toContain(second);
    limit(2);
    expect(answered).toContain(second);
    expect(answered).not.toContain(third);
    expect(hub.state).toEqual({ size: 2, limit: 2 });
  });

  it("Hub: a limit below the queue's size keeps its messages, and admits nothing until there is room", () => {
    const { answered, got, put, get, limit } = newHub();
    for (const id of ['a', 'b', 'c']) put(1, id);
    limit(1);
    const late = put(2, 'd');
    for (let n = 0; n < 2; n++) get(3);
    expect(answered).not.toContain(late);
    get(3);
    expect(answered).toContain(late);
    expect([...got.values()]).toEqual(['a', 'b', 'c']);
  });

  it('Hub: a lane that is answered sees a size that counts its own request', () => {
    const sizes: number[] = [];
    let latestSize = 0;
    const hub = new Hub(({ size }) => {
      latestSize = size;
    });
    const note = () => sizes.push(latestSize);
    hub.ask(1, { id: 1, job: 0, what: 'put', message: { id: 'a', json: '1' } }, note);
    hub.ask(1, { id: 2, job: 0, what: 'put', message: { id: 'b', json: '1' } }, note);
    hub.ask(2, { id: 1, job: 1, what: 'get' }, note);
    expect(sizes).toEqual([1, 2, 1]);
  });

  it('Hub: what a lane that has left was waiting for goes to the next', () => {
    const { hub, answered, got, put, get, limit } = newHub();
    const [gone, next] = [get(1), get(2)];
    hub.leave(1);
    put(3, 'a');
    expect(got).toEqual(new Map([[next, 'a']]));
    limit(1);
    put(3, 'b');
    const [never, then] = [put(1, 'c'), put(2, 'd')];
    hub.leave(1);
    get(3);
    expect(answered).toContain(then);
    expect(answered).not.toContain(never);
    expect(answered).not.toContain(gone);
  });
});

describe('Hub: the locks', () => {
  const lock = fc.constantFrom('A', 'B');
  const step = fc.record({ do: fc.constantFrom('acquire' as const, 'release' as const), lane, lock });

  it('Hub: a lock has one holder, and is passed on in the order of the requests', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { answered, acquire, release } = newHub();
        // By lock: the jobs that requested it and have not released it, the holder first.
        const line = new Map<string, { lane: number; id: number }[]>();
        for (const { do: what, lane: by, lock: name } of steps) {
          const waiting = line.get(name) ?? [];
          line.set(name, waiting);
          if (what === 'acquire') waiting.push({ lane: by, id: acquire(by, name) });
          else {
            release(by, name);
            if (waiting[0]?.lane === by) waiting.shift();
          }
          for (const [holder, ...others] of line.values()) {
            if (holder) expect(answered).toContain(holder.id);
            for (const { id } of others) expect(answered).not.toContain(id);
          }
        }
      }),
    );
  });

  it('Hub: another job of the same lane does not hold the lock, and cannot release it', () => {
    const { answered, acquire, release } = newHub();
    acquire(0, 'A', 1);
    const second = acquire(0, 'A', 2);
    release(0, 'A', 2);
    release(0, 'A', null);
    expect(answered).not.toContain(second);
    release(0, 'A', 1);
    expect(answered).toContain(second);
  });

  it('Hub: a lock held by a lane that left stays held', () => {
    const { hub, answered, acquire, release } = newHub();
    acquire(1);
    const [gone, waiting] = [acquire(2), acquire(3)];
    hub.leave(1);
    hub.leave(2);
    release(3);
    expect(answered).not.toContain(waiting);
    release(1);
    expect(answered).toContain(waiting);
    expect(answered).not.toContain(gone);
  });
});

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
      'semaphore("S", 2): an earlier call gave it 3 permits, which is fixed.',
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
