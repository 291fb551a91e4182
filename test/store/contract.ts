/** The contract of stores: written data survives a restart, however the earlier server ended. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MAX_REPORTS, type Store } from '../../server/store/store.ts';
import { family, member, run } from './stored.ts';

/** The storage of a store, empty at first. */
export type Place = {
  /** Opens the store like a starting server. The earlier server need not have closed it: it may have been killed. */
  open(): Promise<Store>;
  remove(): Promise<void>;
};

/** Tests the contract of `Store` for the store called `name`. */
export function storeContract(name: string, newPlace: () => Promise<Place>): void {
  let place: Place;
  let store: Store;

  beforeEach(async () => {
    place = await newPlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  /** Opens the store as the next server would. */
  async function restarted<T>(look: (store: Store) => Promise<T>): Promise<T> {
    const next = await place.open();
    try {
      return await look(next);
    } finally {
      await next.close();
    }
  }

  /** Expects a call to throw or reject. */
  const failing = async (write: () => void | Promise<void>) => {
    await expect((async () => write())()).rejects.toThrow();
  };

  describe(`${name}: runs and logs`, () => {
    it('create, append: a run and its events are found by a server that starts after this one was killed', async () => {
      await store.create(run('a'));
      await store.append('a', 1, ['{"seq":1}', '{"seq":2,"text":"é\\n\\u2028"}']);
      await store.append('a', 3, ['{"seq":3}']);
      await restarted(async (next) => {
        expect(await next.get('a')).toEqual(run('a'));
        expect(await next.lines('a')).toEqual(['{"seq":1}', '{"seq":2,"text":"é\\n\\u2028"}', '{"seq":3}']);
      });
    });

    it('append: events can be read at once, also by another server', async () => {
      await store.create(run('a'));
      const another = await place.open();
      for (let seq = 1; seq <= 3; seq++) {
        await store.append('a', seq, [`${seq}`]);
        expect(await store.lines('a')).toHaveLength(seq);
        expect(await another.lines('a')).toHaveLength(seq);
      }
      await another.close();
    });

    it('lines: chunks are in numerical order, also beyond nine', async () => {
      await store.create(run('a'));
      for (let seq = 1; seq <= 12; seq++) await store.append('a', seq, [`${seq}`]);
      expect(await store.lines('a')).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}`));
    });

    it('get, lines: a missing run is null, and has no events', async () => {
      expect(await store.get('nothing')).toBeNull();
      expect(await store.get("' or 1=1 --")).toBeNull();
      expect(await store.lines('nothing')).toEqual([]);
    });

    it('create, append: the same id or chunk is rejected, as is a chunk of no run, and nothing changes', async () => {
      await store.create(run('a'));
      await store.append('a', 1, ['x']);
      await failing(() => store.append('a', 1, ['y']));
      await failing(() => store.append('b', 1, ['y']));
      await failing(() => store.create(run('a', { person: 'bob' })));
      expect(await store.lines('a')).toEqual(['x']);
      expect(await store.get('a')).toEqual(run('a'));
      // A failed write does not prevent the next.
      await store.append('a', 2, ['y']);
      expect(await store.lines('a')).toEqual(['x', 'y']);
    });

    it('append: logs that are written at the same time stay separate', async () => {
      const ids = ['a', 'b', 'c'];
      await Promise.all(ids.map((id) => store.create(run(id))));
      await Promise.all(
        ids.map(async (id) => {
          for (let seq = 1; seq <= 5; seq++) await store.append(id, seq, [`${id}${seq}`]);
        }),
      );
      for (const id of ids)
        expect(await store.lines(id)).toEqual([1, 2, 3, 4, 5].map((seq) => `${id}${seq}`));
    });

    it('end: the status is stored', async () => {
      await store.create(run('a'));
      await store.end('a', 'timed-out');
      expect(await restarted(async (next) => (await next.get('a'))?.status)).toBe('timed-out');
    });

    it('ofPerson: returns the person’s own runs, newest first, up to the limit', async () => {
      for (let i = 1; i <= 5; i++) await store.create(run(`a${i}`, { createdAt: i * 10 }));
      await store.create(run('b1', { person: 'bob', createdAt: 99 }));
      expect((await store.ofPerson('ann', 3)).map(({ id }) => id)).toEqual(['a5', 'a4', 'a3']);
      expect(await store.ofPerson('bob', 3)).toEqual([run('b1', { person: 'bob', createdAt: 99 })]);
      expect(await store.ofPerson('a', 3)).toEqual([]);
      expect(await store.ofPerson('%', 3)).toEqual([]);
    });

    it('idsOf: all of a person or a seat, also what is hidden; a family stands for its runs', async () => {
      await store.createFamily(family('series'));
      await store.create(member('series 1', 'series', 1, { seat: { room: 'r', member: 1 } }));
      await store.create(run('alone'));
      await store.create(run('in room', { seat: { room: 'r', member: 1 } }));
      await store.create(run('other seat', { seat: { room: 'r', member: 2 } }));
      await store.create(run('of bob', { person: 'bob' }));
      await store.hide('alone', 'blocked');
      expect((await store.idsOf({ person: 'ann' })).sort()).toEqual([
        'alone',
        'in room',
        'other seat',
        'series',
      ]);
      expect((await store.idsOf({ room: 'r', member: 1 })).sort()).toEqual(['in room', 'series']);
      expect(await store.idsOf({ person: 'eve' })).toEqual([]);
    });

    it('knows, hasFinished: by any run of the person, and by one that came to its own end', async () => {
      for (const status of ['cancelled', 'interrupted'] as const) {
        await store.create(run(status));
        await store.end(status, status);
      }
      await store.create(run('under way'));
      await store.create(run('of bob', { person: 'bob' }));
      await store.end('of bob', 'completed');
      expect(await Promise.all([store.knows('ann'), store.knows('bob'), store.knows('eve')])).toEqual([
        true,
        true,
        false,
      ]);
      expect([await store.hasFinished('ann'), await store.hasFinished('bob')]).toEqual([false, true]);
      await store.end('under way', 'timed-out');
      expect(await store.hasFinished('ann')).toBe(true);
    });
  });

  describe(`${name}: families`, () => {
    it('ofFamily: a family and its runs, in order of their numbers, are found by the next server', async () => {
      await store.createFamily(family('f', { kind: 'sweep', count: 9 }));
      await store.create(member('b', 'f', 2));
      await store.create(member('a', 'f', 1, { status: 'failed' }));
      await store.create(run('alone'));
      await restarted(async (next) => {
        expect(await next.family('f')).toEqual(family('f', { kind: 'sweep', count: 9 }));
        expect(await next.ofFamily('f')).toEqual([
          member('a', 'f', 1, { status: 'failed' }),
          member('b', 'f', 2),
        ]);
        expect(await next.family('a')).toBeNull();
        expect(await next.ofFamily('alone')).toEqual([]);
      });
    });

    it('create: a number in a family is used once, and a missing family has no runs', async () => {
      await store.createFamily(family('f'));
      await store.create(member('a', 'f', 1));
      await failing(() => store.create(member('b', 'f', 1)));
      await failing(() => store.create(member('c', 'nothing', 1)));
      expect(await store.get('b')).toBeNull();
      expect(await store.get('c')).toBeNull();
    });

    it('familiesOfPerson: runs of a family are listed only by their family', async () => {
      await store.createFamily(family('f', { createdAt: 30 }));
      await store.createFamily(family('g', { createdAt: 40, person: 'bob' }));
      await store.create(member('a', 'f', 1));
      await store.create(run('alone'));
      expect((await store.ofPerson('ann', 9)).map(({ id }) => id)).toEqual(['alone']);
      expect(await store.familiesOfPerson('ann', 9)).toEqual([family('f', { createdAt: 30 })]);
      expect(await store.familiesOfPerson('ann', 0)).toEqual([]);
    });

    it('endFamily, remove: the status is stored; a family without runs can be removed', async () => {
      await store.createFamily(family('f'));
      await store.createFamily(family('g'));
      await store.endFamily('f', 'cancelled');
      await store.remove('g');
      await restarted(async (next) => {
        expect(await next.family('f')).toEqual(family('f', { status: 'cancelled' }));
        expect(await next.family('g')).toBeNull();
      });
    });
  });

  describe(`${name}: removing, blocking and reporting`, () => {
    it('remove: a run is gone with its log and reports, and a family with all its runs; others stay', async () => {
      await store.createFamily(family('f'));
      await store.create(member('a', 'f', 1));
      await store.create(run('alone'));
      await store.create(run('other'));
      for (const id of ['a', 'alone', 'other']) await store.append(id, 1, [`"${id}"`]);
      await store.report('alone', { reason: 'spam', createdAt: 1 });
      for (const id of ['f', 'alone', 'nothing']) await store.remove(id);
      await restarted(async (next) => {
        for (const id of ['a', 'alone']) {
          expect(await next.get(id)).toBeNull();
          expect(await next.lines(id)).toEqual([]);
          expect(await next.reports(id)).toEqual([]);
        }
        expect(await next.family('f')).toBeNull();
        expect(await next.lines('other')).toEqual(['"other"']);
        expect((await next.latest(9, false)).map(({ id }) => id)).toEqual(['other']);
      });
    });

    it('hide: a run is in no list, and shown again; other servers see it at once', async () => {
      await store.create(run('a'));
      await store.create(run('b'));
      const another = await place.open();
      expect(await store.hide('a', 'blocked')).toBe(true);
      expect(await store.hide('nothing', 'blocked')).toBe(false);
      expect([await another.hidden('a'), await another.hidden('b'), await another.hidden('nothing')]).toEqual(
        ['blocked', null, null],
      );
      expect((await another.ofPerson('ann', 9)).map(({ id }) => id)).toEqual(['b']);
      expect(await another.get('a')).toEqual(run('a'));
      await store.hide('a', null);
      expect(await another.hidden('a')).toBeNull();
      expect(await another.ofPerson('ann', 9)).toHaveLength(2);
      await another.close();
    });

    it('hide, deleted: a family is hidden with its runs', async () => {
      await store.createFamily(family('f'));
      await store.create(member('a', 'f', 1));
      await store.create(member('b', 'f', 2));
      await store.hide('b', 'deleted');
      expect((await store.ofFamily('f')).map(({ id }) => id)).toEqual(['a']);
      expect(await store.deleted()).toEqual(['b']);
      await store.hide('f', 'deleted');
      expect(await store.hidden('f')).toBe('deleted');
      expect(await store.familiesOfPerson('ann', 9)).toEqual([]);
      expect((await store.deleted()).toSorted()).toEqual(['a', 'b', 'f']);
    });

    it('report, latest: reports are kept, up to a limit, and the operator’s list counts them', async () => {
      await store.create(run('a', { createdAt: 10 }));
      await store.create(run('b', { createdAt: 20 }));
      await store.hide('b', 'blocked');
      for (let n = 0; n < MAX_REPORTS + 2; n++) await store.report('a', { reason: `${n} é`, createdAt: n });
      await failing(() => store.report('nothing', { reason: 'x', createdAt: 1 }));
      const reports = await store.reports('a');
      expect(reports).toHaveLength(MAX_REPORTS);
      expect(reports[1]).toEqual({ reason: '1 é', createdAt: 1 });
      expect(await store.latest(9, false)).toEqual([
        { ...run('b', { createdAt: 20 }), hidden: 'blocked', reports: 0 },
        { ...run('a', { createdAt: 10 }), hidden: null, reports: MAX_REPORTS },
      ]);
      expect((await store.latest(9, true)).map(({ id }) => id)).toEqual(['a']);
      expect((await store.latest(1, false)).map(({ id }) => id)).toEqual(['b']);
    });

    it('changedElsewhere: says so once, and not of the store’s own changes', async () => {
      const another = await place.open();
      await store.create(run('a'));
      expect(await store.changedElsewhere()).toBe(false);
      await another.hide('a', 'blocked');
      expect([await store.changedElsewhere(), await store.changedElsewhere()]).toEqual([true, false]);
      await another.close();
    });
  });

  describe(`${name}: interruptUnfinished`, () => {
    it('interruptUnfinished: a run under way is interrupted, after every event that was written', async () => {
      await store.create(run('live', { createdAt: Date.now() - 5000 }));
      await store.append('live', 1, ['{"seq":1}', '{"seq":2}']);
      await store.create(run('queued'));
      await store.create(run('done'));
      await store.append('done', 1, ['{"seq":1}']);
      await store.end('done', 'completed');

      await restarted(async (next) => {
        expect(await next.interruptUnfinished()).toBe(2);
        expect((await next.get('live'))?.status).toBe('interrupted');
        expect((await next.get('done'))?.status).toBe('completed');
        expect(await next.lines('done')).toEqual(['{"seq":1}']);
        const [first, second, last, ...more] = (await next.lines('live')).map((line) => JSON.parse(line));
        expect([first, second]).toEqual([{ seq: 1 }, { seq: 2 }]);
        expect(last).toMatchObject({ seq: 3, pass: null, type: 'run-ended', status: 'interrupted' });
        expect(last.atMs).toBeGreaterThanOrEqual(5000);
        expect(last.error).toMatch(/stopped/);
        expect(more).toEqual([]);
        expect((await next.lines('queued')).map((line) => JSON.parse(line))).toMatchObject([
          { seq: 1, type: 'run-ended' },
        ]);
      });
    });

    it('interruptUnfinished: a run with its end in the log but no status gets the status of that end', async () => {
      await store.create(run('a'));
      const end = { seq: 1, pass: null, atMs: 1, type: 'run-ended', status: 'failed', error: null } as const;
      const line = JSON.stringify(end satisfies RunEvent);
      await store.append('a', 1, [line]);
      await store.interruptUnfinished();
      expect((await store.get('a'))?.status).toBe('failed');
      expect(await store.lines('a')).toEqual([line]);
    });

    it('interruptUnfinished: a second start finds nothing to do', async () => {
      await store.create(run('a'));
      await store.interruptUnfinished();
      const lines = await store.lines('a');
      expect(await restarted((next) => next.interruptUnfinished())).toBe(0);
      expect(await store.lines('a')).toEqual(lines);
    });

    it('interruptUnfinished: a run from the future, after the clock was set back, ends at time 0', async () => {
      await store.create(run('a', { createdAt: Date.now() + 1e9 }));
      await store.interruptUnfinished();
      expect(JSON.parse((await store.lines('a'))[0] ?? '')).toMatchObject({ atMs: 0 });
    });

    it('interruptUnfinished: a family is interrupted, or completed if all its runs had ended', async () => {
      await store.createFamily(family('part'));
      await store.create(member('a', 'part', 1, { status: 'completed' }));
      await store.create(member('b', 'part', 2));
      await store.createFamily(family('all', { count: 2 }));
      await store.create(member('c', 'all', 1, { status: 'failed' }));
      await store.create(member('d', 'all', 2, { status: 'completed' }));
      await store.createFamily(family('over', { status: 'cancelled' }));
      expect(await store.interruptUnfinished()).toBe(1);
      const families = await Promise.all(['part', 'all', 'over'].map((id) => store.family(id)));
      expect(families.map((family) => family?.status)).toEqual(['interrupted', 'completed', 'cancelled']);
      expect((await store.get('b'))?.status).toBe('interrupted');
    });
  });

  describe(`${name}: forgetBefore`, () => {
    it('forgetBefore: older runs are removed with their events; newer ones and those under way stay', async () => {
      for (const [id, createdAt] of [
        ['old', 999],
        ['just', 1000],
        ['live', 1],
      ] as const) {
        await store.create(run(id, { createdAt }));
        await store.append(id, 1, ['{"seq":1}']);
        if (id !== 'live') await store.end(id, 'completed');
      }
      await store.forgetBefore(1000);
      expect(await store.get('old')).toBeNull();
      expect(await store.lines('old')).toEqual([]);
      expect(await store.get('just')).not.toBeNull();
      expect(await store.lines('just')).toHaveLength(1);
      expect(await store.get('live')).not.toBeNull();
    });

    it('forgetBefore: a family is removed with all its runs and their events, or stays with all', async () => {
      for (const [id, createdAt, status] of [
        ['old', 999, 'completed'],
        ['just', 1000, 'completed'],
        ['live', 1, null],
      ] as const) {
        await store.createFamily(family(id, { createdAt, status }));
        // In each family the first runs are older than the limit; the last is not.
        await store.create(member(`${id}1`, id, 1, { createdAt: 1, status: 'completed' }));
        await store.create(member(`${id}2`, id, 2, { createdAt: 2000, status: 'completed' }));
        await store.append(`${id}1`, 1, ['{"seq":1}']);
      }
      await store.forgetBefore(1000);
      expect(await store.family('old')).toBeNull();
      for (const id of ['old1', 'old2']) expect(await store.get(id)).toBeNull();
      expect(await store.lines('old1')).toEqual([]);
      for (const id of ['just', 'live']) {
        expect(await store.family(id)).not.toBeNull();
        expect(await store.ofFamily(id)).toHaveLength(2);
        expect(await store.lines(`${id}1`)).toHaveLength(1);
      }
    });

    it('forgetBefore: what was made while the clock was behind counts as made at the latest time known', async () => {
      const latest = 10 * 86_400_000;
      await store.setClock({ seenAt: latest, latest, behindSince: null });
      await store.create(run('behind', { createdAt: 1000, status: 'completed' }));
      await store.createFamily(family('behind too', { createdAt: 1000, status: 'completed' }));
      // Less than a day before the latest time is no clock that is behind.
      await store.create(run('in time', { createdAt: latest - 1000, status: 'completed' }));
      await store.forgetBefore(latest);
      expect(await store.get('behind')).not.toBeNull();
      expect(await store.family('behind too')).not.toBeNull();
      expect(await store.get('in time')).toBeNull();

      // It was the latest time that was wrong.
      await store.setClock({ seenAt: 2000, latest: 2000, behindSince: null });
      await store.forgetBefore(2001);
      expect(await store.get('behind')).toBeNull();
      expect(await store.family('behind too')).toBeNull();
    });

    it('clock: there is none at first; then it is as it was set, for the next server too', async () => {
      expect(await store.clock()).toBeNull();
      for (const clock of [
        { seenAt: 5000, latest: 9000, behindSince: 4000 },
        { seenAt: 6000, latest: 6000, behindSince: null },
      ]) {
        await store.setClock(clock);
        expect(await store.clock()).toEqual(clock);
        await restarted(async (next) => expect(await next.clock()).toEqual(clock));
      }
    });
  });
}
