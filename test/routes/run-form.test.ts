/** The form: the run that it submits, errors for bad input, and refused requests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import { WORKS } from '../../server/spec/spec.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { encodeForm, type Fields, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { FORM, HTMX, QUICK_FORM, WHOLE } from './filled-form.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('POST /runs', () => {
  it('POST /runs: without script, redirects to the run’s permalink, which shows it', async () => {
    const browser = await app.browser();
    const response = await browser.submit('/runs', QUICK_FORM);
    expect(response.status).toBe(303);
    const url = response.headers.get('location') ?? '';
    expect(url).toMatch(/^\/runs\/[\w-]{21}$/);
    const page = await browser.get(url);
    expect(page.status).toBe(200);
    expect(elements(await page.text(), 'run-view')[0]?.attributes['data-events']).toBe(`${url}/events`);
  });

  it('POST /runs: for htmx, responds with the run’s part of the page, and pushes its permalink', async () => {
    const response = await (await app.browser()).submit('/runs', QUICK_FORM, HTMX);
    expect(response.status).toBe(200);
    const url = response.headers.get('hx-push-url') ?? '';
    expect(url).toMatch(/^\/runs\/[\w-]{21}$/);
    const fragment = await response.text();
    expect(fragment).toMatch(/^<section id="run"/);
    expect(elements(fragment, 'run-view')[0]?.attributes['data-events']).toBe(`${url}/events`);
    expect(elements(fragment, 'html')).toEqual([]);
  });

  it('POST /runs: runs the spec in the form', async () => {
    const response = await (await app.browser()).submit('/runs', { ...WHOLE, workers: '2' });
    const id = response.headers.get('location')?.split('/').at(-1) ?? '';
    expect((await app.playground.runs.get(id))?.spec).toEqual({
      lesson: 'one-by-one',
      code: '',
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

  it('POST /runs: a guess is no part of the run; without script its page has it in the address', async () => {
    const browser = await app.browser();
    const guessed = (guess: string | readonly string[], headers = {}) =>
      browser.submit('/runs', { ...QUICK_FORM, guess }, headers);
    const url = (await guessed('Half as long')).headers.get('location') ?? '';
    expect(url).toMatch(/^\/runs\/[\w-]{21}\?guess=1$/);
    await app.events(url.slice(6, 27));
    const checkedAt = async (address: string) => {
      const page = await browser.get(address);
      expect(page.status).toBe(200);
      const boxes = elements(await page.text(), 'input').filter(
        ({ attributes }) => attributes.name === 'guess',
      );
      return boxes.findIndex(({ attributes }) => 'checked' in attributes);
    };
    expect(await checkedAt(url)).toBe(1);
    for (const odd of ['', 'x', '4', '-1', '99', '1e0', '%00', '1&guess=2'])
      expect(await checkedAt(`${url.slice(0, 27)}?guess=${odd}`), odd).toBe(odd.startsWith('1&') ? 1 : -1);
    for (const none of ['', '<b>', 'As long as anything', ['Just', 'Half']])
      expect((await guessed(none)).headers.get('location')).toMatch(/^\/runs\/[\w-]{21}$/);
    expect((await guessed('Half as long', HTMX)).headers.get('hx-push-url')).toMatch(/^\/runs\/[\w-]{21}$/);
  });

  it('POST /runs: multipart is accepted too', async () => {
    const body = new FormData();
    for (const [name, value] of Object.entries(QUICK_FORM))
      for (const text of [value].flat()) body.append(name, text);
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
    ['the least above the most', { minSeconds: '3', maxSeconds: '2' }, 'maxSeconds', 'Raise the maximum'],
    ['seconds as NaN', { maxSeconds: 'NaN' }, 'maxSeconds', 'seconds from 0 to 3,600'],
    ['seconds below zero', { minSeconds: '-1' }, 'minSeconds', 'seconds from 0 to 3,600'],
    ['an unknown mode', { modes: ['threads', 'fibers'] }, 'modes', 'Choose one of'],
    ['no mode', { modes: [] }, 'modes', 'at least one'],
    ['a mode twice', { modes: ['threads', 'threads'] }, 'modes', 'only once'],
    ['no worker', { workers: '0' }, 'workers', 'whole number from 1 to 100'],
    ['a seed of 2^53', { seed: '9007199254740992' }, 'seed', '9,007,199,254,740,991'],
    ['an unknown runtime', { runtime: 'bun' }, 'runtime', 'node, deno'],
    ['a repeat of none', { repeat: '0' }, 'repeat', 'whole number from 1 to 50'],
    ['too many repeats', { repeat: '51' }, 'repeat', 'whole number from 1 to 50'],
    ['half a repeat', { repeat: '2.5' }, 'repeat', 'whole number from 1 to 50'],
    ['a sweep to one worker', { modes: ['threads'], sweep: '1' }, 'sweep', 'whole number from 2 to 32'],
    ['a sweep too far', { modes: ['threads'], sweep: '33' }, 'sweep', 'whole number from 2 to 32'],
    ['markup in place of a sweep', { modes: ['threads'], sweep: '"><b>' }, 'sweep', 'whole number'],
    ['a sweep of what has no workers', { sweep: '4' }, 'sweep', 'only threads, processes or both'],
    ['a repeated sweep', { modes: ['threads'], repeat: '2', sweep: '4' }, 'sweep', 'not both'],
    ['unknown work', { work: 'dance' }, 'work', 'wait, compute, mixed'],
    ['an unknown lesson', { lesson: 'nothing' }, 'lesson', 'no such lesson'],
  ])(
    'POST /runs: %s is reported at its field, and the typed values are still there',
    async (_what, part, field, message) => {
      const typed = { ...WHOLE, ...part };
      for (const headers of [{}, HTMX]) {
        const response = await (await app.browser()).submit('/runs', typed, headers);
        expect(response.status).toBe(422);
        const html = await response.text();
        expect(fieldErrors(html)).toEqual({ [field]: expect.stringContaining(message) });

        // For screen readers, the field or its group points to the message.
        const pointing = elements(html).filter(
          ({ attributes }) => attributes['aria-describedby'] === `${field}-error`,
        );
        if (field !== 'lesson') expect(pointing.length).toBeGreaterThan(0);

        const shown = formFields(html);
        for (const [name, value] of Object.entries(typed)) {
          // A box that does not exist cannot be checked.
          const known: readonly string[] = [...MODES, ...RUNTIMES, ...WORKS];
          const isBox = name === 'modes' || name === 'runtime' || name === 'work';
          const kept = [...new Set([value].flat())].filter((text) => !isBox || known.includes(text));
          expect(shown[name] ?? [], name).toEqual(kept);
        }
        expect(elements(html, 'script').every(({ text }) => text === '')).toBe(true);
      }
    },
  );

  it('POST /runs: for htmx, bad input replaces only the form', async () => {
    const response = await (await app.browser()).submit('/runs', { ...WHOLE, jobs: 'x' }, HTMX);
    expect(response.headers.get('hx-retarget')).toBe('#run-form');
    expect(response.headers.get('hx-reswap')).toBe('outerHTML');
    expect(response.headers.get('hx-push-url')).toBeNull();
    expect(await response.text()).toMatch(/^<form id="run-form"/);
  });

  it('POST /runs: all errors are reported at once, and the first has the focus', async () => {
    const response = await (await app.browser()).submit('/runs', {
      ...WHOLE,
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
  ])('POST /runs: %s is reported, and nothing is run', async (_what, part, name) => {
    const body = `${encodeForm(QUICK_FORM)}&${encodeForm(part)}`;
    const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(422);
    const alerts = elements(await response.text(), 'div').filter(
      ({ attributes }) => attributes.role === 'alert',
    );
    expect(alerts.map(({ text }) => text)).toEqual([`Remove the unknown field "${name}".`]);
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

  it('POST /runs: a field sent twice is reported at the field', async () => {
    const body = `${encodeForm(QUICK_FORM)}&jobs=2`;
    const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(422);
    expect(Object.keys(fieldErrors(await response.text()))).toEqual(['jobs']);
  });

  it('POST /runs: a file instead of text is reported at the field', async () => {
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

  it('POST /runs: the time to refuse fields grows linearly with their number', async () => {
    // The fastest of several attempts is the least disturbed.
    const takenMs = async (count: number) => {
      const body = Array.from({ length: count }, (_, i) => i.toString(36)).join('&');
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 5; i++) {
        const from = performance.now();
        const response = await app.request('/runs', { method: 'POST', body, headers: FORM });
        best = Math.min(best, performance.now() - from);
        expect(response.status).toBe(422);
      }
      return best;
    };
    // Quadratic work, which blocks all other requests, would take 64 times as long.
    const few = await takenMs(6_000);
    expect((await takenMs(48_000)) / few).toBeLessThan(40);
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

  it('POST /runs: a body of 10 MB is 413, with or without Content-Length', async () => {
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
    // It did not wait for the rest of the body.
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
          const response = await own.submit(path, QUICK_FORM, { ...headers, 'Content-Type': type });
          expect(response.status, `${path} ${JSON.stringify(headers)} ${type}`).toBe(403);
        }
        if (headers['Sec-Fetch-Site'] !== 'cross-site') continue;
        expect((await own.sendJson(path, {}, headers)).status, `${path} JSON`).toBe(403);
      }
    }
    expect(await (await own.get('/runs')).text()).not.toContain('href="/runs/');
  });
});
