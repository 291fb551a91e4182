/**
 * Searches for orders: asked for, shown on each of their pages and in each of their exports, and their orders opened.
 * What a search has found is put into its log, but for one that is real.
 */
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SCHEDULES } from '../../server/spec/explore.ts';
import { RACE, searchLog } from '../figures/made-searches.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const SPEC = {
  ...{ lesson: 'lost-update', code: '', modes: ['threads' as const], runtime: 'node' as const, jobs: 2 },
  ...{ workers: null, minSeconds: 0, maxSeconds: 0, work: 'wait' as const, seed: 1 },
  explore: { preemptions: null, schedules: DEFAULT_SCHEDULES },
};
const FAMILY = 'F'.repeat(21);
const RUN = 'R'.repeat(21);
const UNSURE = { family: 'f'.repeat(21), run: 'r'.repeat(21) };

let app: PlaygroundApp;
let reader: Client;
beforeAll(async () => {
  app = await playgroundApp();
  reader = await app.browser();
  await store(FAMILY, RUN, searchLog());
  await store(UNSURE.family, UNSURE.run, searchLog(RACE, { same: [false] }));
});
afterAll(() => app.close());

/** Stores a search that has ended, and its family. */
async function store(family: string, run: string, lines: string[]): Promise<void> {
  const { store } = app.playground.storage;
  const common = { person: 'ann', spec: SPEC, createdAt: Date.now() };
  await store.createFamily({ ...common, id: family, kind: 'exploration', count: 1, status: null });
  await store.create({ ...common, id: run, status: null, member: { family, number: 1 } });
  await store.append(run, 1, lines);
  await store.end(run, 'completed');
  await store.endFamily(family, 'completed');
}

const text = async (path: string) => {
  const response = await reader.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
};
const open = (fields: Record<string, string>, family = FAMILY) =>
  reader.submit(`/families/${family}/orders`, { mode: 'threads', ...fields });

describe('the pages of a search', () => {
  it('GET /families/:id: says how many orders fail, failing outcomes first, each with an example to open', async () => {
    const html = await text(`/families/${FAMILY}`);
    expect(elements(html, 'h1').map((one) => one.text)).toContain(
      '6 orders. 4 of them lose an update of the counter.',
    );
    const items = elements(html, 'li').filter(({ attributes }) => attributes.class === 'outcome');
    expect(items.map(({ attributes }) => attributes['data-outcome'])).toEqual(['lost-update', 'well']);
    expect(items[0]?.text).toContain('4 of 6 orders');
    expect(items[0]?.text).toContain('4 steps, 1 preemption');
    expect(items[0]?.text).toContain('1 update of the counter was lost. Counter 1.');
    const forms = elements(html, 'form').filter(({ attributes }) => attributes.class === 'open');
    expect(forms.map(({ attributes }) => attributes.action)).toEqual(
      Array(2).fill(`/families/${FAMILY}/orders`),
    );
    expect(html).toContain('Iterative Context Bounding');
    expect(html).not.toContain('Not deterministic');
  });

  it('GET /families/:id: says which outcome was another when its order was run again, and which was not run', async () => {
    const html = await text(`/families/${UNSURE.family}`);
    expect(html.match(/Not deterministic/g)).toHaveLength(1);
    expect(html.match(/Not run again/g)).toHaveLength(1);
  });

  it.each([`/families/${FAMILY}`, `/runs/${RUN}`, `/runs/${RUN}/embed`])(
    '%s of a search is valid HTML',
    async (path) => {
      const extending = { extends: ['html-validate:standard'], elements: ['html5'] };
      const { results } = await new HtmlValidate(new StaticConfigLoader(extending)).validateString(
        await text(path),
      );
      expect(results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([]);
    },
  );

  it('GET /families/:id.json: has the counts, the method and the outcomes', async () => {
    const family = JSON.parse(await text(`/families/${FAMILY}.json`));
    expect(family).toMatchObject({
      kind: 'exploration',
      sentence: '6 orders. 4 of them lose an update of the counter.',
      searches: [
        { mode: 'threads', orders: 6, failing: 4, method: 'every', isComplete: true, distinctOutcomes: 2 },
      ],
      runs: [{ id: RUN, place: 1 }],
    });
    expect(family.searches[0].outcomes).toMatchObject([
      { schedule: '1-2x2-1', orders: 4, lostUpdates: 1, isSame: true },
      { schedule: '1x2-2x2', orders: 2, counter: 2, isSame: true },
    ]);
  });

  it('GET /runs/:id: the search’s own page has its outcomes instead of an empty timeline', async () => {
    const html = await text(`/runs/${RUN}`);
    expect(elements(html, 'run-view')).toEqual([]);
    expect(html).toContain('4 of 6 orders');
    expect(html).toContain(`href="/families/${FAMILY}"`);
    expect(await text(`/runs/${RUN}/search`)).toContain('4 of 6 orders');
    expect((await reader.get(`/runs/${FAMILY}/search`)).status).toBe(404);
  });

  it.each(['.svg', '/embed', '.json'])('GET /runs/:id%s: tells what the search has found', async (ending) => {
    const shown = await text(`/runs/${RUN}${ending}`);
    expect(shown).toContain('4 of them lose an update of the counter.');
    expect(shown).toContain(ending === '.json' ? '"lostUpdates":1' : '4 of 6 orders');
  });

  it.each(['.png', '.txt', '.ndjson', '/program.mjs'])(
    'GET /runs/:id%s: is there as for any run',
    async (ending) => {
      expect((await reader.get(`/runs/${RUN}${ending}`)).status).toBe(200);
    },
  );

  it('GET /runs/:id.txt: lists the outcomes that a search has found', async () => {
    const found = await text(`/runs/${RUN}.txt`);
    expect(found).toMatch(
      /^6 orders\. 4 of them lose an update of the counter\.\n\nIn threads\n\nFails: 4 of 6 orders\n/,
    );
    expect(found).toMatch(
      /\n {2}1 update of the counter was lost\.\n {2}Counter 1\.\n {2}Example: 1-2x2-1 \(4 steps, 1 preemption\)\n/,
    );
    expect(found).toMatch(/\n\nGoes well: 2 of 6 orders\n.*\n\nEvery order was tried: /s);
    expect(await text(`/runs/${UNSURE.run}.txt`)).toContain('\n  Not deterministic: ');
  });

  it.each(['.csv', '.trace.json'])('GET /runs/:id%s: says that a search has no timeline', async (ending) => {
    const response = await reader.get(`/runs/${RUN}${ending}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('no timeline');
  });

  it('GET /compare: refuses a search at its field', async () => {
    const response = await reader.get(`/compare?a=${RUN}&b=${RUN}`);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('without a timeline');
  });

  it('GET /?from=: fills the form with the search again', async () => {
    for (const from of [FAMILY, RUN]) {
      const fields = formFields(await text(`/?from=${from}`));
      expect(fields).toMatchObject({ explore: ['true'], preemptions: [''], schedules: [''], jobs: ['2'] });
    }
  });
});

describe('POST /families/:id/orders', () => {
  it('POST /families/:id/orders: an order becomes one run, however often it is opened, and by whomever', async () => {
    const first = await open({ schedule: '1-2x2-1' });
    expect(first.status).toBe(303);
    const address = first.headers.get('location') ?? '';
    const others = await Promise.all([open({ schedule: '1-2x2-1' }), open({ schedule: ' 1-2x2-1 ' })]);
    expect(others.map(({ headers }) => headers.get('location'))).toEqual([address, address]);
    const run = await app.playground.runs.get(address.replace('/runs/', ''));
    expect(run).toMatchObject({ spec: { modes: ['threads'], schedule: '1-2x2-1', explore: null } });
    expect(run?.member).toEqual({ family: FAMILY, number: 2 });
    expect(await text(`/families/${FAMILY}`)).toContain(`href="${address}"`);
    const { runs } = JSON.parse(await text(`/families/${FAMILY}.json`));
    expect(runs[1]).toMatchObject({ place: 2, mode: 'threads', schedule: '1-2x2-1' });
    // From one that fails to one that goes well, and from there to both beside each other.
    expect(await text(address)).toContain('Open an order that goes well');
    const well = (await open({ schedule: '1x2-2x2' })).headers.get('location') ?? '';
    const ids = [address, well].map((path) => path.replace('/runs/', ''));
    const both = `<a href="/compare?a=${ids[0]}&amp;b=${ids[1]}">Compare with an order that`;
    expect(await text(address)).toContain(`${both} goes well</a>`);
    expect(await text(well)).toContain(`${both} fails</a>`);
    await app.playground.runs.cancel(ids[1] ?? '');
    await app.playground.runs.cancel(run?.id ?? '');
  });

  it.each<[string, Record<string, string>, number]>([
    ['no order', {}, 422],
    ['what is no order', { schedule: 'job 1 first' }, 422],
    ['a mode that was not searched', { mode: 'event-loop', schedule: '1-2' }, 422],
    ['no mode', { mode: '', schedule: '1-2' }, 422],
  ])('POST /families/:id/orders: refuses %s', async (_, fields, status) => {
    expect((await open(fields)).status).toBe(status);
  });

  it('POST /families/:id/orders: only a search has orders', async () => {
    expect((await open({ schedule: '1-2' }, 'x'.repeat(21))).status).toBe(404);
  });
});

describe('asking for a search', () => {
  const FIELDS = {
    lesson: 'lost-update',
    modes: ['threads'],
    jobs: '2',
    minSeconds: '0',
    maxSeconds: '0',
    seed: '1',
  };

  it('POST /runs: other modes are refused at the modes, and the box stays checked', async () => {
    const response = await reader.submit('/runs', {
      ...FIELDS,
      modes: ['threads', 'processes'],
      explore: 'true',
    });
    expect(response.status).toBe(422);
    const html = await response.text();
    expect(fieldErrors(html).modes).toContain('in threads and on the event loop only');
    expect(formFields(html)).toMatchObject({ explore: ['true'] });
  });

  it('POST /api/runs: a program that imports what cannot be ordered is refused at its line, if that is asked for', async () => {
    const code = "import fs from 'node:fs';\nexport function job() { fs; }";
    const response = await reader.sendJson('/api/runs', { code, explore: true });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ codeErrors: [{ line: 1, column: 1 }] });
  });

  it('GET /expected: says how long a search may take, and what keeps it from being one', async () => {
    const query = (modes: string) =>
      `/expected?lesson=lost-update&modes=${modes}&jobs=2&minSeconds=0&maxSeconds=0&work=wait&runtime=node`;
    expect(await text(`${query('threads')}&explore=true`)).toContain('as many orders as fit');
    expect(await text(`${query('processes')}&explore=true`)).toContain('on the event loop only');
  });

  it('POST /api/runs: a real search ends, and none of its outcomes is another in a new process', async () => {
    const response = await reader.sendJson('/api/runs', { ...SPEC, explore: true });
    const { id } = await response.json();
    const json = async () => JSON.parse(await text(`/families/${id}.json`));
    await vi.waitUntil(async () => (await json()).status !== null, { timeout: 50_000, interval: 100 });
    const { status, searches } = await json();
    expect([status, searches[0].status]).toEqual(['completed', 'completed']);
    expect(searches[0].outcomes.length).toBeGreaterThan(0);
    // On a busy machine there may be no time to run it again.
    for (const { isSame } of searches[0].outcomes) expect(isSame).not.toBe(false);
  }, 60_000);
});
