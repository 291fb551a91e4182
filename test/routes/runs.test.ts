/** Runs for people: the form, what is said of bad input, the permalink, cancelling and using again. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../../server/routes/view.ts';
import { MODES, RUNTIMES, type Spec, specParser, WORKS } from '../../server/runs/spec.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import {
  ENDLESS,
  encodeForm,
  type Fields,
  ONE_AT_A_TIME,
  type PlaygroundApp,
  playgroundApp,
  QUICK,
} from '../playground-app.ts';

const HTMX = { 'HX-Request': 'true' };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };
const whole = {
  lesson: 'one-by-one',
  modes: ['sequential', 'threads'],
  runtime: 'node',
  jobs: '3',
  workers: '',
  minSeconds: '0',
  maxSeconds: '0',
  work: 'wait',
  seed: '7',
  repeat: '',
  sweep: '',
};
const quick: Fields = { ...whole, modes: [...QUICK.modes], jobs: '1' };
const endless: Fields = { ...quick, minSeconds: '3000', maxSeconds: '3600' };

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('POST /runs', () => {
  it('POST /runs: without script, leads to the run’s permalink, which shows it', async () => {
    const browser = await app.browser();
    const response = await browser.submit('/runs', quick);
    expect(response.status).toBe(303);
    const url = response.headers.get('location') ?? '';
    expect(url).toMatch(/^\/runs\/[\w-]{21}$/);
    const page = await browser.get(url);
    expect(page.status).toBe(200);
    expect(elements(await page.text(), 'run-view')[0]?.attributes['data-events']).toBe(`${url}/events`);
  });

  it('POST /runs: by htmx, is answered with the run’s part of the page, and the address bar shows its permalink', async () => {
    const response = await (await app.browser()).submit('/runs', quick, HTMX);
    expect(response.status).toBe(200);
    const url = response.headers.get('hx-push-url') ?? '';
    expect(url).toMatch(/^\/runs\/[\w-]{21}$/);
    const fragment = await response.text();
    expect(fragment).toMatch(/^<section id="run"/);
    expect(elements(fragment, 'run-view')[0]?.attributes['data-events']).toBe(`${url}/events`);
    expect(elements(fragment, 'html')).toEqual([]);
  });

  it('POST /runs: what the form says is what is run', async () => {
    const response = await (await app.browser()).submit('/runs', { ...whole, workers: '2' });
    const id = response.headers.get('location')?.split('/').at(-1) ?? '';
    expect(app.playground.runs.get(id)?.spec).toEqual({
      lesson: 'one-by-one',
      modes: ['sequential', 'threads'],
      runtime: 'node',
      jobs: 3,
      workers: 2,
      minSeconds: 0,
      maxSeconds: 0,
      work: 'wait',
      seed: 7,
    });
    const events = await app.events(id);
    expect(events.filter(({ type }) => type === 'job-ended')).toHaveLength(6);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it('POST /runs: multipart is taken as well', async () => {
    const body = new FormData();
    for (const [name, value] of Object.entries(quick))
      for (const one of [value].flat()) body.append(name, one);
    const response = await app.request('/runs', { method: 'POST', body });
    expect(response.status).toBe(303);
  });

  it.each<[string, Fields, string, string]>([
    ['no job', { jobs: '0' }, 'jobs', 'whole number from 1 to 100'],
    ['jobs below zero', { jobs: '-1' }, 'jobs', 'whole number from 1 to 100'],
    ['far too many jobs', { jobs: '1e9' }, 'jobs', 'whole number from 1 to 100'],
    ['half a job', { jobs: '2.5' }, 'jobs', 'whole number from 1 to 100'],
    ['jobs as a word', { jobs: 'five' }, 'jobs', 'whole number from 1 to 100'],
    ['jobs left empty', { jobs: '' }, 'jobs', 'whole number from 1 to 100'],
    ['jobs as NaN', { jobs: 'NaN' }, 'jobs', 'whole number from 1 to 100'],
    ['markup in place of jobs', { jobs: '"><script>alert(1)</script>' }, 'jobs', 'whole number'],
    ['the least above the most', { minSeconds: '3', maxSeconds: '2' }, 'maxSeconds', 'not be shorter'],
    ['seconds as NaN', { maxSeconds: 'NaN' }, 'maxSeconds', 'seconds from 0 to 3,600'],
    ['seconds below zero', { minSeconds: '-1' }, 'minSeconds', 'seconds from 0 to 3,600'],
    ['an unknown mode', { modes: ['threads', 'fibers'] }, 'modes', 'Choose one of'],
    ['no mode', { modes: [] }, 'modes', 'at least one'],
    ['a mode twice', { modes: ['threads', 'threads'] }, 'modes', 'at most once'],
    ['no worker', { workers: '0' }, 'workers', 'whole number from 1 to 100'],
    ['a seed of 2^53', { seed: '9007199254740992' }, 'seed', '9,007,199,254,740,991'],
    ['an unknown runtime', { runtime: 'bun' }, 'runtime', 'node, deno'],
    ['a repeat of none', { repeat: '0' }, 'repeat', 'whole number from 1 to 50'],
    ['too many repeats', { repeat: '51' }, 'repeat', 'whole number from 1 to 50'],
    ['half a repeat', { repeat: '2.5' }, 'repeat', 'whole number from 1 to 50'],
    ['a sweep to one worker', { modes: ['threads'], sweep: '1' }, 'sweep', 'whole number from 2 to 32'],
    ['a sweep too far', { modes: ['threads'], sweep: '33' }, 'sweep', 'whole number from 2 to 32'],
    ['markup in place of a sweep', { modes: ['threads'], sweep: '"><b>' }, 'sweep', 'whole number'],
    ['a sweep of what has no workers', { sweep: '4' }, 'sweep', 'threads or processes'],
    ['a repeated sweep', { modes: ['threads'], repeat: '2', sweep: '4' }, 'sweep', 'not to both'],
    ['unknown work', { work: 'dance' }, 'work', 'wait, compute, mixed'],
    ['an unknown lesson', { lesson: 'nothing' }, 'lesson', 'no such lesson'],
  ])(
    'POST /runs: %s is told at its field, and what was typed is still there',
    async (_what, part, field, message) => {
      const typed = { ...whole, ...part };
      for (const headers of [{}, HTMX]) {
        const response = await (await app.browser()).submit('/runs', typed, headers);
        expect(response.status).toBe(422);
        const html = await response.text();
        expect(fieldErrors(html)).toEqual({ [field]: expect.stringContaining(message) });

        // A reader of the screen is told too: the field, or the group it is in, points to the message.
        const pointing = elements(html).filter(
          ({ attributes }) => attributes['aria-describedby'] === `${field}-error`,
        );
        if (field !== 'lesson') expect(pointing.length).toBeGreaterThan(0);

        const shown = formFields(html);
        for (const [name, value] of Object.entries(typed)) {
          // A box that there is not cannot be checked.
          const known: readonly string[] = [...MODES, ...RUNTIMES, ...WORKS];
          const isBox = name === 'modes' || name === 'runtime' || name === 'work';
          const kept = [...new Set([value].flat())].filter((one) => !isBox || known.includes(one));
          expect(shown[name] ?? [], name).toEqual(kept);
        }
        expect(elements(html, 'script').every(({ text }) => text === '')).toBe(true);
      }
    },
  );

  it('POST /runs: bad input by htmx takes the place of the form alone', async () => {
    const response = await (await app.browser()).submit('/runs', { ...whole, jobs: 'x' }, HTMX);
    expect(response.headers.get('hx-retarget')).toBe('#run-form');
    expect(response.headers.get('hx-reswap')).toBe('outerHTML');
    expect(response.headers.get('hx-push-url')).toBeNull();
    expect(await response.text()).toMatch(/^<form id="run-form"/);
  });

  it('POST /runs: several things that are wrong are told at once, and the first has the focus', async () => {
    const response = await (await app.browser()).submit('/runs', {
      ...whole,
      jobs: 'x',
      seed: '-1',
      modes: [],
    });
    const html = await response.text();
    expect(Object.keys(fieldErrors(html)).sort()).toEqual(['jobs', 'modes', 'seed']);
    const focused = elements(html).filter(({ attributes }) => 'autofocus' in attributes);
    expect(focused.map(({ attributes }) => attributes.name)).toEqual(['modes']);
  });

  it.each<[string, Fields, string]>([
    ['a field that there is not', { job: '5' }, 'job'],
    ['__proto__ as a field', JSON.parse('{"__proto__":"x"}'), '__proto__'],
    ['__proto__ with a name in it', { '__proto__[jobs]': '5' }, '__proto__[jobs]'],
    ['constructor as a field', { constructor: 'x' } as unknown as Fields, 'constructor'],
  ])('POST /runs: %s is told of, and nothing is run', async (_what, part, name) => {
    const body = `${encodeForm(quick)}&${encodeForm(part)}`;
    const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(422);
    const alerts = elements(await response.text(), 'div').filter(
      ({ attributes }) => attributes.role === 'alert',
    );
    expect(alerts.map(({ text }) => text)).toEqual([`There is no field "${name}".`]);
  });

  it.each([
    ['403', '/runs', { ...FORM, Origin: 'http://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' }, ''],
    ['404', '/runs/nothing/cancel', FORM, ''],
    ['413', '/runs', FORM, 'x'.repeat(300_000)],
    ['415', '/runs', { ...FORM, 'Content-Type': 'text/plain' }, 'jobs=1'],
  ])(
    'htmx: an error (%s) is a message in the form, not a page in the place of the run',
    async (status, path, headers, body) => {
      const response = await app.request(path, { method: 'POST', body, headers: { ...headers, ...HTMX } });
      expect(response.status).toBe(Number(status));
      expect(response.headers.get('hx-retarget')).toBe('#form-message');
      expect(response.headers.get('hx-reswap')).toBe('innerHTML');
      expect(await response.text()).toMatch(/^[^<>]+\.$/);
    },
  );

  it('POST /runs: a field sent twice is told at the field', async () => {
    const body = `${encodeForm(quick)}&jobs=2`;
    const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(422);
    expect(Object.keys(fieldErrors(await response.text()))).toEqual(['jobs']);
  });

  it('POST /runs: a file in place of a text is told at the field', async () => {
    const body = new FormData();
    body.append('modes', 'threads');
    body.append('jobs', new File(['5'], 'jobs.txt'));
    const response = await app.request('/runs', { method: 'POST', body, headers: { Accept: 'text/html' } });
    expect(response.status).toBe(422);
    expect(Object.keys(fieldErrors(await response.text()))).toEqual(['jobs']);
  });

  it.each([
    ['in a value', 'jobs=%FF%FE&modes=threads', 'jobs'],
    [
      'in a value, as bytes',
      Uint8Array.of(...new TextEncoder().encode('modes=threads&jobs='), 0xc3, 0x28),
      'jobs',
    ],
    ['cut short', 'modes=threads&jobs=%E0%A4', 'jobs'],
    ['with a broken escape', 'modes=threads&jobs=%', 'jobs'],
  ])('POST /runs: invalid UTF-8 %s is bad input', async (_where, body, field) => {
    const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(422);
    expect(Object.keys(fieldErrors(await response.text()))).toEqual([field]);
  });

  it('POST /runs: tens of thousands of fields are refused like one', async () => {
    // Quadratic work would take a quarter of a minute here, in which nobody else is served.
    const body = Array.from({ length: 50_000 }, (_, i) => i.toString(36)).join('&');
    const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(422);
  });

  it.each([
    ['text', { 'Content-Type': 'text/plain' }],
    ['JSON', { 'Content-Type': 'application/json' }],
    ['nothing named', {}],
  ])('POST /runs: %s in place of a form is 415', async (_what, headers) => {
    const response = await app.request('/runs', { method: 'POST', body: new Blob(['jobs=5']), headers });
    expect(response.status).toBe(415);
  });

  it.each([
    ['without its boundary', 'multipart/form-data', 'x'],
    ['that is not what it says', 'multipart/form-data; boundary=x', 'jobs=5'],
    [
      'cut short',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="jobs"\r\n\r\n5',
    ],
  ])('POST /runs: a form %s is 400', async (_what, type, body) => {
    const headers = { 'Content-Type': type, Accept: 'text/html' };
    const response = await app.request('/runs', { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('The form could not be read.');
  });

  it('POST /runs: a body of 10 MB is 413, said to be so or not', async () => {
    const bytes = new Uint8Array(10 * 2 ** 20).fill(97);
    const announced = await app.request('/runs', {
      method: 'POST',
      body: bytes,
      headers: { ...FORM, 'Content-Length': String(bytes.length) },
    });
    expect(announced.status).toBe(413);
    expect(await announced.text()).toContain('256 KiB');

    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent >= bytes.length) return controller.close();
        controller.enqueue(bytes.subarray(sent, sent + 65_536));
        sent += 65_536;
      },
    });
    const init: RequestInit = { method: 'POST', body, headers: FORM };
    const chunked = await app.request('/runs', { ...init, duplex: 'half' } as RequestInit);
    expect(chunked.status).toBe(413);
    // It did not wait for the rest.
    expect(sent).toBeLessThan(2 ** 20);
  });

  it('POST /runs: a form from another site is refused, and nothing is run', async () => {
    const own = await app.browser();
    await own.get('/');
    for (const path of ['/runs', '/runs/x/cancel', '/runs/x/fork', '/api/runs']) {
      for (const headers of [
        { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
        { Origin: 'https://evil.example', 'Sec-Fetch-Site': '' },
        { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
        { Origin: '', 'Sec-Fetch-Site': 'cross-site' },
        { Origin: 'http://evil.localhost', 'Sec-Fetch-Site': 'same-site' },
      ]) {
        for (const type of [
          'application/x-www-form-urlencoded',
          'text/plain',
          'multipart/form-data; boundary=x',
        ]) {
          const response = await own.submit(path, quick, { ...headers, 'Content-Type': type });
          expect(response.status, `${path} ${JSON.stringify(headers)} ${type}`).toBe(403);
        }
      }
    }
    expect(await (await own.get('/runs')).text()).not.toContain('href="/runs/');
  });
});

describe('GET /runs/:id', () => {
  it('GET /runs/:id: comes back by itself while it is under way, and not once it has ended', async () => {
    const browser = await app.browser();
    const id = await app.start(ENDLESS, browser);
    const refreshes = (html: string) =>
      elements(html, 'meta').filter(({ attributes }) => attributes['http-equiv'] === 'refresh');
    await app.until(id, ({ type }) => type === 'job-started');
    const live = await (await browser.get(`/runs/${id}`)).text();
    expect(refreshes(live)).toHaveLength(1);
    expect(elements(live, 'form').map(({ attributes }) => attributes.action)).toContain(`/runs/${id}/cancel`);

    await browser.submit(`/runs/${id}/cancel`);
    const ended = await (await browser.get(`/runs/${id}`)).text();
    expect(refreshes(ended)).toEqual([]);
    expect(elements(ended, 'run-view')[0]?.attributes['data-state']).toBe('ended');
    expect(elements(ended, 'form').map(({ attributes }) => attributes.action)).not.toContain(
      `/runs/${id}/cancel`,
    );
  });

  it('GET /runs/:id: shows its spec in the form, and no Cancel to somebody else', async () => {
    const id = await app.start({ ...ENDLESS, seed: 12345 }, await app.browser());
    const html = await (await (await app.browser()).get(`/runs/${id}`)).text();
    expect(formFields(html)).toMatchObject({ modes: ['sequential'], jobs: ['1'], seed: ['12345'] });
    const posted = elements(html, 'form').filter(({ attributes }) => attributes.method === 'post');
    expect(posted.map(({ attributes }) => attributes.action)).toEqual(['/runs']);
    await app.playground.runs.cancel(id);
  });

  it('GET /runs/:id: where there is none, a page that helps, or a problem for programs', async () => {
    const page = await (await app.browser()).get('/runs/nothing-here');
    expect(page.status).toBe(404);
    const html = await page.text();
    expect(html).toContain('There is no run at this address.');
    const main = html.slice(html.indexOf('<main'));
    expect(elements(main, 'a').map(({ attributes }) => attributes.href)).toContain('/');

    const problem = await app.program().get('/runs/nothing-here');
    expect(problem.status).toBe(404);
    expect(problem.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('POST /runs/:id/cancel', () => {
  it('cancel: a run under way ends as cancelled before the answer comes, and none of its processes is left', async () => {
    const browser = await app.browser();
    const id = await app.start({ ...ENDLESS, modes: ['processes'], jobs: 2 }, browser);
    const pids: number[] = [];
    await app.until(id, (event) => {
      if (event.type === 'lane-started') pids.push(event.pid);
      return pids.length === 3;
    });
    for (const pid of pids) expect(isAlive(pid)).toBe(true);
    const response = await browser.submit(`/runs/${id}/cancel`);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/runs/${id}`);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
    expect(app.playground.runs.get(id)?.status).toBe('cancelled');
    expect((await app.events(id)).at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
  });

  it('cancel: by htmx or by a program there is nothing to show', async () => {
    const browser = await app.browser();
    const one = await app.start(ENDLESS, browser);
    expect((await browser.submit(`/runs/${one}/cancel`, {}, HTMX)).status).toBe(204);
    const program = app.program('192.0.2.1');
    const other = await app.start(ENDLESS, program);
    expect((await program.submit(`/runs/${other}/cancel`)).status).toBe(204);
  });

  it('cancel: by somebody else is 403, and the run goes on', async () => {
    const id = await app.start(ENDLESS, await app.browser());
    const stranger = await app.browser();
    await stranger.get('/');
    for (const other of [stranger, app.newBrowser(), app.program('192.0.2.1')]) {
      expect((await other.submit(`/runs/${id}/cancel`)).status).toBe(403);
    }
    expect(app.playground.runs.get(id)?.status).toBeNull();
    await app.playground.runs.cancel(id);
  });

  it('cancel: a run that has ended stays as it is; one that there is not is 404', async () => {
    const browser = await app.browser();
    const id = await app.start(QUICK, browser);
    const events = await app.events(id);
    expect((await browser.submit(`/runs/${id}/cancel`)).status).toBe(303);
    expect(app.playground.runs.get(id)?.status).toBe('completed');
    expect(await app.events(id)).toEqual(events);
    expect((await browser.submit('/runs/nothing/cancel')).status).toBe(404);
  });
});

describe('POST /runs/:id/fork', () => {
  it('fork: leads to a form filled with the run’s spec', async () => {
    const browser = await app.browser();
    const spec = { ...QUICK, jobs: 4, workers: 2, work: 'mixed', runtime: 'node', seed: 99 };
    const id = await app.start(spec, browser);
    const response = await browser.submit(`/runs/${id}/fork`);
    expect(response.status).toBe(303);
    const html = await (await browser.get(response.headers.get('location') ?? '')).text();
    expect(formFields(html)).toEqual({
      lesson: ['one-by-one'],
      modes: ['sequential'],
      runtime: ['node'],
      jobs: ['4'],
      workers: ['2'],
      minSeconds: ['0'],
      maxSeconds: ['0'],
      work: ['mixed'],
      seed: ['99'],
      repeat: [''],
      sweep: [''],
    });
    expect((await browser.submit('/runs/nothing/fork')).status).toBe(404);
  });

  it('valuesOf: the form of any spec is taken as that spec', () => {
    const parse = specParser({ maxJobs: 100, maxProcesses: 32, lessons: new Map([['one-by-one', {}]]) });
    const seconds = fc.double({ min: 0, max: 3600, noNaN: true });
    const spec: fc.Arbitrary<Spec> = fc
      .record({
        lesson: fc.constant('one-by-one'),
        modes: fc.subarray([...MODES], { minLength: 1 }),
        runtime: fc.constantFrom(...RUNTIMES),
        jobs: fc.integer({ min: 1, max: 100 }),
        workers: fc.option(fc.integer({ min: 1, max: 100 })),
        range: fc.tuple(seconds, seconds),
        work: fc.constantFrom(...WORKS),
        seed: fc.maxSafeNat(),
      })
      .map(({ range, ...rest }) => ({
        ...rest,
        minSeconds: Math.min(...range),
        maxSeconds: Math.max(...range),
      }));
    fc.assert(
      fc.property(spec, (one) => {
        expect(parse(valuesOf(one))).toEqual({ ok: true, spec: one, family: null });
      }),
    );
  });
});

describe('with room for one run', () => {
  let small: PlaygroundApp;
  beforeAll(async () => {
    small = await playgroundApp({ ...ONE_AT_A_TIME, MAX_WAITING: '1', MAX_JOBS: '3' });
  });
  afterAll(() => small.close());

  it('admission: a run that does not fit waits with its place, can be cancelled there, and goes in its turn', async () => {
    const browser = await small.browser();
    const first = await small.start(ENDLESS, browser);
    await small.until(first, ({ type }) => type === 'run-started');
    const second = await small.start(QUICK, browser);
    expect(await small.until(second, ({ type }) => type === 'run-queued')).toMatchObject({ position: 1 });
    const page = await (await browser.get(`/runs/${second}`)).text();
    expect(elements(page, 'run-view')[0]?.attributes['data-state']).toBe('queued');

    expect((await browser.submit(`/runs/${second}/cancel`)).status).toBe(303);
    const events = await small.events(second);
    expect(events.map(({ type }) => type)).toEqual(['run-queued', 'run-ended']);
    expect(events.at(-1)).toMatchObject({ status: 'cancelled' });

    const third = await small.start(QUICK, browser);
    await browser.submit(`/runs/${first}/cancel`);
    const types = (await small.events(third)).map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['run-queued', 'run-started']);
    expect(types.at(-1)).toBe('run-ended');
  });

  it('admission: one more than may wait is told at once that the server is busy, and keeps what was typed', async () => {
    const ids = [await small.start(ENDLESS), await small.start(ENDLESS)];
    for (const headers of [{}, HTMX]) {
      const response = await (await small.browser()).submit('/runs', { ...endless, seed: '4711' }, headers);
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      const html = await response.text();
      expect(elements(html, 'div').find(({ attributes }) => attributes.role === 'alert')?.text).toMatch(
        /busy/,
      );
      expect(formFields(html)).toMatchObject({ seed: ['4711'], minSeconds: ['3000'] });
    }
    const bad = await (await small.browser()).submit('/runs', { ...endless, jobs: '4' });
    expect(fieldErrors(await bad.text())).toEqual({ jobs: 'Give a whole number from 1 to 3.' });
    for (const id of ids) await small.playground.runs.cancel(id);
  });
});

/** Whether there is a process by that number. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
