/** The pages: their content, what they allow a browser to do, and how they refuse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IGNORABLE } from '../../server/lessons/lesson.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
let browser: Client;
let id: string;
beforeAll(async () => {
  app = await playgroundApp();
  browser = await app.browser();
  id = await app.start({ ...QUICK, jobs: 2, seed: 31 }, browser);
  await app.events(id);
});
afterAll(() => app.close());

const DEFAULT_FIELDS = {
  lesson: ['one-by-one'],
  modes: ['sequential', 'event-loop', 'threads', 'processes'],
  runtime: ['node'],
  jobs: ['5'],
  workers: [''],
  minSeconds: ['0.5'],
  maxSeconds: ['2'],
  work: ['wait'],
  seed: [''],
  repeat: [''],
  sweep: [''],
  preemptions: [''],
  schedules: [''],
};

describe('pages', () => {
  it('GET /: a form with the settings of the first lesson, and all modes checked', async () => {
    const response = await browser.get('/');
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(formFields(html)).toEqual(DEFAULT_FIELDS);
    const form = elements(html, 'form').find(({ attributes }) => attributes.id === 'run-form');
    expect(form?.attributes).toMatchObject({ method: 'post', action: '/runs', 'hx-post': '/runs' });
  });

  it('GET /: every field of the form has a label of its own', async () => {
    const html = await (await browser.get('/')).text();
    const labels = elements(html, 'label').map(({ attributes }) => attributes.for);
    for (const { attributes } of elements(html, 'input')) {
      if (attributes.type === 'text') expect(labels).toContain(attributes.id);
    }
    expect(elements(html, 'html')[0]?.attributes.lang).toBe('en');
  });

  it('GET /?from=: filled with the spec of that run, or with the defaults if there is none', async () => {
    const html = await (await browser.get(`/?from=${id}`)).text();
    expect(formFields(html)).toMatchObject({ jobs: ['2'], seed: ['31'], modes: ['sequential'] });
    expect(formFields(await (await browser.get('/?from=nothing')).text())).toEqual(DEFAULT_FIELDS);
  });

  it('GET /lessons/:slug: each lesson’s settings, texts and program, and links to the others', async () => {
    const { lessons } = app.playground;
    for (const [i, lesson] of lessons.entries()) {
      const html = await (await browser.get(`/lessons/${lesson.slug}`)).text();
      const { modes = DEFAULT_FIELDS.modes, jobs = 5, work = 'wait', repeat = '' } = lesson.settings;
      const fields = formFields(html);
      expect(fields).toMatchObject({ lesson: [lesson.slug], modes, jobs: [String(jobs)], work: [work] });
      expect(fields.repeat).toEqual([String(repeat)]);
      // A prediction stays in the browser, and is not part of the run.
      expect(Object.keys(fields).sort()).toEqual(Object.keys(DEFAULT_FIELDS).sort());
      const guesses = elements(html, 'input').filter(({ attributes }) => attributes.name === 'guess');
      expect(guesses.map(({ attributes }) => attributes.value)).toEqual(lesson.prediction.choices);

      expect(elements(html, 'h1').map(({ text }) => text)).toEqual([lesson.title]);
      expect(html).toContain('What to look for');
      expect(elements(html, 'code')[0]?.text).toBe(lesson.program.trim());
      const open = elements(html, 'details').filter(({ attributes }) => 'open' in attributes);
      expect(
        open.map(({ attributes }) => attributes.id).filter((id) => id !== 'more' && id !== 'settings'),
      ).toEqual(['program']);
      const hrefs = elements(html, 'a').map(({ attributes }) => attributes.href);
      for (const near of [lessons[i - 1], lessons[i + 1]])
        if (near) expect(hrefs).toContain(`/lessons/${near.slug}`);
    }
  });

  it('GET /lessons/:slug: shows only the controls that do something there, and keeps the values of the others', async () => {
    const namesOf = { jobs: ['jobs'], seconds: ['minSeconds', 'maxSeconds', 'seed'], work: ['work'] };
    let hidden = 0;
    for (const { slug, ignores = [] } of app.playground.lessons) {
      const html = await (await browser.get(`/lessons/${slug}?jobs=7&seed=5`)).text();
      expect(formFields(html)).toMatchObject({ jobs: ['7'], seed: ['5'] });
      for (const control of IGNORABLE) {
        const inputs = elements(html, 'input').filter(({ attributes }) =>
          namesOf[control].includes(attributes.name ?? ''),
        );
        const isHidden = ignores.includes(control);
        hidden += isHidden ? 1 : 0;
        expect(inputs.length, slug).toBeGreaterThan(0);
        for (const { attributes } of inputs) expect(attributes.type === 'hidden', slug).toBe(isHidden);
      }
    }
    expect(hidden).toBeGreaterThan(4);
  });

  it('POST /runs: a control that is hidden in a lesson is shown with its error', async () => {
    const lesson = await (await browser.get('/lessons/crash')).text();
    const fields = { ...formFields(lesson), minSeconds: '8', maxSeconds: 'x', work: 'play' };
    const wrong = await browser.submit('/runs', fields);
    expect(wrong.status).toBe(422);
    const html = await wrong.text();
    expect(Object.keys(fieldErrors(html))).toEqual(['maxSeconds', 'work']);
    const typeOf = (name: string) =>
      elements(html, 'input').find(({ attributes }) => attributes.name === name)?.attributes.type;
    expect([typeOf('maxSeconds'), typeOf('work')]).toEqual(['text', 'radio']);
    const open = elements(html, 'details').filter(({ attributes }) => 'open' in attributes);
    expect(open.map(({ attributes }) => attributes.id)).toContain('settings');
  });

  it('GET /lessons/:slug: a link may fill in the form; what it names besides is ignored', async () => {
    const query = 'minSeconds=1&maxSeconds=%22%3E%3Cb%3E&modes=threads&lesson=queue&utm=x';
    const html = await (await browser.get(`/lessons/one-by-one?${query}`)).text();
    expect(formFields(html)).toEqual({
      ...DEFAULT_FIELDS,
      minSeconds: ['1'],
      maxSeconds: ['"><b>'],
      modes: ['threads'],
    });
    const offered = elements(html, 'a').find(({ attributes }) => 'data-fill' in attributes)?.attributes.href;
    const notebook = formFields(await (await browser.get(offered ?? '')).text());
    expect(notebook).toEqual({ ...DEFAULT_FIELDS, minSeconds: ['1'], maxSeconds: ['10'] });
  });

  it('GET /runs/:id: explains the lesson of its spec, and links its scripts', async () => {
    const html = await (await browser.get(`/runs/${id}`)).text();
    const explanation = html.slice(html.indexOf('id="told"'), html.indexOf('id="run"'));
    const parts = elements(explanation, 'details');
    expect(parts.map(({ attributes }) => 'open' in attributes)).toEqual([true, true, true]);
    const hrefs = elements(html, 'a').map(({ attributes }) => attributes.href);
    for (const ending of ['mjs', 'ts', 'py']) expect(hrefs).toContain(`/runs/${id}/program.${ending}`);
  });

  it('GET /lessons/:slug: filled with the lesson; a missing one is a page with a link', async () => {
    expect(formFields(await (await browser.get('/lessons/one-by-one')).text())).toEqual(DEFAULT_FIELDS);
    for (const slug of ['nothing', '__proto__', '..%2f..', 'constructor']) {
      const response = await browser.get(`/lessons/${slug}`);
      expect(response.status).toBe(404);
      expect(await response.text()).toContain('There is no such lesson.');
    }
  });

  it('GET /terms: every term that a page links to is explained there', async () => {
    const response = await browser.get('/terms');
    expect(response.status).toBe(200);
    const anchors = elements(await response.text(), 'div').map(({ attributes }) => attributes.id);
    const paths = ['/', `/runs/${id}`, ...app.playground.lessons.map(({ slug }) => `/lessons/${slug}`)];
    for (const path of paths) {
      const hrefs = elements(await (await browser.get(path)).text(), 'a').map(
        ({ attributes }) => attributes.href,
      );
      expect(hrefs, path).toContain('/terms');
      const terms = hrefs.flatMap((href) => href?.split('/terms#')[1] ?? []);
      for (const term of terms) expect(anchors, path).toContain(term);
    }
  });

  it('GET /runs/:id: the prediction of an ended run is fixed; the lesson’s own page accepts another', async () => {
    const guessOf = async (path: string) =>
      elements(await (await browser.get(path)).text(), 'fieldset').find(
        ({ attributes }) => attributes.class === 'guess',
      );
    expect((await guessOf(`/runs/${id}`))?.attributes).toHaveProperty('disabled');
    expect((await guessOf('/lessons/one-by-one'))?.attributes).not.toHaveProperty('disabled');
  });

  it('GET /runs: only the browser’s own runs', async () => {
    const hrefs = async (client: Client) =>
      elements(await (await client.get('/runs')).text(), 'a').map(({ attributes }) => attributes.href);
    expect(await hrefs(browser)).toContain(`/runs/${id}`);
    expect(await hrefs(await app.browser())).not.toContain(`/runs/${id}`);
    expect(await hrefs(app.newBrowser())).not.toContain(`/runs/${id}`);
  });

  it('pages: a missing address is a page for people and a problem for programs', async () => {
    const page = await browser.get('/nothing');
    expect(page.status).toBe(404);
    expect(await page.text()).toContain('There is nothing at this address.');
    const problem = await app.program().get('/nothing');
    expect(problem.headers.get('content-type')).toBe('application/problem+json');
    expect(await problem.json()).toMatchObject({ status: 404 });
  });

  it('GET /healthz: reports the runtime and the load', async () => {
    const response = await app.program().get('/healthz');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      status: 'ok',
      runtime: 'node',
      sandbox: {
        level: expect.stringMatching(/^(jail|permissions)$/),
        versions: { deno: expect.stringContaining('.') },
      },
      active: 0,
      waiting: 0,
    });
  });
});

describe('content security policy', () => {
  const pages = () => ['/', '/runs', `/runs/${id}`, '/lessons/one-by-one', '/nothing', '/runs/nothing'];

  it('content security policy: only the site’s own resources, and nothing inline, on every response', async () => {
    const answers = [
      ...pages().map((path) => browser.get(path)),
      browser.submit('/runs', { jobs: 'x' }),
      browser.submit('/runs', {}, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }),
      browser.submit('/runs', { jobs: 'x'.repeat(300_000) }),
      browser.sendJson('/api/runs', 'x'),
      browser.get(`/runs/${id}/events?after=99`),
      browser.get('/healthz'),
    ];
    for (const response of await Promise.all(answers)) {
      const policy = new Map(
        response.headers
          .get('content-security-policy')
          ?.split(';')
          .map((part) => part.trim().split(/ (.*)/s))
          .map(([name = '', value = '']) => [name, value]),
      );
      expect(policy.get('default-src')).toBe("'none'");
      expect(policy.get('script-src')).toBe("'self'");
      expect(policy.get('style-src')).toBe("'self'");
      expect(policy.get('form-action')).toBe("'self'");
      expect(policy.get('base-uri')).toBe("'none'");
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe|\*|https?:/);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      await response.body?.cancel();
    }
  });

  it('content security policy: no page has inline scripts, styles or event handlers', async () => {
    for (const path of pages()) {
      const html = await (await browser.get(path)).text();
      const all = elements(html);
      expect(all.length).toBeGreaterThan(20);
      for (const { name, attributes, text } of all) {
        expect(Object.keys(attributes).filter((key) => key === 'style' || /^on|^hx-on/.test(key))).toEqual(
          [],
        );
        expect(name).not.toBe('style');
        if (name === 'script') expect([attributes.src?.slice(0, 8), text]).toEqual(['/static/', '']);
        if (name === 'link' && attributes.rel === 'stylesheet')
          expect(attributes.href).toMatch(/^\/static\//);
        for (const key of ['href', 'action', 'src'])
          expect(attributes[key] ?? '').not.toMatch(/^javascript:/);
      }
    }
  });
});
