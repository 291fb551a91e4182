/** The same run on every runtime: submitted, drawn on one page, as JSON, refused and cancelled. Real runs. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lessonValues } from '../../server/routes/form-values.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { type Fields, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { PYTHON } from '../python.ts';

const FIELDS: Fields = {
  ...{ lesson: 'one-by-one', modes: ['sequential', 'threads'], runtime: 'node', jobs: '2', workers: '' },
  ...{ minSeconds: '0', maxSeconds: '0', work: 'wait', seed: '7', repeat: '', sweep: '' },
  everyRuntime: 'true',
};
const NAMES = ['Node.js', 'Deno', ...(PYTHON === null ? [] : ['Python'])];
const RUNTIMES = ['node', 'deno', ...(PYTHON === null ? [] : ['python'])];

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

/** Resolves with the id of a family that was submitted with the form. */
async function submitted(fields: Fields): Promise<string> {
  const answer = await (await app.browser()).submit('/runs', fields);
  expect(answer.status).toBe(303);
  return (answer.headers.get('location') ?? '').replace('/families/', '');
}

async function json(id: string) {
  return (await app.request(`/families/${id}.json`)).json();
}

async function ended(id: string) {
  await vi.waitUntil(async () => (await json(id)).status !== null, { timeout: 25_000, interval: 50 });
  return json(id);
}

describe('a family on every runtime', () => {
  it('has the same run on each runtime, one after another; a page and JSON show all of them', async () => {
    const id = await submitted(FIELDS);
    const family = await ended(id);
    expect(family).toMatchObject({ kind: 'runtimes', status: 'completed', count: RUNTIMES.length });
    expect(family.runs.map(({ runtime }: { runtime: string }) => runtime)).toEqual(RUNTIMES);
    for (const { mode, runtimes } of family.modes) {
      expect(FIELDS.modes).toContain(mode);
      expect(runtimes.map(({ runtime }: { runtime: string }) => runtime)).toEqual(RUNTIMES);
    }
    for (const [i, run] of family.runs.entries()) {
      const { spec } = (await app.playground.runs.get(run.id)) ?? {};
      const { everyRuntime: _, ...same } = family.spec;
      expect(spec).toEqual({ ...same, runtime: RUNTIMES[i] });
    }
    expect(family.sentence).toMatch(/^(One by one|In threads) /);

    const page = await (await app.request(`/families/${id}`)).text();
    expect(page).toContain('<title>On every runtime · Concurrency Playground</title>');
    const drawings = elements(page, 'svg').filter(({ attributes }) => attributes.class === 'drawing');
    expect(drawings).toHaveLength(2 * RUNTIMES.length);
    const axes = page.match(/<svg class="drawing"[\s\S]*?<\/svg>\s*<\/div>/g)?.map((one) => {
      const ticks = elements(one, 'text').filter(({ attributes }) => attributes.class === 'time');
      return ticks.map(({ attributes, text }) => `${text} at ${attributes.x}`).join();
    });
    expect(new Set(axes).size).toBe(1);
    for (const name of NAMES)
      expect(page).toMatch(new RegExp(`<dt><a href="/runs/[\\w-]+">${name}</a></dt>`));
    // The form of "Use these settings again".
    const again = await (await app.request(`/?from=${id}`)).text();
    expect(formFields(again)).toMatchObject({ everyRuntime: ['true'], repeat: [''], sweep: [''] });
    const list = await (await app.request('/runs')).text();
    expect(list).not.toContain(id);
  });

  it('is refused at its field beside a repeat, with nothing that was typed lost', async () => {
    const answer = await (await app.browser()).submit('/runs', { ...FIELDS, repeat: '3' });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(fieldErrors(page)).toEqual({
      everyRuntime: 'Use “On every runtime” without Repeat, Sweep, “Try every order” and “One order”.',
    });
    expect(formFields(page)).toMatchObject({ everyRuntime: ['true'], repeat: ['3'] });
  });

  it('is planned before it runs', async () => {
    const { modes, ...fields } = FIELDS;
    const query = new URLSearchParams({
      ...(fields as Record<string, string>),
      maxSeconds: '1',
      minSeconds: '1',
    });
    query.append('modes', 'threads');
    expect(await (await app.request(`/expected?${query}`)).text()).toContain(
      `${RUNTIMES.length} runtimes, one after another: about `,
    );
  });

  it('is cancelled with its run; the page says what did not run', async () => {
    const by = await app.browser();
    const answer = await by.submit('/runs', { ...FIELDS, minSeconds: '3000', maxSeconds: '3600' });
    const address = answer.headers.get('location') ?? '';
    const live = await (await by.get(address)).text();
    expect(live).toContain('<dd>Not yet.</dd>');
    await by.submit(`${address}/cancel`, {});
    const family = await ended(address.replace('/families/', ''));
    expect(family).toMatchObject({ status: 'cancelled', runs: [{ status: 'cancelled' }] });
    expect(await (await by.get(address)).text()).toContain('<dd>Not run.</dd>');
  });

  it('is offered by a lesson about Python, which begins on Python if there is one', async () => {
    const page = await (await app.request('/lessons/gil')).text();
    expect(page).toContain('<a href="/lessons/gil?everyRuntime=true" data-fill="everyRuntime=true">');
    expect(formFields(page).runtime).toEqual([PYTHON === null ? 'node' : 'python']);
    expect(page).not.toMatch(/<details id="(settings|more)" open/);
    const filled = await (await app.request('/lessons/gil?everyRuntime=true')).text();
    expect(formFields(filled).everyRuntime).toEqual(['true']);
    const lesson = app.playground.lessons.find(({ slug }) => slug === 'gil');
    expect(lesson && lessonValues(lesson, ['node', 'deno']).runtime).toBe('node');
  });
});
