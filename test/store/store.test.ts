/** The store: what was written is there after a restart, however the server before ended. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../server/store/store.ts';
import { family, member, run } from './stored.ts';

let folder: string;
let store: Store;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'store-'));
  store = new Store(folder);
});
afterEach(() => {
  store.close();
  fs.rmSync(folder, { recursive: true });
});

/** What a server that starts now would find. The one before is not closed: it may have been killed. */
function restarted<T>(look: (store: Store) => T): T {
  const next = new Store(folder);
  try {
    return look(next);
  } finally {
    next.close();
  }
}

describe('Store', () => {
  it('Store: makes its folder, and those above it', () => {
    const deep = path.join(folder, 'a/b');
    new Store(deep).close();
    expect(fs.existsSync(path.join(deep, 'playground.db'))).toBe(true);
  });

  it('Store: is in WAL mode', () => {
    const db = new DatabaseSync(path.join(folder, 'playground.db'));
    expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.close();
  });

  it('Store: a run and its events are there for a server that starts after this one was cut off', () => {
    store.create(run('a'));
    store.append('a', 1, ['{"seq":1}', '{"seq":2,"text":"é\\n\\u2028"}']);
    store.append('a', 3, ['{"seq":3}']);
    restarted((next) => {
      expect(next.get('a')).toEqual(run('a'));
      expect(next.lines('a')).toEqual(['{"seq":1}', '{"seq":2,"text":"é\\n\\u2028"}', '{"seq":3}']);
    });
  });

  it('Store: chunks are in order of their numbers, past nine as well', () => {
    store.create(run('a'));
    for (let seq = 1; seq <= 12; seq++) store.append('a', seq, [`${seq}`]);
    expect(store.lines('a')).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}`));
  });

  it('Store: a run that there is not is null, and has no events', () => {
    expect(store.get('nothing')).toBeNull();
    expect(store.get("' or 1=1 --")).toBeNull();
    expect(store.lines('nothing')).toEqual([]);
  });

  it('Store: the same stretch of a log cannot be written twice, nor one of no run', () => {
    store.create(run('a'));
    store.append('a', 1, ['x']);
    expect(() => store.append('a', 1, ['y'])).toThrow();
    expect(() => store.append('b', 1, ['y'])).toThrow();
    expect(() => store.create(run('a'))).toThrow();
    expect(store.lines('a')).toEqual(['x']);
  });

  it('Store.end: the status is kept', () => {
    store.create(run('a'));
    store.end('a', 'timed-out');
    expect(restarted((next) => next.get('a')?.status)).toBe('timed-out');
  });
});

describe('Store: families', () => {
  it('Store: a family and its runs, in order of their places, are there for a server that starts later', () => {
    store.createFamily(family('f', { kind: 'sweep', count: 9 }));
    store.create(member('b', 'f', 2));
    store.create(member('a', 'f', 1, { status: 'failed' }));
    store.create(run('alone'));
    restarted((next) => {
      expect(next.family('f')).toEqual(family('f', { kind: 'sweep', count: 9 }));
      expect(next.ofFamily('f')).toEqual([member('a', 'f', 1, { status: 'failed' }), member('b', 'f', 2)]);
      expect(next.family('a')).toBeNull();
      expect(next.ofFamily('alone')).toEqual([]);
    });
  });

  it('Store: a place is taken once, and a family that there is not has no runs', () => {
    store.createFamily(family('f'));
    store.create(member('a', 'f', 1));
    expect(() => store.create(member('b', 'f', 1))).toThrow();
    expect(() => store.create(member('c', 'nothing', 1))).toThrow();
  });

  it('Store: runs of a family are listed by their family alone', () => {
    store.createFamily(family('f', { createdAt: 30 }));
    store.createFamily(family('g', { createdAt: 40, person: 'bob' }));
    store.create(member('a', 'f', 1));
    store.create(run('alone'));
    expect(store.ofPerson('ann', 9).map(({ id }) => id)).toEqual(['alone']);
    expect(store.familiesOfPerson('ann', 9)).toEqual([family('f', { createdAt: 30 })]);
    expect(store.familiesOfPerson('ann', 0)).toEqual([]);
  });

  it('interruptUnfinished: a family ends as interrupted, or completed where all its runs had ended', () => {
    store.createFamily(family('part'));
    store.create(member('a', 'part', 1, { status: 'completed' }));
    store.create(member('b', 'part', 2));
    store.createFamily(family('all', { count: 2 }));
    store.create(member('c', 'all', 1, { status: 'failed' }));
    store.create(member('d', 'all', 2, { status: 'completed' }));
    store.createFamily(family('over', { status: 'cancelled' }));
    expect(store.interruptUnfinished()).toBe(1);
    const status = (id: string) => store.family(id)?.status;
    expect([status('part'), status('all'), status('over')]).toEqual([
      'interrupted',
      'completed',
      'cancelled',
    ]);
    expect(store.get('b')?.status).toBe('interrupted');
  });

  it('forgetBefore: a family goes with all its runs and their events, or stays with all', () => {
    for (const [id, createdAt, status] of [
      ['old', 999, 'completed'],
      ['just', 1000, 'completed'],
      ['live', 1, null],
    ] as const) {
      store.createFamily(family(id, { createdAt, status }));
      // The first runs are older than the limit in each; the last is not.
      store.create(member(`${id}1`, id, 1, { createdAt: 1, status: 'completed' }));
      store.create(member(`${id}2`, id, 2, { createdAt: 2000, status: 'completed' }));
      store.append(`${id}1`, 1, ['{"seq":1}']);
    }
    store.forgetBefore(1000);
    expect(store.family('old')).toBeNull();
    for (const id of ['old1', 'old2']) expect(store.get(id)).toBeNull();
    expect(store.lines('old1')).toEqual([]);
    for (const id of ['just', 'live']) {
      expect(store.family(id)).not.toBeNull();
      expect(store.ofFamily(id)).toHaveLength(2);
      expect(store.lines(`${id}1`)).toHaveLength(1);
    }
  });
});

describe('Store.interruptUnfinished', () => {
  it('interruptUnfinished: what was under way ends as interrupted, after every event that was written', () => {
    store.create(run('live', { createdAt: Date.now() - 5000 }));
    store.append('live', 1, ['{"seq":1}', '{"seq":2}']);
    store.create(run('queued'));
    store.create(run('done'));
    store.append('done', 1, ['{"seq":1}']);
    store.end('done', 'completed');

    restarted((next) => {
      expect(next.interruptUnfinished()).toBe(2);
      expect(next.get('live')?.status).toBe('interrupted');
      expect(next.get('done')?.status).toBe('completed');
      expect(next.lines('done')).toEqual(['{"seq":1}']);
      const [first, second, last, ...more] = next.lines('live').map((line) => JSON.parse(line));
      expect([first, second]).toEqual([{ seq: 1 }, { seq: 2 }]);
      expect(last).toMatchObject({ seq: 3, pass: null, type: 'run-ended', status: 'interrupted' });
      expect(last.atMs).toBeGreaterThanOrEqual(5000);
      expect(last.error).toMatch(/stopped/);
      expect(more).toEqual([]);
      expect(next.lines('queued').map((line) => JSON.parse(line))).toMatchObject([
        { seq: 1, type: 'run-ended' },
      ]);
    });
  });

  it('interruptUnfinished: a run whose end was written, but not its status, ends as it did', () => {
    store.create(run('a'));
    const line = JSON.stringify({
      seq: 1,
      pass: null,
      atMs: 1,
      type: 'run-ended',
      status: 'failed',
      error: null,
    });
    store.append('a', 1, [line]);
    store.interruptUnfinished();
    expect(store.get('a')?.status).toBe('failed');
    expect(store.lines('a')).toEqual([line]);
  });

  it('interruptUnfinished: a second start finds nothing to do', () => {
    store.create(run('a'));
    store.interruptUnfinished();
    const lines = store.lines('a');
    expect(restarted((next) => next.interruptUnfinished())).toBe(0);
    expect(store.lines('a')).toEqual(lines);
  });

  it('interruptUnfinished: a run from the future, as after the clock was set, ends at no time before it began', () => {
    store.create(run('a', { createdAt: Date.now() + 1e9 }));
    store.interruptUnfinished();
    expect(JSON.parse(store.lines('a')[0] ?? '')).toMatchObject({ atMs: 0 });
  });
});

describe('Store.forgetBefore', () => {
  it('forgetBefore: older runs go with their events; newer ones and those under way stay', () => {
    for (const [id, createdAt] of [
      ['old', 999],
      ['just', 1000],
      ['live', 1],
    ] as const) {
      store.create(run(id, { createdAt }));
      store.append(id, 1, ['{"seq":1}']);
      if (id !== 'live') store.end(id, 'completed');
    }
    store.forgetBefore(1000);
    expect(store.get('old')).toBeNull();
    expect(store.lines('old')).toEqual([]);
    expect(store.get('just')).not.toBeNull();
    expect(store.lines('just')).toHaveLength(1);
    expect(store.get('live')).not.toBeNull();
  });
});

describe('Store.ofPerson', () => {
  it('ofPerson: a person’s own, newest first, no more than asked for', () => {
    for (let i = 1; i <= 5; i++) store.create(run(`a${i}`, { createdAt: i * 10 }));
    store.create(run('b1', { person: 'bob', createdAt: 99 }));
    expect(store.ofPerson('ann', 3).map(({ id }) => id)).toEqual(['a5', 'a4', 'a3']);
    expect(store.ofPerson('bob', 3)).toEqual([run('b1', { person: 'bob', createdAt: 99 })]);
    expect(store.ofPerson('a', 3)).toEqual([]);
    expect(store.ofPerson('%', 3)).toEqual([]);
  });
});
