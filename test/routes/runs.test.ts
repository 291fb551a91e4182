/** Runs for people: the permalink, cancelling, forking, and the queue. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../../server/routes/form-values.ts';
import { MODES } from '../../server/spec/modes.ts';
import { specParser } from '../../server/spec/parse.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { type Spec, WORKS } from '../../server/spec/spec.ts';
import { isAlive } from '../contract/processes.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { ENDLESS, ONE_AT_A_TIME, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { ENDLESS_FORM, HTMX } from './filled-form.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('GET /runs/:id', () => {
  it('GET /runs/:id: reloads itself while it is under way, but not once it has ended', async () => {
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

  it('GET /runs/:id: shows its spec in the form, and Cancel only to its owner', async () => {
    const id = await app.start({ ...ENDLESS, seed: 12345 }, await app.browser());
    const html = await (await (await app.browser()).get(`/runs/${id}`)).text();
    expect(formFields(html)).toMatchObject({ modes: ['sequential'], jobs: ['1'], seed: ['12345'] });
    const posted = elements(html, 'form').filter(({ attributes }) => attributes.method === 'post');
    expect(posted.map(({ attributes }) => attributes.action)).toEqual(['/runs']);
    await app.playground.runs.cancel(id);
  });

  it('GET /runs/:id: a missing run is a page with a link, or a problem for programs', async () => {
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
  it('cancel: a run under way ends as cancelled before the response, and none of its processes is left', async () => {
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
    expect((await app.playground.runs.get(id))?.status).toBe('cancelled');
    expect((await app.events(id)).at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
  });

  it('cancel: for htmx or a program, the response is empty', async () => {
    const browser = await app.browser();
    const first = await app.start(ENDLESS, browser);
    expect((await browser.submit(`/runs/${first}/cancel`, {}, HTMX)).status).toBe(204);
    const program = app.program('192.0.2.1');
    const second = await app.start(ENDLESS, program);
    expect((await program.submit(`/runs/${second}/cancel`)).status).toBe(204);
  });

  it('cancel: by another person is 403, and the run continues', async () => {
    const id = await app.start(ENDLESS, await app.browser());
    const stranger = await app.browser();
    await stranger.get('/');
    for (const other of [stranger, app.newBrowser(), app.program('192.0.2.1')]) {
      expect((await other.submit(`/runs/${id}/cancel`)).status).toBe(403);
    }
    expect((await app.playground.runs.get(id))?.status).toBeNull();
    await app.playground.runs.cancel(id);
  });

  it('cancel: an ended run stays as it is; a missing one is 404', async () => {
    const browser = await app.browser();
    const id = await app.start(QUICK, browser);
    const events = await app.events(id);
    expect((await browser.submit(`/runs/${id}/cancel`)).status).toBe(303);
    expect((await app.playground.runs.get(id))?.status).toBe('completed');
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
      preemptions: [''],
      schedules: [''],
    });
    expect((await browser.submit('/runs/nothing/fork')).status).toBe(404);
  });

  it('valuesOf: the form of any spec parses to that spec', () => {
    const parse = specParser({ maxJobs: 100, maxProcesses: 32, lessons: new Map([['one-by-one', {}]]) });
    const seconds = fc.double({ min: 0, max: 3600, noNaN: true });
    const spec: fc.Arbitrary<Spec> = fc
      .record({
        lesson: fc.constant('one-by-one'),
        code: fc.constant(''),
        modes: fc.subarray([...MODES], { minLength: 1 }),
        runtime: fc.constantFrom(...JAVASCRIPT),
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
      fc.property(spec, (value) => {
        expect(parse(valuesOf(value))).toEqual({ ok: true, spec: value, family: null });
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

  it('admission: a run that does not fit waits with a position, can be cancelled, and starts in turn', async () => {
    const browser = await small.browser();
    const first = await small.start(ENDLESS, browser);
    await small.until(first, ({ type }) => type === 'run-started');
    const second = await small.start(QUICK, browser);
    expect(await small.place(second)).toMatchObject({ pass: 0, position: 1 });
    expect(await (await small.request(`/runs/${second}.json`)).json()).toMatchObject({ position: 1 });
    const polled = await small.request(`/runs/${second}.ndjson`);
    expect(JSON.parse(polled.headers.get('queue-place') ?? '')).toMatchObject({ position: 1 });
    expect(await polled.text()).toBe('');
    const page = await (await browser.get(`/runs/${second}`)).text();
    expect(elements(page, 'run-view')[0]?.attributes['data-state']).toBe('queued');
    expect(page).toMatch(/"run-sentence">Waiting: 1st in line/);

    expect((await browser.submit(`/runs/${second}/cancel`)).status).toBe(303);
    const events = await small.events(second);
    expect(events.map(({ type }) => type)).toEqual(['run-ended']);
    expect(events.at(-1)).toMatchObject({ status: 'cancelled' });

    const third = await small.start(QUICK, browser);
    await browser.submit(`/runs/${first}/cancel`);
    const types = (await small.events(third)).map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['run-started', 'pass-started']);
    expect(types.at(-1)).toBe('run-ended');
  });

  it('admission: a run beyond the queue’s limit is refused as busy, and the typed values are kept', async () => {
    const ids = [await small.start(ENDLESS), await small.start(ENDLESS)];
    for (const headers of [{}, HTMX]) {
      const response = await (await small.browser()).submit(
        '/runs',
        { ...ENDLESS_FORM, seed: '4711' },
        headers,
      );
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      const html = await response.text();
      if (headers === HTMX) {
        // The form on the page is left as it is.
        expect(response.headers.get('hx-retarget')).toBe('#form-message');
        expect(html).toMatch(/^The server is busy/);
        continue;
      }
      expect(elements(html, 'div').find(({ attributes }) => attributes.role === 'alert')?.text).toMatch(
        /busy/,
      );
      expect(formFields(html)).toMatchObject({ seed: ['4711'], minSeconds: ['3000'] });
    }
    const bad = await (await small.browser()).submit('/runs', { ...ENDLESS_FORM, jobs: '4' });
    expect(fieldErrors(await bad.text())).toEqual({ jobs: 'Enter a whole number from 1 to 3.' });
    for (const id of ids) await small.playground.runs.cancel(id);
  });
});
