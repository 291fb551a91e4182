/** Families of runs: submitted, shown while under way, cancelled, and found after a restart. Real runs. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type MockInstance, vi } from 'vitest';
import { startPlayground } from '../../server/playground.ts';
import { readSettings } from '../../server/settings.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import {
  type Client,
  ENDLESS,
  type Fields,
  ONE_AT_A_TIME,
  type PlaygroundApp,
  playgroundApp,
  QUICK,
  SERIES,
} from '../playground-app.ts';
import { prepared } from '../prepared.ts';

const HTMX = { 'HX-Request': 'true' };
const ENDLESS_SERIES: Fields = { ...SERIES, minSeconds: '3000', maxSeconds: '3600' };

/** The JSON of a family, with the fields that these tests use. */
type FamilyJson = {
  id: string;
  status: string | null;
  sentence: string;
  count: number;
  modes: {
    mode: string;
    wallMs: { min: number; max: number } | null;
    distinctOrders: number;
    points?: { workers: number; factor: number | null }[];
    serial?: number | null;
  }[];
  runs: { id: string; url: string; place: number; status: string | null }[];
};

async function familyJson(app: PlaygroundApp, id: string): Promise<FamilyJson> {
  const response = await app.request(`/families/${id}.json`);
  expect(response.status).toBe(200);
  return response.json();
}

/** Resolves with a family once it has ended. */
async function ended(app: PlaygroundApp, id: string): Promise<FamilyJson> {
  await vi.waitUntil(async () => (await familyJson(app, id)).status !== null, {
    timeout: 25_000,
    interval: 50,
  });
  return familyJson(app, id);
}

/** Resolves with the id of the run at `place` in a family, once it has started. */
async function started(app: PlaygroundApp, id: string, place: number): Promise<string> {
  const at = async () => (await familyJson(app, id)).runs.find((run) => run.place === place)?.id;
  await vi.waitUntil(async () => (await at()) !== undefined, { timeout: 25_000, interval: 50 });
  const run = (await at()) ?? '';
  await app.until(run, ({ type }) => type === 'run-started');
  return run;
}

/** Submits a family with the form. Resolves with its id. */
async function submitFamily(by: Client, fields: Fields): Promise<string> {
  const response = await by.submit('/runs', fields);
  expect(response.status).toBe(303);
  return (response.headers.get('location') ?? '').replace('/families/', '');
}

/** Returns what the page of a family says about the time left. */
async function leftOn(by: Client, id: string): Promise<string | undefined> {
  const html = await (await by.get(`/families/${id}`)).text();
  return elements(html, 'p').find(({ attributes }) => attributes.class === 'family-left quiet')?.text;
}

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('POST /runs', () => {
  it('POST /runs: a repeat leads to its family, with equal runs one after another', async () => {
    const browser = await app.browser();
    const response = await browser.submit('/runs', { ...SERIES, modes: ['threads'], jobs: '3' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(/^\/families\/[\w-]{21}$/);
    const id = (response.headers.get('location') ?? '').replace('/families/', '');
    const family = await ended(app, id);
    expect(family).toMatchObject({ status: 'completed', count: 3 });
    expect(family.sentence).toMatch(/^3 runs in threads: .* order/);
    expect(family.runs.map(({ place, status }) => [place, status])).toEqual([
      [1, 'completed'],
      [2, 'completed'],
      [3, 'completed'],
    ]);
    const views = await Promise.all(family.runs.map((run) => app.playground.runs.get(run.id)));
    const specs = views.map((view) => JSON.stringify(view?.spec));
    expect(new Set(specs).size).toBe(1);
    expect(JSON.parse(specs[0] ?? '')).toMatchObject({ seed: 7, modes: ['threads'], workers: null });
    // Each run is submitted only when the previous one has ended.
    const made = views.map((view) => view?.createdAt ?? 0);
    for (const [i, { id: run }] of family.runs.entries()) {
      const events = await app.events(run);
      expect(made[i + 1] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
        Math.floor((made[i] ?? 0) + (events.at(-1)?.atMs ?? 0)) - 1,
      );
    }
  });

  it('GET /runs/:id: the page of a family’s run says its number in the family, from 1', async () => {
    const id = await submitFamily(await app.browser(), SERIES);
    const family = await ended(app, id);
    const said = await Promise.all(
      family.runs.map(async ({ url }) => {
        const page = await (await app.newBrowser().get(url)).text();
        return /Run (\d+) of <a href="([^"]+)">/.exec(page)?.slice(1);
      }),
    );
    expect(said).toEqual(family.runs.map((_, i) => [String(i + 1), `/families/${id}`]));
  });

  it('POST /runs: htmx is redirected to it', async () => {
    const response = await (await app.browser()).submit('/runs', SERIES, HTMX);
    expect(response.status).toBe(200);
    expect(response.headers.get('hx-redirect')).toMatch(/^\/families\/[\w-]{21}$/);
    expect(await response.text()).toBe('');
  });

  it('POST /runs: one repeat is a single run, not a family', async () => {
    const response = await (await app.browser()).submit('/runs', { ...SERIES, repeat: '1' });
    expect(response.headers.get('location')).toMatch(/^\/runs\//);
  });

  it('POST /runs: a sweep has a run for each number of workers, regardless of the workers field', async () => {
    const fields = { ...SERIES, modes: ['threads'], jobs: '4', workers: '2', repeat: '', sweep: '3' };
    const family = await ended(app, await submitFamily(await app.browser(), fields));
    const views = await Promise.all(family.runs.map(({ id }) => app.playground.runs.get(id)));
    const workers = views.map((view) => view?.spec.workers);
    expect(workers).toEqual([1, 2, 3]);
    const [threads] = family.modes;
    expect(threads?.points?.map((point) => point.workers)).toEqual([1, 2, 3]);
    expect(threads?.points?.[0]?.factor).toBe(1);
    // None is fitted where it would contradict a measurement.
    expect(threads?.serial ?? 0).toBeGreaterThanOrEqual(0);
    expect(threads?.serial ?? 1).toBeLessThanOrEqual(1);
    // Each run had that many lanes.
    for (const [i, run] of family.runs.entries()) {
      const lanes = (await app.events(run.id)).filter(({ type }) => type === 'lane-started');
      expect(lanes).toHaveLength(1 + i + 1);
    }
  });

  it('POST /runs: bad input starts nothing', async () => {
    const browser = await app.browser();
    const wrong: Fields[] = [{ repeat: '51' }, { repeat: '', sweep: '4' }, { jobs: '0' }];
    for (const part of wrong) {
      const response = await browser.submit('/runs', { ...SERIES, ...part });
      expect(response.status).toBe(422);
      expect(Object.keys(fieldErrors(await response.text()))).toHaveLength(1);
    }
    expect(elements(await (await browser.get('/runs')).text(), 'li')).toEqual([]);
  });
});

describe('POST /api/runs', () => {
  it('POST /api/runs: responds with the address of a family, and of its first run', async () => {
    const response = await app.program().sendJson('/api/runs', { ...QUICK, repeat: 2 });
    expect(response.status).toBe(201);
    const { id, url, runs }: { id: string; url: string; runs: string[] } = await response.json();
    expect(url).toBe(`/families/${id}`);
    expect(response.headers.get('location')).toBe(url);
    const family = await ended(app, id);
    expect(runs).toEqual([family.runs[0]?.url]);
    expect(family.runs).toHaveLength(2);
  });

  it.each<[string, object, string]>([
    ['a sweep on the event loop', { modes: ['event-loop'], sweep: 4 }, 'sweep'],
    ['a repeated sweep', { modes: ['threads'], repeat: 4, sweep: 4 }, 'sweep'],
    ['far too many repeats', { repeat: 1e9 }, 'repeat'],
    ['a repeat as a list', { repeat: [2] }, 'repeat'],
    ['a sweep below zero', { modes: ['threads'], sweep: -2 }, 'sweep'],
  ])('POST /api/runs: %s is a problem at its field', async (_what, part, field) => {
    const response = await app.program().sendJson('/api/runs', { ...QUICK, ...part });
    expect(response.status).toBe(422);
    const { errors }: { errors: { field: string }[] } = await response.json();
    expect(errors.map((error) => error.field)).toEqual([field]);
  });
});

describe('GET /families/:id', () => {
  it('GET /families/:id: reloads its figures while it is under way, but not once it has ended', async () => {
    const browser = await app.browser();
    const id = await submitFamily(browser, ENDLESS_SERIES);
    await started(app, id, 1);
    const section = (html: string) =>
      elements(html, 'section').find(({ attributes }) => attributes.id === 'family');
    const page = await (await browser.get(`/families/${id}`)).text();
    expect(section(page)?.attributes).toMatchObject({
      'hx-get': `/families/${id}/figures`,
      'hx-trigger': 'every 1s',
      'data-state': 'running',
    });
    expect(page).toContain('http-equiv="refresh"');
    expect(page).toContain('0 of 3 runs');
    await browser.submit(`/families/${id}/cancel`);
    const figures = await (await browser.get(`/families/${id}/figures`, HTMX)).text();
    expect(figures).toMatch(/^<section id="family"/);
    expect(section(figures)?.attributes).toMatchObject({ 'data-state': 'ended' });
    expect(figures).not.toContain('hx-get');
    expect(await (await browser.get(`/families/${id}`)).text()).not.toContain('http-equiv="refresh"');
  });

  it('GET /families/:id: requests while it ends see it under way or completed, and nothing else', async () => {
    const id = await submitFamily(await app.browser(), { ...SERIES, repeat: '2' });
    const seen = new Set<string | null>();
    // Requests at every moment.
    while (!seen.has('completed') && seen.size < 3) seen.add((await familyJson(app, id)).status);
    expect([...seen]).toEqual([null, 'completed']);
  });

  it('GET /families/:id: links each run, and the form with its values', async () => {
    const browser = await app.browser();
    const fields = { ...SERIES, modes: ['threads', 'processes'], jobs: '2', repeat: '', sweep: '2' };
    const id = await submitFamily(browser, fields);
    const { runs } = await ended(app, id);
    const html = await (await browser.get(`/families/${id}`)).text();
    const hrefs = elements(html, 'a').map(({ attributes }) => attributes.href);
    for (const { url } of runs) expect(hrefs).toContain(url);
    expect(html).toContain('Amdahl’s law');
    const again = `/?from=${id}`;
    expect(hrefs).toContain(again);
    expect(formFields(await (await browser.get(again)).text())).toMatchObject({
      modes: ['threads', 'processes'],
      repeat: [''],
      sweep: ['2'],
      seed: ['7'],
    });
  });

  it('GET /families/:id: a missing family is 404', async () => {
    const browser = await app.browser();
    const run = await app.start(QUICK);
    for (const id of ['nothing', run, '__proto__', "'%20or%201=1"]) {
      for (const at of [`/families/${id}`, `/families/${id}/figures`])
        expect((await browser.get(at)).status).toBe(404);
      expect((await browser.submit(`/families/${id}/cancel`)).status).toBe(404);
    }
    const problem = await app.program().get('/families/nothing.json');
    expect(problem.headers.get('content-type')).toBe('application/problem+json');
  });

  it('GET /runs: a family is one row, only in the list of its owner', async () => {
    const browser = await app.browser();
    const id = await submitFamily(browser, SERIES);
    const { runs } = await ended(app, id);
    const alone = await app.start(QUICK, browser);
    const html = await (await browser.get('/runs')).text();
    const rows = elements(html, 'li');
    expect(rows).toHaveLength(2);
    const hrefs = elements(html, 'a').map(({ attributes }) => attributes.href);
    expect(hrefs).toEqual(expect.arrayContaining([`/families/${id}`, `/runs/${alone}`]));
    for (const { url } of runs) expect(hrefs).not.toContain(url);
    expect(rows.some(({ text }) => text.includes('3 runs: 1 job'))).toBe(true);
    expect(await (await (await app.browser()).get('/runs')).text()).not.toContain(id);
  });

  it('GET /families/:id: shows the expected time at once, and in the end the time taken', async () => {
    const browser = await app.browser();
    const id = await submitFamily(browser, { ...SERIES, minSeconds: '1', maxSeconds: '1' });
    const page = () => leftOn(browser, id);
    expect(await page()).toMatch(/^About \d s left, if all goes as planned\.$/);
    await started(app, id, 2);
    expect(await page()).toMatch(/^About \d s left, going by the runs so far\.$/);
    await ended(app, id);
    expect(await page()).toMatch(/^Took [\d.]+ s in total\.$/);
  });
});

describe('POST /families/:id/cancel', () => {
  it('cancel: only by the owner; the current run ends, and no more are submitted', async () => {
    const [owner, other] = [await app.browser(), await app.browser()];
    const id = await submitFamily(owner, ENDLESS_SERIES);
    const run = await started(app, id, 1);
    await app.until(run, ({ type }) => type === 'pass-started');
    expect((await other.submit(`/families/${id}/cancel`)).status).toBe(403);
    expect((await familyJson(app, id)).status).toBeNull();
    const page = await (await other.get(`/families/${id}`)).text();
    expect(page).not.toContain('/cancel');
    expect(await (await owner.get(`/families/${id}`)).text()).toContain(`action="/families/${id}/cancel"`);

    const response = await owner.submit(`/families/${id}/cancel`);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/families/${id}`]);
    expect(await familyJson(app, id)).toMatchObject({
      status: 'cancelled',
      sentence: 'Cancelled after 0 of 3 runs: none completed.',
      runs: [{ id: run, status: 'cancelled' }],
    });
    const stopped = await (await owner.get(`/families/${id}`)).text();
    expect(elements(stopped, 'progress')[0]?.attributes.value).toBe('0');
    expect(elements(stopped, 'td').map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^cut off at [\d.]+ m?s$/),
    );
    // A second cancel has no effect.
    expect((await owner.submit(`/families/${id}/cancel`, {}, HTMX)).status).toBe(204);
    expect((await familyJson(app, id)).runs).toHaveLength(1);
  });

  it('cancel: cancelling a single run does not end its family', async () => {
    const browser = await app.browser();
    const id = await submitFamily(browser, { ...ENDLESS_SERIES, repeat: '2' });
    for (const place of [1, 2]) await browser.submit(`/runs/${await started(app, id, place)}/cancel`);
    expect(await ended(app, id)).toMatchObject({
      status: 'completed',
      runs: [{ status: 'cancelled' }, { status: 'cancelled' }],
    });
  });
});

describe('with room for one run', () => {
  let small: PlaygroundApp;
  beforeAll(async () => {
    small = await playgroundApp({ ...ONE_AT_A_TIME, MAX_WAITING: '1' });
  });
  afterAll(() => small.close());

  it('families: a busy server refuses a family, and nothing is left behind', async () => {
    const [blocker, waiting] = [await small.start(ENDLESS), await small.start(ENDLESS)];
    const browser = await small.browser();
    const page = await browser.submit('/runs', SERIES);
    expect(page.status).toBe(503);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(formFields(await page.text())).toMatchObject({ repeat: ['3'] });
    expect((await small.program().sendJson('/api/runs', { ...QUICK, repeat: 3 })).status).toBe(503);
    expect(elements(await (await browser.get('/runs')).text(), 'li')).toEqual([]);
    await small.playground.runs.cancel(waiting);
    await small.playground.runs.cancel(blocker);
  });

  it('families: the page says that a run waits in the queue, for an unknown time', async () => {
    const blocker = await small.start(ENDLESS);
    const browser = await small.browser();
    const id = await submitFamily(browser, { ...SERIES, minSeconds: '2', maxSeconds: '2' });
    const page = () => leftOn(browser, id);
    const words = 'Run 1 is waiting, 1st in line; how long is unknown. After that, about 7 s.';
    await expect.poll(page).toBe(words);
    await small.playground.runs.cancel(blocker);
    await started(small, id, 1);
    expect(await page()).toMatch(/^About \d s left/);
    await small.playground.families.cancel(id);
  });

  it('families: another person’s run starts between two runs of a family, of which at most one is queued', async () => {
    const id = await submitFamily(await small.browser(), { ...ENDLESS_SERIES, repeat: '3' });
    const first = await started(small, id, 1);
    expect(await small.playground.runs.load()).toEqual({ active: 1, waiting: 0 });
    const other = await small.start(QUICK, small.program('10.0.0.3'));
    expect(await small.playground.runs.load()).toEqual({ active: 1, waiting: 1 });
    await small.playground.runs.cancel(first);
    await small.events(other);
    const second = await started(small, id, 2);
    const at = async (run: string) => (await small.playground.runs.get(run))?.createdAt ?? 0;
    const startOf = async (run: string) =>
      (await at(run)) + (await small.until(run, ({ type }) => type === 'run-started')).atMs;
    expect(await startOf(other)).toBeLessThanOrEqual((await startOf(second)) + 1);
    await small.playground.families.cancel(id);
    expect(await small.playground.runs.load()).toEqual({ active: 0, waiting: 0 });
  });

  it('families: several at once all complete', async () => {
    const owners = await Promise.all(['1', '2'].map(() => small.browser()));
    const ids = await Promise.all(owners.map((owner) => submitFamily(owner, SERIES)));
    for (const id of ids)
      expect(await ended(small, id)).toMatchObject({ status: 'completed', runs: [{}, {}, {}] });
  });
});

describe('with a queue that stays full', () => {
  let full: PlaygroundApp;
  let large: string;
  let submit: MockInstance<PlaygroundApp['playground']['runs']['submit']>;
  const refused = () => submit.mock.settledResults.filter(({ type }) => type === 'rejected').length;
  /** Starts a family. Its second run finds the queue full. */
  async function waiting(): Promise<string> {
    const id = await submitFamily(await full.browser(), { ...ENDLESS_SERIES, repeat: '2' });
    const first = await started(full, id, 1);
    // Fits only alone: it takes the only place in the queue while other runs are under way.
    large = await full.start({ ...ENDLESS, modes: ['threads'], jobs: 10 }, full.program('10.0.0.9'));
    const before = refused();
    await full.playground.runs.cancel(first);
    await vi.waitUntil(() => refused() >= before + 2, 20_000);
    return id;
  }
  beforeAll(async () => {
    full = await playgroundApp({ MEMORY_MIB: '128', MAX_WAITING: '1' });
    submit = vi.spyOn(full.playground.runs, 'submit');
    await full.until(await full.start(ENDLESS), ({ type }) => type === 'run-started');
  });
  afterAll(() => full.close());

  it('families: a run that finds the queue full is submitted again, until there is room', async () => {
    const id = await waiting();
    expect((await familyJson(full, id)).runs).toHaveLength(1);
    await full.playground.runs.cancel(large);
    await full.playground.runs.cancel(await started(full, id, 2));
    expect(await ended(full, id)).toMatchObject({ status: 'completed', runs: [{}, {}] });
  });

  it('families: a family that waits for room is cancelled at once', async () => {
    const id = await waiting();
    const asked = () => submit.mock.calls.filter(([, , member]) => member?.family === id).length;
    await full.playground.families.cancel(id);
    const before = asked();
    expect(await familyJson(full, id)).toMatchObject({ status: 'cancelled', runs: [{}] });
    await full.playground.runs.cancel(large);
    // Another family has paused and retried: the pause of the first, which began before, would have ended too.
    const other = await waiting();
    expect(asked()).toBe(before);
    await full.playground.families.cancel(other);
    await full.playground.runs.cancel(large);
  });
});

describe('a server that stops', () => {
  it('families: a family under way is interrupted, shows its runs so far, and is found after a restart', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'families-'));
    const settings = readSettings({ DATA_DIR: folder, READY: '0' });
    const first = await startPlayground(settings, prepared());
    const parsed = first.parseSpec({ ...ENDLESS, repeat: 5, seed: 3 });
    if (!parsed.ok || parsed.family === null) throw new Error('This is a family.');
    const { id, runId } = await first.families.start(parsed.spec, { person: 'ann' }, parsed.family);
    const log = (await first.runs.get(runId))?.log;
    await vi.waitUntil(() => log?.after(0).some((line) => line.includes('"job-started"')), 20_000);
    await first.close();

    const second = await startPlayground(settings, prepared());
    try {
      const family = await second.families.get(id);
      expect(family).toMatchObject({ status: 'interrupted', count: 5, person: 'ann' });
      expect(family?.runs).toMatchObject([{ id: runId, number: 1, result: { status: 'interrupted' } }]);
      expect(await second.families.ofPerson('ann', 9)).toMatchObject([{ id, status: 'interrupted' }]);
      expect(await second.runs.load()).toEqual({ active: 0, waiting: 0 });
    } finally {
      await second.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  it('families: a server that is about to stop accepts none', async () => {
    const own = await playgroundApp();
    await own.playground.runs.close();
    expect((await own.program().sendJson('/api/runs', { ...QUICK, repeat: 2 })).status).toBe(503);
    await own.close();
  });
});
