/** Runs and families on an asynchronous store: requests that overlap with its calls do no harm. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BusyError } from '../../server/runs/admission/places.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { ENDLESS, ONE_AT_A_TIME, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { slowStores } from './slow-store.ts';

let app: PlaygroundApp;
const specOf = (fields: Record<string, unknown>): Spec => {
  const parsed = app.playground.parseSpec(fields);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.spec;
};
const isRejected = (result: PromiseSettledResult<unknown>) => result.status === 'rejected';

beforeAll(async () => {
  app = await playgroundApp(ONE_AT_A_TIME);
});
afterAll(() => app.close());
beforeEach(() => slowStores());
afterEach(() => {
  vi.restoreAllMocks();
});

describe('Runs on an asynchronous store', () => {
  it('submit: a submitted run is found at once, and runs to its end', async () => {
    const id = await app.start(QUICK);
    expect((await app.request(`/runs/${id}`)).status).toBe(200);
    const events = await app.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    const view = await app.playground.runs.get(id);
    expect(view?.status).toBe('completed');
    expect(view?.log.after(0).map((line) => JSON.parse(line))).toEqual(events);
  });

  it('submit: a waiting run has its place once it is stored, and is read from its first event', async () => {
    const complain = vi.spyOn(console, 'error');
    const first = await app.start(ENDLESS);
    const second = await app.start(QUICK);
    expect(await app.place(second)).toMatchObject({ position: 1 });
    await app.playground.runs.cancel(first);
    const events = await app.events(second);
    expect(events[0]).toMatchObject({ seq: 1, type: 'run-started' });
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(complain).not.toHaveBeenCalled();
  });

  it('submit: a run that the store rejects takes no place in the queue, and is not found', async () => {
    const create = vi.spyOn(SqliteStore.prototype, 'create').mockRejectedValueOnce(new Error('disk full'));
    await expect(app.playground.runs.submit(specOf(QUICK), { person: 'ann' })).rejects.toThrow('disk full');
    const [[{ id }] = [{ id: '' }]] = create.mock.calls;
    expect(await app.playground.runs.get(id)).toBeNull();
    expect(await app.playground.runs.load()).toEqual({ active: 0, waiting: 0 });
  });

  it('cancel: twice at once, and while it is being submitted, ends a run once as cancelled', async () => {
    const { runs } = app.playground;
    const create = vi.spyOn(SqliteStore.prototype, 'create');
    const submitting = runs.submit(specOf(ENDLESS), { person: 'ann' });
    await vi.waitUntil(() => create.mock.calls.length > 0);
    const id = create.mock.calls[0]?.[0].id ?? '';
    await Promise.all([runs.cancel(id), runs.cancel(id)]);
    expect((await submitting).id).toBe(id);
    const events = await app.events(id);
    expect(events.filter(({ type }) => type === 'run-ended')).toMatchObject([{ status: 'cancelled' }]);
    expect((await runs.get(id))?.status).toBe('cancelled');
  });
});

describe('Families on an asynchronous store', () => {
  it('start: a family executes all its runs, and is listed as under way from the start', async () => {
    const { families } = app.playground;
    const statuses = new Set<unknown>();
    const starting = families.start(specOf(QUICK), { person: 'bob' }, { kind: 'repeat', count: 3 });
    let isStarted = false;
    const started = starting.then(() => {
      isStarted = true;
    });
    while (!isStarted) for (const { status } of await families.ofPerson('bob', 9)) statuses.add(status);
    await started;
    const { id } = await starting;
    await vi.waitUntil(
      async () => {
        const family = await families.get(id);
        if (family?.status === null) for (const { result } of family.runs) statuses.add(result.status);
        return family?.status !== null;
      },
      { timeout: 20_000, interval: 1 },
    );
    expect(statuses).not.toContain('interrupted');
    expect(await families.get(id)).toMatchObject({
      status: 'completed',
      runs: [1, 2, 3].map((number) => ({ number, result: { status: 'completed' } })),
    });
  });

  it('start: many at once do not exceed the limit, and refused ones leave nothing behind', async () => {
    const { families } = app.playground;
    const most = app.playground.settings.MAX_WAITING + 1;
    const results = await Promise.allSettled(
      Array.from({ length: most + 5 }, (_, n) =>
        families.start(specOf(ENDLESS), { person: `person ${n}` }, { kind: 'repeat', count: 2 }),
      ),
    );
    const refused = results.filter(isRejected);
    expect(refused).toHaveLength(5);
    for (const result of refused) expect(result).toMatchObject({ reason: expect.any(BusyError) });
    expect(await families.ofPerson(`person ${most}`, 9)).toEqual([]);
    await Promise.all(
      results.map((result) => result.status === 'fulfilled' && families.cancel(result.value.id)),
    );
    expect(await app.playground.runs.load()).toEqual({ active: 0, waiting: 0 });
  });

  it('cancel: a run that is being submitted is cancelled too, and no other follows', async () => {
    const { families, runs } = app.playground;
    const create = vi.spyOn(SqliteStore.prototype, 'create');
    const starting = families.start(specOf(ENDLESS), { person: 'eve' }, { kind: 'repeat', count: 3 });
    await vi.waitUntil(() => create.mock.calls.length === 1);
    const [family] = await families.ofPerson('eve', 9);
    await Promise.all([families.cancel(family?.id ?? ''), families.cancel(family?.id ?? '')]);
    const { id, runId } = await starting;
    expect((await runs.get(runId))?.status).toBe('cancelled');
    expect(await families.get(id)).toMatchObject({ status: 'cancelled', runs: [{ id: runId }] });
  });
});

describe('a server that stops, on an asynchronous store', () => {
  it('close: a run and a family that are being submitted end as interrupted, and nothing is left unsaved', async () => {
    const closing = await playgroundApp();
    const { runs, families } = closing.playground;
    const ends = vi.spyOn(SqliteStore.prototype, 'end');
    const create = vi.spyOn(SqliteStore.prototype, 'create');
    const submitting = Promise.allSettled([
      runs.submit(specOf(ENDLESS), { person: 'ann' }),
      families.start(specOf(ENDLESS), { person: 'ann' }, { kind: 'repeat', count: 3 }),
    ]);
    await vi.waitUntil(() => create.mock.calls.length > 0);
    await closing.close();
    const [run] = await submitting;
    expect(run).toMatchObject({ status: 'fulfilled' });
    const statuses = ends.mock.calls.map(([, status]) => status);
    expect(new Set(statuses)).toEqual(new Set(['interrupted']));
    await expect(runs.submit(specOf(QUICK), { person: 'ann' })).rejects.toThrow(BusyError);
  });
});
