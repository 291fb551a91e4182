/** Removing old runs: only what two looks agree about, whatever the clock says at one of them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Retention } from '../../server/runs/retention.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { family, run } from '../store/stored.ts';

const DAY_MS = 86_400_000;
const TODAY = Date.parse('2026-06-01');

let folder: string;
let store: SqliteStore;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retention-'));
  store = new SqliteStore(folder);
});
afterEach(async () => {
  await store.close();
  fs.rmSync(folder, { recursive: true });
});

/** Looks as a server that is started, or goes on, that many days from today. */
async function look(days: number): Promise<void> {
  const retention = new Retention(store, 365, () => TODAY + days * DAY_MS);
  await retention.look();
  retention.close();
}

/** Adds a run and a family, made that many days from today. */
async function add(id: string, days: number): Promise<void> {
  const createdAt = TODAY + days * DAY_MS;
  await store.create(run(id, { createdAt, status: 'completed' }));
  await store.createFamily(family(`family ${id}`, { createdAt, status: 'completed' }));
}

/** Returns which of them are left. A run and a family made at the same time go at the same time. */
async function left(ids: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const id of ids) {
    const [one, other] = [await store.get(id), await store.family(`family ${id}`)];
    expect(one === null, id).toBe(other === null);
    if (one) found.push(id);
  }
  return found;
}

describe('Retention.look', () => {
  it('look: what is too old goes at the second look, at least a day after the first', async () => {
    await add('old', -366);
    await add('new', -364);
    for (const days of [0, 0.1, 0.9]) await look(days);
    expect(await left(['old', 'new'])).toEqual(['old', 'new']);
    await look(1.1);
    expect(await left(['old', 'new'])).toEqual(['new']);
    await look(2.2);
    await look(3.3);
    expect(await left(['old', 'new'])).toEqual([]);
  });

  it('look: after a long pause, it takes another day', async () => {
    await add('a', -300);
    for (const days of [0, 100, 100.5]) await look(days);
    expect(await left(['a'])).toEqual(['a']);
    await look(101);
    expect(await left(['a'])).toEqual([]);
  });

  it.each([
    ['ahead', [0, 500, 500.2, 0.3, 1.4]],
    ['ahead from the first start on', [500, 500.2, 0.3, 1.4]],
    ['ahead by less', [0, 20, 0.1, 1.2]],
    ['ahead, several times', [0, 500, 0.2, 501, 0.3, 502, 0.4]],
    ['behind', [0, -500, -499.9, 0.1, 1.2]],
    ['behind, several times', [0, -500, 0.1, -500, 0.2, 1.3]],
  ])('look: a clock that is %s for a start removes nothing', async (_, days) => {
    await add('a', -10);
    await add('b', -360);
    for (const day of days) await look(day);
    expect(await left(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('look: a run made while the clock was behind is kept as long as others', async () => {
    await add('first', 0);
    await look(0);
    await look(-500);
    await add('behind', -500);
    for (const days of [0.2, 1.3, 2.4, 364]) await look(days);
    expect(await left(['first', 'behind'])).toEqual(['first', 'behind']);
    for (const days of [365.5, 366.6, 367.7]) await look(days);
    expect(await left(['first', 'behind'])).toEqual([]);
  });

  it('look: after a week, an earlier time is believed, and runs made in that week go by its end', async () => {
    await look(500);
    await look(0);
    await add('a', 0);
    for (const days of [1, 3, 5, 7.5, 100, 200, 300, 371, 372]) await look(days);
    expect(await left(['a'])).toEqual(['a']);
    for (const days of [373.1, 374.2]) await look(days);
    expect(await left(['a'])).toEqual([]);
  });

  it('look: a run made while the clock was behind is kept, also if it was ahead before', async () => {
    for (const days of [0, 500, 501, 0.1, -500]) await look(days);
    await add('behind', -500);
    for (const days of [0.2, 1.3, 2.4, 5, 7.4, 8.5, 9.6, 10.7]) await look(days);
    expect(await left(['behind'])).toEqual(['behind']);
  });

  it('onSure: hears of a time once two looks agree about it, also if they did before', async () => {
    let days = 0;
    const retention = new Retention(store, 365, () => TODAY + days * DAY_MS);
    const [early, late]: [number[], number[]] = [[], []];
    await retention.onSure(async (sureMs) => void early.push(sureMs - TODAY));
    for (days of [0, 500, 0.1]) await retention.look();
    expect(early).toEqual([]);
    days = 1.2;
    await retention.look();
    expect(early).toEqual([0.1 * DAY_MS]);
    await retention.onSure(async (sureMs) => void late.push(sureMs - TODAY));
    expect(late).toEqual(early);
    retention.close();
  });
});
