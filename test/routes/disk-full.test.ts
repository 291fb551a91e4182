/** A disk that is full for a while, before and during a run: every answer says so, and nothing is lost. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { eventsOf, messagesIn } from '../event-stream.ts';
import { type Client, ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { smallDisk } from '../small-disk.ts';

const disk = smallDisk(8);
if (disk === null) console.log('No file system can be mounted here, so a full disk is not tried.');

const FULL = 'the disk of this server is full';

describe.skipIf(disk === null)('a full disk', () => {
  let app: PlaygroundApp;
  let browser: Client;
  /** Of a room that the browser is in. */
  let code: string;
  const isHealthy = async () => (await app.request('/healthz')).status === 200;

  const members = () => app.playground.rooms.byCode(code)?.members.map(({ name, handAt }) => [name, handAt]);
  /** Tries what a class does. Returns a browser that could not enter. */
  async function refusedInClass(): Promise<Client> {
    const stranger = await app.browser();
    const before = members();
    for (const page of ['', '/bar', '/me', '/wall'])
      expect((await browser.get(`/rooms/${code}${page}`)).status).toBe(200);
    for (const [by, path, fields] of [
      [browser, 'hand', { up: '1' }],
      [browser, 'me', { name: 'Anna' }],
      [stranger, 'join', { name: 'Bob' }],
    ] as const) {
      const answer = await by.submit(`/rooms/${code}/${path}`, fields);
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '10']);
      expect(await answer.text()).toContain('This could not be saved: the disk of this server is full.');
    }
    // Nothing is half done.
    expect(members()).toEqual(before);
    return stranger;
  }

  beforeAll(async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    app = await playgroundApp({ DATA_DIR: disk?.folder ?? '', UNSAVED_SECONDS: '2' });
    browser = await app.browser();
    const room = await browser.submit('/rooms', { lesson: 'join' });
    code = /^\/rooms\/(\w+)/.exec(room.headers.get('location') ?? '')?.[1] ?? '';
    await browser.submit(`/rooms/${code}/join`, { name: 'Ann' });
  });
  afterAll(async () => {
    await app.close();
    disk?.unmount();
    vi.restoreAllMocks();
  });

  it('a run is stopped if its events cannot be saved for long, and all of them come once there is room', async () => {
    const id = await app.start(ENDLESS);
    await app.until(id, ({ type }) => type === 'job-started');
    const events: RunEvent[] = [];
    const late: string[] = [];
    const reading = (async () => {
      for await (const message of messagesIn(await app.request(`/runs/${id}/events`))) {
        if (message.event === 'late') late.push(message.data);
        events.push(...eventsOf([message]));
      }
    })();
    disk?.fill();
    await vi.waitUntil(() => late.length > 0, 20_000);
    expect(late[0]).toBe(
      'The disk of this server is full, so events cannot be saved. They will appear here once they are.',
    );
    const page = await (await browser.get(`/runs/${id}`)).text();
    expect(page).toMatch(/<p class="late" role="status">The disk of this server is full/);
    const json = await (await app.request(`/runs/${id}.json`)).json();
    expect(json.late).toBe(late[0]);
    const lines = await app.request(`/runs/${id}.ndjson`);
    expect(decodeURIComponent(lines.headers.get('events-late') ?? '')).toBe(late[0]);

    await vi.waitUntil(async () => (await app.playground.runs.load()).active === 0, 20_000);
    expect(events.map(({ type }) => type)).not.toContain('run-ended');
    disk?.free();
    await reading;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.at(-1)).toMatchObject({
      type: 'run-ended',
      status: 'cancelled',
      error: `Its events could not be saved for 2 s: ${FULL}.`,
    });
    // What is stored is what was shown.
    expect(app.playground.runs.liveIds).not.toContain(id);
    expect(await app.events(id)).toEqual(events);
  });

  it('Run is answered with 503 in every form, and with what it is; then it works again', async () => {
    await vi.waitUntil(isHealthy, 20_000);
    disk?.fill();
    const sentence = `No run can start now: ${FULL}.`;
    const told = `${sentence} Try again in 10 seconds.`;
    // The first to find out is Run itself.
    await vi.waitUntil(async () => (await browser.submit('/runs', { ...FORM })).status === 503, 20_000);

    const html = await browser.submit('/runs', { ...FORM });
    expect([html.status, html.headers.get('retry-after')]).toEqual([503, '10']);
    const text = await html.text();
    expect(text).toContain(`<div id="form-message" role="alert">${told}</div>`);
    expect(text).toContain('name="jobs" type="text" inputmode="numeric" autocomplete="off" value="7"');

    const htmx = await browser.submit('/runs', { ...FORM }, { 'HX-Request': 'true' });
    expect([htmx.status, htmx.headers.get('hx-retarget')]).toEqual([503, '#form-message']);
    expect(await htmx.text()).toBe(told);

    for (const spec of [QUICK, { ...QUICK, repeat: 3 }, { ...QUICK, code: 'export function job() {}' }]) {
      const api = await app.program().sendJson('/api/runs', spec);
      expect([api.status, api.headers.get('retry-after')]).toEqual([503, '10']);
      expect(await api.json()).toMatchObject({ status: 503, title: sentence });
    }

    const health = await app.request('/healthz');
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      status: 'unavailable',
      problems: [{ part: 'storage', code: 'full', stops: 'runs', detail: expect.stringContaining('ENOSPC') }],
    });
    expect((await app.request('/readyz')).status).toBe(200);
    const page = await browser.get('/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`<div id="form-message" role="alert">${sentence}</div>`);

    const refused = await refusedInClass();

    disk?.free();
    await vi.waitUntil(isHealthy, 20_000);
    expect((await refused.submit(`/rooms/${code}/join`, { name: 'Bob' })).status).toBe(303);
    expect(members()?.at(-1)).toEqual(['Bob', null]);
    expect((await app.events(await app.start(QUICK))).at(-1)).toMatchObject({ status: 'completed' });
    expect(await (await browser.get('/')).text()).toContain('<div id="form-message" role="alert"></div>');
  });
});

const FORM = { lesson: 'one-by-one', modes: ['sequential'], jobs: '7', minSeconds: '0', maxSeconds: '0' };
