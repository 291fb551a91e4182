/** Pages of programs that somebody wrote: the ways in, the run's page, and what a lesson says only of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEW_PROGRAM } from '../../server/programs/new-program.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { type Client, type Fields, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { HTMX, QUICK_FORM } from './filled-form.ts';

const CODE = `// Counts <b>to</b> 3 \u202E🎉
export async function job(n, { shared, log }) {
  log(\`\${shared.counter.add(1)}\`);
}
`;
const TITLE = 'Counts <b>to</b> 3 🎉';

let app: PlaygroundApp;
let browser: Client;
/** A run of `CODE`, made from the lesson `join`. */
let id: string;
beforeAll(async () => {
  app = await playgroundApp({ SANDBOX: 'permissions' });
  browser = await app.browser();
  id = await app.start({ ...QUICK, lesson: 'join', code: CODE, workers: 1, seed: 5 }, browser);
  await app.events(id);
});
afterAll(() => app.close());

const text = async (path: string) => (await browser.get(path)).text();
const fields = (page: string) => ({ ...formFields(page), code: elements(page, 'textarea')[0]?.text ?? '' });

/** Presses Run, as with the page's script. */
async function press(form: Fields) {
  const response = await browser.submit('/runs', { ...QUICK_FORM, ...form }, HTMX);
  return { status: response.status, page: await response.text() };
}
const heading = (page: string) => elements(page, 'h1')[0]?.text;

describe('a new program', () => {
  it('is one click away from every page, has few short jobs, and runs as it is', async () => {
    for (const path of ['/', '/runs', '/terms', '/lessons/join']) {
      const links = elements(await text(path), 'a').filter(({ attributes }) => attributes.href === '/new');
      expect(links.map(({ text }) => text)).toEqual(['New program']);
    }
    const form = fields(await text('/new?jobs=2'));
    expect(form).toMatchObject({ lesson: [''], jobs: ['2'], maxSeconds: ['2'], runtime: ['deno'] });
    expect(heading(await text('/new'))).toBe('New program');
    expect(await text('/new')).toMatch(/id="expected-all"[^>]*>about/);
    expect(form.code).toBe(NEW_PROGRAM.trim());
    const code = NEW_PROGRAM.replaceAll('\n', '\r\n');
    const response = await browser.submit('/runs', { ...form, code, minSeconds: '0', maxSeconds: '0.01' });
    expect(response.status).toBe(303);
    const run = response.headers.get('location')?.split('/').at(-1) ?? '';
    expect((await app.events(run)).at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    expect(await text('/runs')).toContain('My first program');
  });
});

describe('the page of a run of a program that somebody wrote', () => {
  it('shows its title, the lesson that it was made from, and its program; nothing that the lesson says', async () => {
    const page = await text(`/runs/${id}`);
    expect(heading(page)).toBe(TITLE);
    expect(elements(page, 'title')[0]?.text).toBe(`${TITLE} · Concurrency Playground`);
    expect(elements(page, 'meta').find(({ attributes }) => attributes.property === 'og:title')).toMatchObject(
      {
        attributes: { content: `${TITLE} · Concurrency Playground` },
      },
    );
    const [intro = ''] = /<section class="intro"[\s\S]*?<\/section>/.exec(page) ?? [];
    expect(elements(intro, 'a').map(({ attributes }) => attributes.href)).toEqual(['/lessons/join']);
    expect(page).not.toMatch(/name="guess"|class="judged"|data-claim|<details[^>]*><summary>What happened/);
    expect(elements(page, 'run-view')[0]?.attributes['data-lesson']).toBe('');
  });

  it('can be run again, and opened with all settings', async () => {
    const same = {
      lesson: ['join'],
      modes: ['sequential'],
      jobs: ['1'],
      workers: ['1'],
      seed: ['5'],
      runtime: ['deno'],
    };
    for (const path of [`/runs/${id}`, `/?from=${id}`]) {
      const form = fields(await text(path));
      expect(form).toMatchObject({ ...same, code: CODE.trim() });
      expect(heading(await text(path))).toBe(TITLE);
    }
    const response = await browser.submit('/runs', { ...fields(await text(`/?from=${id}`)), code: CODE });
    const again = response.headers.get('location')?.split('/').at(-1) ?? '';
    const spec = (await app.playground.runs.get(id))?.spec;
    expect((await app.playground.runs.get(again))?.spec).toEqual(spec);
    await app.events(again);
  });

  it('gives the program as it was written, as text, and says that there is no Python', async () => {
    const response = await browser.get(`/runs/${id}/source.ts`);
    expect(await response.text()).toBe(CODE);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="counts-b-to-b-3.ts"');
    const page = await text(`/runs/${id}`);
    expect(page).toMatch(
      /<div id="panel-py"[^>]*>\s*<p class="quiet">Only the lessons have a Python version/,
    );
    expect(page).not.toContain('program.py');
    expect((await browser.get(`/runs/${id}/program.py`)).status).toBe(404);
    expect((await browser.get(`/runs/${'x'.repeat(21)}/source.ts`)).status).toBe(404);
  });
});

describe('a lesson’s page', () => {
  it('no longer says what the lesson says when a changed program has run, and does again for the lesson’s own', async () => {
    const changed = await press({ lesson: 'join', code: CODE, runtime: 'deno', guess: 'whatever' });
    expect(changed.status).toBe(200);
    expect(heading(changed.page)).toBe(TITLE);
    const swapped = elements(changed.page).flatMap(({ attributes }) =>
      attributes['hx-swap-oob'] === 'outerHTML' ? [attributes.id] : [],
    );
    expect(swapped).toEqual(['intro', 'told', 'settings']);
    expect(elements(changed.page, 'title')[0]?.text).toContain(TITLE);

    const own = await press({ lesson: 'join', code: '', shown: 'own' });
    expect(own.page).toMatch(/id="intro"[^>]*hx-swap-oob[\s\S]*name="guess"/);
    expect(own.page).toMatch(/id="told"[^>]*hx-swap-oob[\s\S]*What happened/);
    // The page need not change: a guess keeps its focus.
    expect((await press({ lesson: 'join' })).page).not.toContain('hx-swap-oob');
  });

  it('has all settings for a changed program, also those that the lesson’s own ignores', async () => {
    const visible = (page: string) =>
      elements(page, 'input').flatMap(({ attributes }) =>
        attributes.type === 'text' && attributes.id !== undefined ? [attributes.id] : [],
      );
    const own = visible(await text('/lessons/crash'));
    const { page } = await press({ lesson: 'crash', code: CODE, runtime: 'deno', maxSeconds: '0.02' });
    expect(own).not.toContain('minSeconds');
    expect(visible(page)).toEqual(expect.arrayContaining([...own, 'minSeconds', 'maxSeconds', 'seed']));
    expect(
      elements(page, 'input').find(({ attributes }) => attributes.id === 'maxSeconds')?.attributes.value,
    ).toBe('0.02');
  });

  it('without script, a changed program on Node is refused with all that was typed, and then one click away', async () => {
    const form = { ...QUICK_FORM, lesson: 'join', code: CODE, runtime: 'node', seed: '9' };
    const response = await browser.submit('/runs', form);
    const page = await response.text();
    expect(response.status).toBe(422);
    expect(fieldErrors(page).runtime).toMatch(/^Choose Deno\./);
    const node = elements(page, 'input').find(({ attributes }) => attributes.id === 'runtime-node');
    expect(node?.attributes).toHaveProperty('disabled');
    expect(
      elements(page, 'details').filter(({ attributes }) => /settings|more/.test(attributes.id ?? '')),
    ).toMatchObject([{ attributes: { open: '' } }, { attributes: { open: '' } }]);
    const kept = fields(page);
    expect(kept).toMatchObject({ lesson: ['join'], runtime: ['deno'], seed: ['9'], code: CODE.trim() });
    expect((await browser.submit('/runs', kept)).status).toBe(303);
  });
});

describe('a server that runs only lessons', () => {
  it('says so in place of the editor, and keeps what somebody wrote', async () => {
    const lessonsOnly = await playgroundApp({ SANDBOX: 'lessons' });
    try {
      const reader = await lessonsOnly.browser();
      for (const path of ['/lessons/join', '/new']) {
        const page = await (await reader.get(path)).text();
        expect(elements(page, 'textarea')).toEqual([]);
        expect(
          elements(page, 'p').find(({ attributes }) => attributes.class?.startsWith('why-fixed'))?.text,
        ).toBe(lessonsOnly.playground.sandbox.why);
      }
      const refused = await reader.submit('/runs', { ...QUICK_FORM, lesson: '', code: CODE });
      const page = await refused.text();
      expect(refused.status).toBe(422);
      expect(buttons(page)).toMatchObject([{ id: 'run-button', disabled: '' }]);
      expect(elements(page, 'li').map(({ text }) => text)).toContain(lessonsOnly.playground.sandbox.why);
      const kept = elements(page, 'input').find(({ attributes }) => attributes.name === 'code');
      expect(kept?.attributes.value).toBe(CODE);
    } finally {
      await lessonsOnly.close();
    }
  });

  it('offers nothing that it would refuse: neither a new program nor a challenge can be run', async () => {
    const lessonsOnly = await playgroundApp({ SANDBOX: 'lessons' });
    const { why } = lessonsOnly.playground.sandbox;
    try {
      const reader = await lessonsOnly.browser();
      const home = await (await reader.get('/')).text();
      expect(elements(home, 'a').map(({ text }) => text)).not.toContain('New program');
      expect(buttons(home)).toMatchObject([{ id: 'run-button' }, { id: 'by-hand' }, { id: 'every-order' }]);
      expect(buttons(home)[0]).not.toHaveProperty('disabled');
      for (const path of ['/new', '/challenges/deadlock']) {
        const page = await (await reader.get(path)).text();
        expect(buttons(page), path).toMatchObject([{ id: 'run-button', disabled: '' }]);
        expect(elements(page, 'h2')[0]?.text).toBe('This program does not run here.');
      }
      for (const path of ['/challenges', '/challenges/deadlock']) {
        const page = await (await reader.get(path)).text();
        expect(
          elements(page, 'p').filter(({ text }) => text.includes(`${why} So th`)),
          path,
        ).toHaveLength(1);
        expect(page, path).not.toMatch(/Break it|break each|Change the program|change the program/);
      }
    } finally {
      await lessonsOnly.close();
    }
  });
});

/** The attributes of a page’s buttons in or for the form of a run. */
function buttons(page: string) {
  return elements(page, 'button')
    .map(({ attributes }) => attributes)
    .filter(({ id }) => id === 'run-button' || id === 'by-hand' || id === 'every-order');
}
