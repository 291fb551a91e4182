/** Runs that are deleted, blocked or reported: by whom, and that nothing of them is left or shown. */

import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDINGS } from '../../server/exports/exports.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { elements } from '../markup.ts';
import { type Client, ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
let owner: Client;
let stranger: Client;
/** The store as the operator's command opens it beside the server. */
let operator: SqliteStore;
beforeAll(async () => {
  app = await playgroundApp();
  owner = await app.browser('192.0.2.1');
  stranger = await app.browser('192.0.2.1');
  operator = new SqliteStore(app.folder);
});
afterAll(async () => {
  await operator.close();
  await app.close();
});

/** Every address at which something of a run can be seen. */
const SHOWN = [
  ...['', '.json', '.ndjson', ...ENDINGS.map((ending) => `.${ending}`), '/embed', '/events', '/qr.svg'],
  ...['/source.ts', '/program.mjs', '/program.ts', '/program.py', '/delete'],
];
/** Every address to which something about a run can be sent. */
const TAKEN = ['/cancel', '/fork', '/delete', '/report'];
const GONE = ['x'.repeat(21), 'y'.repeat(21)] as const;

/** Starts a run as `client` and returns its id. */
async function started(client: Client, spec: Record<string, unknown> = QUICK): Promise<string> {
  return app.start(spec, client);
}

/** Expects every address of a run to answer with `status`, for everyone. */
async function expectAll(id: string, status: number, kind = 'runs') {
  for (const client of [owner, stranger, app.program()]) {
    const shown = kind === 'runs' ? SHOWN : ['', '.json', '/figures', '/delete'];
    for (const one of shown) expect((await client.get(`/${kind}/${id}${one}`)).status, one).toBe(status);
    const taken = kind === 'runs' ? TAKEN : ['/cancel', '/delete'];
    for (const one of taken)
      expect((await client.submit(`/${kind}/${id}${one}`, { reason: 'x' })).status, one).toBe(status);
  }
}

const inFiles = (text: string) =>
  fs
    .readdirSync(app.folder, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(app.folder, file))
    .some((file) => fs.statSync(file).isFile() && fs.readFileSync(file).includes(text));

describe('POST /runs/:id/delete', () => {
  it('delete: without script, after a page that asks; then nothing of the run is left', async () => {
    const id = await started(owner);
    await app.events(id);
    for (const one of SHOWN) expect((await owner.get(`/runs/${id}${one}`)).status, one).toBe(200);
    expect(inFiles(id)).toBe(true);

    const runPage = await (await owner.get(`/runs/${id}`)).text();
    const links = (page: string) => elements(page, 'a').map(({ attributes }) => attributes.href);
    expect(links(runPage)).toContain(`/runs/${id}/delete`);
    expect(links(await (await owner.get('/runs')).text())).toContain(`/runs/${id}/delete`);
    expect(links(await (await stranger.get(`/runs/${id}`)).text())).not.toContain(`/runs/${id}/delete`);
    const asked = await owner.get(`/runs/${id}/delete`);
    const forms = elements(await asked.text(), 'form').map(({ attributes }) => attributes);
    expect(forms).toEqual([expect.objectContaining({ method: 'post', action: `/runs/${id}/delete` })]);
    // Asking changed nothing.
    expect((await owner.get(`/runs/${id}`)).status).toBe(200);

    const done = await owner.submit(`/runs/${id}/delete`);
    expect([done.status, done.headers.get('location')]).toEqual([303, '/runs?deleted=1']);
    const list = await (await owner.get('/runs?deleted=1')).text();
    expect(list).toContain('Deleted.');
    expect(list).not.toContain(id);
    await expectAll(id, 404);
    expect(inFiles(id)).toBe(false);
    const compared = await owner.get(`/compare?a=${id}&b=${GONE[0]}`);
    expect(await compared.text()).toContain('There is no such run here.');
    expect((await owner.get(`/?from=${id}`)).status).toBe(200);
  });

  it('delete: not by others, nor from another site, nor by sharing an address', async () => {
    const id = await started(owner);
    const nameless = await started(app.program('192.0.2.1'));
    for (const client of [stranger, app.program('192.0.2.1'), app.newBrowser('192.0.2.1')]) {
      for (const one of [id, nameless]) {
        expect((await client.submit(`/runs/${one}/delete`)).status).toBe(403);
        expect((await client.submit(`/runs/${one}/delete?key=${'x'.repeat(43)}`)).status).toBe(403);
        expect((await client.get(`/runs/${one}/delete`)).status).toBe(403);
      }
    }
    const elsewhere = { Origin: 'http://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' };
    expect((await owner.submit(`/runs/${id}/delete`, {}, elsewhere)).status).toBe(403);
    expect((await app.request(`/runs/${id}`)).status).toBe(200);
  });

  it('delete: a program has the key of its answer, which is not that to cancel', async () => {
    const body = await (await app.program().sendJson('/api/runs', QUICK)).json();
    await app.events(body.id);
    const program = app.program('192.0.2.7');
    const cancelKey = body.cancel.split('?key=')[1];
    expect((await program.submit(`/runs/${body.id}/delete?key=${cancelKey}`)).status).toBe(403);
    expect(await (await program.get(body.delete)).text()).toContain(`action="${body.delete}"`);
    expect((await program.submit(body.delete)).status).toBe(204);
    expect((await program.submit(body.delete)).status).toBe(404);
  });

  it('delete: a run under way is cancelled first, and its readers get the end', async () => {
    const id = await started(owner, ENDLESS);
    await app.until(id, ({ type }) => type === 'wait-started');
    const reading = app.events(id);
    expect(await (await owner.get(`/runs/${id}/delete`)).text()).toContain('will be cancelled');
    await owner.submit(`/runs/${id}/delete`);
    expect((await reading).at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    expect(await app.playground.runs.load()).toMatchObject({ active: 0 });
    await expectAll(id, 404);
  });

  it('delete: a family goes with all its runs, also while it is under way', async () => {
    const { id, url, runs } = await (await owner.sendJson('/api/runs', { ...QUICK, repeat: 50 })).json();
    const first = runs[0].split('/').at(-1);
    await app.events(first);
    expect(await (await owner.get(url)).text()).toContain(`href="${url}/delete"`);
    expect((await stranger.submit(`${url}/delete`)).status).toBe(403);
    expect((await owner.submit(`${url}/delete`)).status).toBe(303);
    await expectAll(id, 404, 'families');
    await expectAll(first, 404);
    expect(inFiles(id)).toBe(false);
  });

  it('delete: the operator’s command has it done by the server, which drops what it keeps', async () => {
    const id = await started(owner, ENDLESS);
    await app.until(id, ({ type }) => type === 'run-started');
    await operator.hide(id, 'deleted');
    await expectAll(id, 404);
    await expect.poll(() => operator.get(id)).toBeNull();
    expect(await app.playground.runs.load()).toMatchObject({ active: 0 });
  });
});

describe('a run that the operator has blocked', () => {
  it('blocked: everything of it is refused at once, without content, until it is unblocked', async () => {
    const [id, other] = [await started(owner), await started(owner)];
    await app.events(id);
    for (const one of SHOWN) await owner.get(`/runs/${id}${one}`);
    await operator.hide(id, 'blocked');
    await expectAll(id, 451);
    const page = await (await stranger.get(`/runs/${id}`)).text();
    expect(page).toContain('The operator of this server has blocked this run.');
    expect(page).not.toContain('run-view');
    for (const address of [`/compare?a=${other}&b=${id}`, `/?from=${id}`])
      expect((await stranger.get(address)).status, address).toBe(451);
    expect(await (await owner.get('/runs')).text()).not.toContain(id);
    await operator.hide(id, null);
    expect((await stranger.get(`/runs/${id}`)).status).toBe(200);
  });

  it('blocked: a run under way is stopped', async () => {
    const id = await started(owner, ENDLESS);
    await app.until(id, ({ type }) => type === 'wait-started');
    const stream = await app.request(`/runs/${id}/events`);
    await operator.hide(id, 'blocked');
    await expectAll(id, 451);
    expect(await stream.text()).toMatch(/"type":"run-ended","status":"cancelled".*\n\nevent: end/);
  });

  it('blocked: a family, with all its runs', async () => {
    const { id, runs } = await (await owner.sendJson('/api/runs', { ...QUICK, repeat: 2 })).json();
    await operator.hide(id, 'blocked');
    await expectAll(id, 451, 'families');
    await expectAll(runs[0].split('/').at(-1), 451);
  });
});

describe('POST /runs/:id/report', () => {
  const report = (client: Client, id: string, reason = 'It insults people.', headers = {}) =>
    client.submit(`/runs/${id}/report`, { reason }, headers);

  it('report: others are thanked, and it is kept; nothing about them is', async () => {
    const id = await started(owner);
    const answer = await report(stranger, id);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Thank you.')]);
    const scripted = await report(stranger, id, ' <b>é</b> ', { 'HX-Request': 'true' });
    expect(await scripted.text()).toMatch(/^<p role="status">Thank you\./);
    const reports = await operator.reports(id);
    expect(reports.map(({ reason }) => reason)).toEqual(['It insults people.', '<b>é</b>']);
    expect(Object.keys(reports[0] ?? {})).toEqual(['reason', 'createdAt']);
  });

  it('report: not of one’s own run, nor of none, nor without a reason', async () => {
    const id = await started(owner);
    expect((await report(owner, id)).status).toBe(403);
    expect((await report(stranger, GONE[1])).status).toBe(404);
    for (const reason of ['', ' \n ', 'x'.repeat(1001)])
      expect((await report(stranger, id, reason)).status, reason).toBe(422);
    expect((await stranger.sendJson(`/runs/${id}/report`, '{}')).status).toBe(422);
    expect(await operator.reports(id)).toEqual([]);
  });

  it('report: after many, a person has to wait', async () => {
    const id = await started(owner);
    const busy = await app.browser('192.0.2.1');
    for (let n = 0; n < 10; n++) expect((await report(busy, id)).status).toBe(200);
    const refused = await report(busy, id);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await report(stranger, id)).status).toBe(200);
  });
});
