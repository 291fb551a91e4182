/** The page of the notebook, and the page of a cell's run: what they offer where no changed program may run. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { NO_PYTHONS } from '../../server/launch/pythons.ts';
import { requestOf } from '../../server/notebook/cell.ts';
import { NOTEBOOK } from '../../server/notebook/notebook.ts';
import { startPlayground } from '../../server/playground.ts';
import { readSettings } from '../../server/settings.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { prepared } from '../prepared.ts';
import { PYTHON, WITHOUT } from '../python.ts';

const [first] = NOTEBOOK;
if (first === undefined) throw new Error('The notebook is empty.');
const daemon = NOTEBOOK.find(({ number }) => number === 7) ?? first;

/** The fields of the form in a cell's section. */
function fieldsIn(page: string, number: number): Record<string, string> {
  const [section = ''] = page.slice(page.indexOf(`id="cell-${number}"`)).split('</form>');
  const inputs = elements(section, 'input').map(({ attributes: { name = '', value = '' } }) => [name, value]);
  return Object.fromEntries(inputs);
}

describe.skipIf(PYTHON === null)(`the notebook${WITHOUT}`, () => {
  let app: PlaygroundApp;
  let reader: Client;
  beforeAll(async () => {
    app = await playgroundApp({ SANDBOX: 'lessons' });
    reader = await app.browser();
  });
  afterAll(() => app.close());
  const text = async (address: string) => (await reader.get(address)).text();

  it('GET /notebook: each cell with its script, its lesson and Run; the header and lessons lead there', async () => {
    const page = await text('/notebook');
    const links = elements(page, 'a').map(({ attributes }) => attributes.href);
    const scripts = elements(page, 'pre').map((pre) => pre.text);
    for (const [at, { program, lesson, number }] of NOTEBOOK.entries()) {
      expect(scripts[at]).toBe(program.trim());
      expect(links).toContain(`/lessons/${lesson}`);
      const there = elements(await text(`/lessons/${lesson}`), 'a').map(({ attributes }) => attributes.href);
      expect(there).toEqual(expect.arrayContaining(['/notebook', `/notebook#cell-${number}`]));
    }
    expect(elements(page, 'form')).toHaveLength(NOTEBOOK.length);
  });

  it('POST /runs: runs a cell; its page has its head, its script to take away, and Run again', async () => {
    const sent = await reader.submit('/runs', fieldsIn(await text('/notebook'), daemon.number));
    expect(sent.status).toBe(303);
    const address = sent.headers.get('location') ?? '';
    const id = address.split('/').at(-1) ?? '';
    const events = await app.events(id);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    const page = await text(address);
    expect(elements(page, 'h1')[0]?.text).toBe(`Notebook, cell\u00a07: ${daemon.title}`);
    expect(page).toContain('The lesson that goes on from it');
    expect(page).not.toContain('Your own program');
    expect(page).not.toContain('Edit a copy');
    // Nothing that a script takes no notice of is offered.
    expect(page).not.toContain('<legend>Run the jobs</legend>');
    expect(page).not.toMatch(/<details id="settings" open>/);
    expect(formFields(page)).toMatchObject({ modes: ['threads'], jobs: ['2'] });
    expect(await text(`${address}/program.py`)).toBe(daemon.program);
    expect(await text(`${address}/source.py`)).toBe(daemon.program);
    expect(JSON.parse(await text(`${address}.json`)).spec).toMatchObject({ code: daemon.program });
    expect(await text(`${address}.svg`)).toContain('The daemon, job 0,');
    expect(await text(`/compare?a=${id}&b=${id}`)).toContain(daemon.title);
    expect(await text('/runs')).toContain(`Notebook, cell 7: ${daemon.title}`);
    // Nobody wrote what it runs: there is nothing to report.
    const ofOthers = await app.newBrowser().get(address);
    expect(ofOthers.status).toBe(200);
    expect(await ofOthers.text()).not.toContain('Report this run');
    // As a form sends it.
    const [code] = elements(page, 'input').filter(({ attributes }) => attributes.name === 'code');
    const again = { ...formFields(page), code: (code?.attributes.value ?? '').replaceAll('\n', '\r\n') };
    expect(again).toMatchObject({ runtime: ['python'] });
    expect((await reader.submit('/runs', again)).status).toBe(303);
    expect(formFields(await text(`/?from=${id}`))).toMatchObject({ runtime: ['python'], lesson: [''] });
  });

  it('a member of a room runs a cell in the room, unless its teacher has locked editing', async () => {
    const member = await app.browser();
    const room = await app.playground.rooms.create('join');
    await member.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
    const fields = fieldsIn(await (await member.get('/notebook')).text(), daemon.number);
    const sent = await member.submit('/runs', fields);
    expect(sent.status).toBe(303);
    const id = sent.headers.get('location')?.split('/').at(-1);
    await expect.poll(() => room.members[0]?.run).toBe(id);
    expect(await (await member.get(`/runs/${id}`)).text()).toContain(`data-room="${room.code}"`);
    await app.playground.runs.cancel(id ?? '');
    await room.set({ isLocked: true });
    const refused = await member.submit('/runs', fields);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain('Your teacher has locked editing');
  });

  it('a cell that was changed is what somebody wrote, and so is one for another runtime: refused here', async () => {
    const fields = { ...requestOf(first, 'python'), jobs: '5', minSeconds: '0', maxSeconds: '1' };
    const changed = await reader.submit('/runs', { ...fields, code: `${first.program}print()\n` });
    expect(changed.status).toBe(422);
    expect(fieldErrors(await changed.text()).runtime).toMatch(
      /^Changed programs in Python run only in a jail/,
    );
    const elsewhere = await reader.submit('/runs', { ...fields, runtime: 'node' });
    expect(elsewhere.status).toBe(422);
    const challenge = await reader.submit('/runs', { ...fields, challenge: 'lost-update' });
    expect(fieldErrors(await challenge.text()).runtime).toContain('challenges are in JavaScript');
  });

  it('a series of runs of a cell is accepted; every runtime needs two Pythons', async () => {
    const fields = requestOf(first, 'python');
    const both = await app.program().sendJson('/api/runs', { ...fields, everyRuntime: true });
    expect([both.status, (await both.json()).errors[0].message]).toEqual([
      422,
      'Clear “On every runtime”: only Python can run this program here.',
    ]);
    const series = await app.program().sendJson('/api/runs', { ...fields, repeat: 2 });
    expect(series.status).toBe(201);
    const { id } = await series.json();
    await app.playground.families.cancel(id);
  });
});

describe('the notebook without Python', () => {
  it('GET /notebook: says why nothing runs, and shows the scripts all the same', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'notebook-'));
    const settings = readSettings({ DATA_DIR: folder, READY: '0', SANDBOX: 'lessons' });
    const why = 'The Python of this server is 3.9.2. Python 3.11 or newer is needed.';
    const playground = await startPlayground(settings, {
      ...prepared(),
      findPythons: async () => ({ ...NO_PYTHONS, why }),
    });
    const app = createApp({ playground });
    const page = await (await app.request('/notebook')).text();
    const refused = await app.request('/api/runs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(requestOf(first, 'python')),
    });
    const { errors } = await refused.json();
    await playground.close();
    fs.rmSync(folder, { recursive: true });
    expect(page).toContain(why);
    expect(elements(page, 'pre')).toHaveLength(NOTEBOOK.length);
    expect(elements(page, 'form')).toEqual([]);
    expect([refused.status, errors]).toEqual([422, [{ field: 'runtime', message: why }]]);
  });
});
