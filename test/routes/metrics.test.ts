/** Figures for Prometheus and the log of requests: about the server, and about nobody. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { jsonLine } from '../../server/json-log.ts';
import { Histogram, metricText } from '../../server/routes/prometheus-text.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const TOKEN = 'correct-horse-battery';

describe('/metrics', () => {
  let app: PlaygroundApp;
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  beforeAll(async () => {
    app = await playgroundApp({ METRICS_TOKEN: TOKEN, LOG: 'json' });
  });
  afterAll(async () => {
    await app.close();
    log.mockRestore();
  });

  const get = (token: string) => app.request('/metrics', { headers: { Authorization: `Bearer ${token}` } });
  /** Returns the values by name and labels, as the format has them. */
  const valuesOf = (text: string) =>
    Object.fromEntries(
      text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => [line.replace(/ [^ ]+$/, ''), Number(line.replace(/^.* /, ''))]),
    );

  it('are for whoever sends the token', async () => {
    for (const wrong of ['', 'x', `${TOKEN}x`]) expect([401, 400]).toContain((await get(wrong)).status);
    const none = await app.request('/metrics');
    expect([none.status, none.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer /),
    ]);
    const response = await get(TOKEN);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('count runs and requests as totals, with no id, code or name in them', async () => {
    const { code } = await app.playground.rooms.create('join');
    const ann = await app.browser('203.0.113.9');
    await ann.submit(`/rooms/${code}/join`, { name: 'Ann-Kathrin' });
    const id = await app.start(QUICK);
    await app.events(id);
    await app.request(`/runs/${id}.json`);
    for (const path of [`/nothing/${id}`, `/rooms/${code}/wall`]) await app.request(path);
    const text = await (await get(TOKEN)).text();
    const values = valuesOf(text);
    expect(values).toMatchObject({
      playground_up: 1,
      playground_rooms: 1,
      playground_runs_active: 0,
      playground_runs_waiting: 0,
      'playground_runs_ended_total{status="completed"}': 1,
      'http_request_duration_seconds_count{method="POST",route="/api/runs",status="201"}': 1,
      'http_request_duration_seconds_count{method="GET",route="/rooms/:code/wall",status="404"}': 1,
      'http_request_duration_seconds_count{method="GET",route="none",status="404"}': 1,
      'http_request_duration_seconds_bucket{method="POST",route="/api/runs",status="201",le="+Inf"}': 1,
    });
    expect(values.process_resident_memory_bytes).toBeGreaterThan(2 ** 20);
    const logged = log.mock.calls.map((args) => jsonLine('info', args)).join('\n');
    expect(logged).toContain('"message":"request","method":"GET","route":"/rooms/:code/wall","status":404,');
    for (const said of [id, code, 'Ann', TOKEN, '203.0.113']) expect(`${text}${logged}`).not.toContain(said);
    // Every line is a comment, or a name, labels and a number.
    expect(
      text.replace(/^(?:# (?:HELP|TYPE) .+|[a-z_]+(?:\{(?:[a-z]+="[^"\n\\]*",?)+\})? [-+\de.]+)\n/gm, ''),
    ).toBe('');
  });
});

describe('the text format', () => {
  it('escapes what a label may have, and values that are no numbers', () => {
    const samples = [{ labels: { a: '\\ " \n' }, value: Number.NaN }, { value: Number.POSITIVE_INFINITY }];
    expect(metricText({ name: 'm', help: 'a\nb\\', type: 'gauge', samples })).toBe(
      '# HELP m a\\nb\\\\\n# TYPE m gauge\nm{a="\\\\ \\" \\n"} NaN\nm +Inf\n',
    );
  });

  it('a histogram counts up to each bound, itself included', () => {
    const histogram = new Histogram('h', 'help', [1, 2]);
    for (const value of [0.5, 1, 2, 9]) histogram.observe({ r: 'x' }, value);
    expect(histogram.text()).toBe(
      `# HELP h help\n# TYPE h histogram\nh_bucket{r="x",le="1"} 2\nh_bucket{r="x",le="2"} 3\nh_bucket{r="x",le="+Inf"} 4\nh_sum{r="x"} 12.5\nh_count{r="x"} 4\n`,
    );
  });
});
