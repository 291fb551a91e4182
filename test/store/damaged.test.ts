/** A database with rows that make no sense: the server starts, and every address answers something sensible. */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ENDINGS } from '../../server/exports/exports.ts';
import { operate } from '../../server/operator.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { family, member, run, spec } from './stored.ts';

const START = '{"seq":1,"pass":null,"atMs":0,"type":"run-started"}';
const PASS = '{"seq":2,"pass":0,"atMs":0,"type":"pass-started","mode":"threads","cores":2,"otherRuns":0}';

/** Specs that nobody can have sent. */
const SPECS = ['', '{', 'null', '[]', '"x"', '{}', JSON.stringify({ ...spec, jobs: 1e9 })].concat(
  [{ jobs: null }, { modes: ['quantum'] }, { modes: 'threads' }, { code: 7 }, { work: 'rest' }].map((part) =>
    JSON.stringify({ ...spec, ...part }),
  ),
);
/** Third events of a log, of which the first two are sound. */
const EVENTS = [
  'x',
  '',
  'null',
  '7',
  '{"seq":3}',
  '{"seq":9,"pass":null,"atMs":1,"type":"run-started"}',
  '{"seq":3,"pass":0,"atMs":null,"type":"lane-ready","lane":0}',
  '{"seq":3,"pass":0,"atMs":1,"type":"lane-started","lane":0}',
  '{"seq":3,"pass":0,"atMs":1,"type":"job-ended","lane":-1,"job":{},"status":1}',
  '{"seq":3,"pass":0,"atMs":1,"type":"run-ended","status":"finished"}',
  '{"seq":3,"pass":1e300,"atMs":1,"type":"run-started"}',
  '{"seq":3,"pass":0,"atMs":1,"type":"from-the-future","lane":{"x":1}}',
];

/** States of rooms that no teacher can have set. The room after these has a sound one. */
const STATES = ['', '{', 'null', '[]', '{}'].concat(
  [{ rounds: 5 }, { rounds: [{ number: 1, lesson: 'join', phase: 'party' }] }, { spotlight: 'x' }].map(
    (part) => JSON.stringify({ lesson: 'join', ...part }),
  ),
);
const codeOf = (at: number) => `AAA${'ABCDEFGHJ'[at]}`;

const idOf = (name: string) => name.padEnd(21, '-');
const ids: string[] = [];
const families: string[] = [];
let folder: string;
let app: PlaygroundApp;
let said: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'damaged-'));
  const store = new SqliteStore(folder);
  const add = async (name: string, part = {}) => {
    await store.create(run(idOf(name), part));
    ids.push(idOf(name));
  };
  for (const at of SPECS.keys()) await add(`spec${at}`);
  for (const [at, event] of EVENTS.entries()) {
    await add(`event${at}`);
    store.append(idOf(`event${at}`), 1, [START, PASS, event]);
    await add(`ended${at}`, { status: 'completed' });
    store.append(idOf(`ended${at}`), 1, [START, PASS, event]);
  }
  for (const name of ['collides', 'time', 'status', 'place', 'sound']) await add(name);
  store.append(idOf('collides'), 1, ['{"seq":1}']);
  store.append(idOf('collides'), 2, ['{"seq":2}']);
  store.append(idOf('sound'), 1, [START, PASS]);
  for (const [at, name] of ['of-spec', 'of-kind', 'of-count', 'of-runs'].entries()) {
    await store.createFamily(family(idOf(name)));
    families.push(idOf(name));
    await store.create(member(idOf(`member${at}`), idOf(name), 1));
    ids.push(idOf(`member${at}`));
  }
  for (const [at, state] of [...STATES, '{"lesson":"join"}'].entries()) {
    const id = `room${at}`;
    const keys = { key: `key of ${id}`, teacherKey: `teacher of ${id}` };
    const expiresAt = Date.now() + 3_600_000;
    await store.rooms.createRoom({ id, code: codeOf(at), ...keys, createdAt: 1000, expiresAt, state });
    for (const person of ['ann', 'bob'])
      await store.rooms.addMember(id, {
        person,
        name: person,
        joinedAt: 1,
        showsName: true,
        handAt: null,
        handRun: null,
      });
    for (const member of [1, 2]) await store.rooms.answer(id, { round: 1, vote: 1, member, choice: 0 });
  }
  await store.close();
  const { db } = openDatabase(folder);
  const change = (sql: string, ...values: (string | number | bigint)[]) => db.prepare(sql).run(...values);
  for (const [at, text] of SPECS.entries())
    change('update runs set spec = ? where id = ?', text, idOf(`spec${at}`));
  change('delete from chunks where run = ? and first_seq = 1', idOf('collides'));
  change('update runs set created_at = ? where id = ?', 2n ** 63n - 1n, idOf('time'));
  change('update runs set status = ? where id = ?', 'from-the-future', idOf('status'));
  change('update runs set place = ? where id = ?', -(2n ** 63n), idOf('place'));
  change('update families set spec = ? where id = ?', '{', idOf('of-spec'));
  change('update families set kind = ? where id = ?', 'from-the-future', idOf('of-kind'));
  change('update families set count = ? where id = ?', 2n ** 62n, idOf('of-count'));
  change('update runs set spec = ? where id = ?', 'null', idOf('member3'));
  change('update members set joined_at = ? where number = 2', 2n ** 63n - 1n);
  change('update answers set vote = 7 where member = 2');
  db.close();
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  app = await playgroundApp({ DATA_DIR: folder });
  said = log.mock.calls.map(([text]) => String(text)).join('\n');
  log.mockRestore();
});
afterAll(async () => {
  await app.close();
  fs.rmSync(folder, { recursive: true });
});

const FORMS = [
  '',
  '.json',
  '.ndjson',
  ...ENDINGS.map((ending) => `.${ending}`),
  '/events',
  '/embed',
  '/source.ts',
];

describe('a database with damaged rows', () => {
  it('every address of a run answers, with what can be shown or with a sentence', async () => {
    const log = vi.spyOn(console, 'error');
    for (const id of ids)
      for (const form of FORMS) {
        const response = await app.request(`/runs/${id}${form}`, { headers: { Accept: 'text/html' } });
        const text = await response.text();
        expect([200, 410], `${id}${form}`).toContain(response.status);
        if (response.status === 410) expect(text).toContain('is damaged, so it cannot be shown');
      }
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it('a damaged spec shows nothing of a run; a damaged event, what comes before it', async () => {
    for (const at of SPECS.keys()) expect((await app.request(`/runs/${idOf(`spec${at}`)}`)).status).toBe(410);
    for (const [at, event] of EVENTS.entries()) {
      const isLater = event.includes('from-the-future');
      for (const name of ['event', 'ended']) {
        const lines = (await (await app.request(`/runs/${idOf(`${name}${at}`)}.ndjson`)).text()).split('\n');
        expect(lines.slice(0, 2)).toEqual([START, PASS]);
        if (isLater) expect(lines[2]).toBe(event);
        else expect(JSON.parse(lines[2] ?? '')).toMatchObject({ type: 'run-ended', status: 'interrupted' });
      }
    }
    const sound = await (await app.request(`/runs/${idOf('sound')}.json`)).json();
    expect(sound).toMatchObject({ status: 'interrupted', error: expect.stringMatching(/stopped/) });
  });

  it('a damaged series answers with a sentence, and a damaged run is left out of its series', async () => {
    for (const id of families) {
      const status = id === idOf('of-runs') ? 200 : 410;
      for (const form of ['', '.json', '/figures'])
        expect((await app.request(`/families/${id}${form}`)).status, `${id}${form}`).toBe(status);
    }
  });

  it('the server names what is damaged when it starts', () => {
    for (const at of EVENTS.keys()) {
      const isLater = EVENTS[at]?.includes('from-the-future');
      const words = `run ${idOf(`event${at}`)}: its event 3 is damaged`;
      if (isLater) expect(said).not.toContain(words);
      else expect(said).toContain(words);
    }
    for (const name of [...SPECS.keys()]
      .map((at) => `run ${idOf(`spec${at}`)}`)
      .concat(`series ${idOf('of-kind')}`))
      expect(said).toContain(`${name}: what is stored about it is damaged`);
    expect(said).not.toContain(idOf('sound'));
    expect(said).toContain(`run ${idOf('collides')}: its log cannot be continued`);
  });

  it('the operator lists the others, and can delete a damaged one', async () => {
    const command = async (...args: string[]) => {
      const lines: string[] = [];
      const code = await operate(args, { DATA_DIR: folder, DATABASE_URL: null }, (line) => lines.push(line));
      return { code, text: lines.join('\n') };
    };
    expect((await command('list')).text).toContain(idOf('sound'));
    expect(await command('show', idOf('spec1'))).toEqual({
      code: 1,
      text: `The run ${idOf('spec1')} is damaged.`,
    });
    expect((await command('delete', idOf('spec1'))).code).toBe(0);
    expect((await app.request(`/runs/${idOf('spec1')}`)).status).toBe(404);
  });

  it('a damaged room cannot be entered, and is named; another loses only its damaged rows', async () => {
    for (const at of STATES.keys()) {
      expect((await app.request(`/rooms/${codeOf(at)}`)).status).toBe(404);
      expect(said).toContain(`room ${codeOf(at)}: what is stored about it is damaged`);
    }
    const { rooms } = app.playground;
    const sound = rooms.byCode(codeOf(STATES.length));
    expect(sound?.members.map(({ name }) => name)).toEqual(['ann']);
    expect(sound?.answers.counts(1, 1, 2)).toEqual([1, 0]);
    expect(said).toContain(`answers of room ${sound?.id}: 1 of 2 are damaged`);
    // When its time is over, it is removed like any other.
    const { rooms: stored } = app.playground.storage;
    await rooms.endExpired(Date.now() + 3_600_000);
    expect(await stored.allRooms()).toEqual([]);
  });
});
