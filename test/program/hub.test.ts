/** The queue and the locks: requests are served in order, nothing is lost, and a held lock is not given out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../server/program/hub.ts';
import { newHub } from './made-hub.ts';

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
