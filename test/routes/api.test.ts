/** Runs for programs: JSON in, JSON out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROBLEM = 'application/problem+json';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

describe('POST /api/runs', () => {
  it('POST /api/runs: responds with the address of the run, which runs', async () => {
    const response = await app.program().sendJson('/api/runs', { ...QUICK, jobs: 2 });
    expect(response.status).toBe(201);
    const body = await response.json();
    expect(body).toEqual({
      id: expect.stringMatching(/^[\w-]{21}$/),
      url: `/runs/${body.id}`,
      cancel: expect.stringContaining(`/runs/${body.id}/cancel?key=`),
      delete: expect.stringContaining(`/runs/${body.id}/delete?key=`),
      events: `/runs/${body.id}/events`,
    });
    expect(response.headers.get('location')).toBe(body.url);
    const events = await app.events(body.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter(({ type }) => type === 'job-ended')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it.each<[string, unknown, { field: string; message: string }[]]>([
    ['no job', { jobs: 0 }, [{ field: 'jobs', message: 'Enter a whole number from 1 to 100.' }]],
    [
      'a list in place of the fields',
      [],
      [{ field: '', message: 'Send an object with the fields of a run.' }],
    ],
    [
      'null in place of the fields',
      null,
      [{ field: '', message: 'Send an object with the fields of a run.' }],
    ],
    [
      'an object in place of text',
      { lesson: { toString: 'x' } },
      [{ field: 'lesson', message: 'Enter the name of a lesson.' }],
    ],
    [
      '__proto__ as a field',
      '{"__proto__":{"jobs":3}}',
      [{ field: '', message: 'Remove the unknown field "__proto__".' }],
    ],
    [
      'the least above the most',
      { minSeconds: 2, maxSeconds: 1 },
      [{ field: 'maxSeconds', message: 'Raise the maximum or lower the minimum.' }],
    ],
  ])('POST /api/runs: %s is a problem with a list of fields', async (_what, input, errors) => {
    const response = await app.program().sendJson('/api/runs', input);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe(PROBLEM);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Some fields need to be corrected.',
      status: 422,
      errors,
    });
  });

  it('POST /api/runs: all errors are in the list', async () => {
    const response = await app.program().sendJson('/api/runs', { jobs: 0, modes: [], seed: 2 ** 53 });
    const { errors }: { errors: { field: string }[] } = await response.json();
    expect(errors.map(({ field }) => field).sort()).toEqual(['jobs', 'modes', 'seed']);
  });

  it.each([
    ['broken JSON', '{"jobs":'],
    ['nothing', ''],
    ['no JSON at all', 'jobs=5'],
    ['NaN, which JSON has not', '{"jobs":NaN}'],
    ['a body that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('POST /api/runs: %s is 400', async (_what, body) => {
    const response = await app.request('/api/runs', { method: 'POST', body, headers: JSON_TYPE });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe(PROBLEM);
    expect(await response.json()).toMatchObject({
      status: 400,
      title: 'The body is not valid JSON. Send JSON in UTF-8.',
    });
  });

  it('POST /api/runs: JSON nested ten thousand levels deep is refused', async () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000);
    for (const body of [deep, `{"modes":${deep}}`, `{"jobs":${deep}}`]) {
      expect((await app.program().sendJson('/api/runs', body)).status).toBe(422);
    }
  });

  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('POST /api/runs: content type "%s" is 415', async (type) => {
    const response = await app.program().sendJson('/api/runs', QUICK, { 'Content-Type': type });
    expect(response.status).toBe(415);
    expect(response.headers.get('content-type')).toBe(PROBLEM);
  });

  it('POST /api/runs: a content type with a character set is accepted as JSON', async () => {
    const headers = { 'Content-Type': 'Application/JSON; charset=utf-8' };
    expect((await app.program().sendJson('/api/runs', QUICK, headers)).status).toBe(201);
  });

  it('POST /api/runs: a body of 10 MB is 413, as a problem', async () => {
    const body = `"${'x'.repeat(10 * 2 ** 20)}"`;
    const announced: Record<string, string> = { 'Content-Length': String(body.length) };
    for (const headers of [{}, announced]) {
      const response = await app.program().sendJson('/api/runs', body, headers);
      expect(response.status).toBe(413);
      expect(response.headers.get('content-type')).toBe(PROBLEM);
    }
  });
});

describe('GET /runs/:id.json and .ndjson', () => {
  it('GET /runs/:id.json: the run with its spec, state and figures', async () => {
    const id = await app.start({ ...QUICK, modes: ['sequential', 'threads'], jobs: 2, seed: 5 });
    const events = await app.events(id);
    const response = await app.program().get(`/runs/${id}.json`);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({
      id,
      url: `/runs/${id}`,
      spec: { jobs: 2, seed: 5, modes: ['sequential', 'threads'] },
      state: 'ended',
      status: 'completed',
      error: null,
      position: null,
      passes: [
        { mode: 'sequential', done: 2 },
        { mode: 'threads', done: 2 },
      ],
      events: events.length,
    });
  });

  it('GET /runs/:id.ndjson: every event of the stream, one per line', async () => {
    const id = await app.start(QUICK);
    const events = await app.events(id);
    const response = await app.program().get(`/runs/${id}.ndjson`);
    expect(response.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = (await response.text()).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  });

  it('GET /runs/:id.ndjson: what has not changed is not sent again', async () => {
    const id = await app.start(QUICK);
    await app.events(id);
    const tagOf = async (query: string) =>
      (await app.request(`/runs/${id}.ndjson${query}`)).headers.get('etag');
    const etag = (await tagOf('')) ?? '';
    expect(await tagOf('')).toBe(etag);
    expect(await tagOf('?after=1')).not.toBe(etag);
    const again = await app.request(`/runs/${id}.ndjson`, { headers: { 'If-None-Match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('GET /runs/:id.json: a run under way is reported in its current state', async () => {
    const id = await app.start(ENDLESS);
    await app.until(id, ({ type }) => type === 'job-started');
    const now = await (await app.program().get(`/runs/${id}.json`)).json();
    expect(now).toMatchObject({ state: 'running', status: null, passes: [{ done: 0 }] });
    const text = await (await app.program().get(`/runs/${id}.ndjson`)).text();
    expect(text.split('\n').length).toBeGreaterThan(now.events);
    await app.playground.runs.cancel(id);
    const then = await (await app.program().get(`/runs/${id}.json`)).json();
    expect(then).toMatchObject({ state: 'ended', status: 'cancelled' });
  });

  it('GET /runs/:id.json: a missing run is a problem document, for any client', async () => {
    for (const path of [
      '/runs/nothing.json',
      '/runs/nothing.ndjson',
      '/runs/.json',
      '/runs/x.exe.json',
      '/api/nothing',
    ]) {
      const response = await (await app.browser()).get(path);
      expect(response.status, path).toBe(404);
      expect(response.headers.get('content-type'), path).toBe(PROBLEM);
      expect(await response.json()).toMatchObject({
        status: 404,
        title: expect.stringMatching(/^There is no/),
      });
    }
  });
});
