/** The operator's command, beside a running server and without one. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executable } from '../server/launch/runtimes.ts';
import { operate } from '../server/operator.ts';
import { SqliteStore } from '../server/store/sqlite.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from './playground-app.ts';
import { family, member, run, spec } from './store/stored.ts';

const CODE = `// A \u202ename\nconsole.log('\u001b[31m');\n`;

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

/** Carries out a command beside the running server. Returns its exit code and what it prints. */
async function command(args: string[], folder = app.folder) {
  const lines: string[] = [];
  const code = await operate(args, { DATA_DIR: folder, DATABASE_URL: null }, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}
const statusOf = async (id: string) => (await app.request(`/runs/${id}`)).status;

/** Returns which of `texts` the files of a database still have. */
function filesHave(folder: string, texts: string[]): string[] {
  const files = fs.readdirSync(folder).filter((name) => name.startsWith('playground.db'));
  const content = files.map((name) => fs.readFileSync(path.join(folder, name), 'latin1')).join();
  return texts.filter((text) => content.includes(text));
}

describe('npm run runs', () => {
  it('list, show: runs with their reports; nothing of them controls the terminal', async () => {
    const [id, other] = [await app.start(QUICK), await app.start({ ...QUICK, lesson: 'join' })];
    const store = new SqliteStore(app.folder);
    await store.report(id, { reason: 'bad \u001b]0;x\u0007 \u202e words', createdAt: 0 });
    await store.create(run('hostile'.padEnd(21, 'x'), { spec: { ...spec, code: CODE }, status: 'failed' }));
    await store.close();
    const all = await command(['list']);
    expect(all.code).toBe(0);
    expect(all.text).toMatch(new RegExp(`^${id} .* one-by-one \\[reported 1 time\\]$`, 'm'));
    expect(all.text).toMatch(new RegExp(`^${other} .* join$`, 'm'));
    const reported = await command(['list', '--reported']);
    expect(reported.text.split('\n')).toEqual([expect.stringContaining(id)]);
    const shown = await command(['show', `https://school.example/play/runs/${id}?look=1#x`]);
    expect(shown.text).toContain('1970-01-01 00:00 UTC  bad ‹ESC›]0;x‹BEL› ‹U+202E› words');
    expect(shown.text).toContain('Program: that of the lesson one-by-one');
    const hostile = await command(['show', 'hostile'.padEnd(21, 'x')]);
    expect(hostile.text).toContain("  console.log('‹ESC›[31m');");
    for (const { text } of [all, shown, hostile]) expect(text).not.toMatch(/[\u001b\u0007\u202e]/);
  });

  it('block, unblock, delete: take effect in the running server at once', async () => {
    const id = await app.start(QUICK);
    await app.events(id);
    expect((await command(['block', id])).text).toMatch(/^Blocked the run .* npm run runs -- unblock /);
    expect(await statusOf(id)).toBe(451);
    expect((await command(['list'])).text).toMatch(new RegExp(`^${id} .*\\[blocked`, 'm'));
    expect(await command(['block', id])).toMatchObject({
      code: 1,
      text: `The run ${id} is blocked already.`,
    });
    expect((await command(['unblock', id])).code).toBe(0);
    expect(await statusOf(id)).toBe(200);
    expect(await command(['delete', id])).toEqual({
      code: 0,
      text: `Deleted the run ${id}: nothing of it is left.`,
    });
    expect(await statusOf(id)).toBe(404);
    expect(await command(['delete', id])).toMatchObject({ code: 1 });
  });

  it('delete: without a server, as a process of its own; a series goes with its runs', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'operator-'));
    try {
      const store = new SqliteStore(folder);
      await store.createFamily(family('f'));
      await store.create(member('a', 'f', 1));
      await store.create(run('b'));
      await store.close();
      const script = new URL('../server/operator.ts', import.meta.url).pathname;
      const { status, stdout } = spawnSync(executable('node'), [script, 'delete', 'f'], {
        env: { DATA_DIR: folder },
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: 'Deleted the series f: nothing of it is left.\n',
      });
      const { text } = await command(['list'], folder);
      expect(text).toMatch(/^b /);
      expect(text.split('\n')).toHaveLength(1);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('forget: all of a browser, or of a member of a room, and nothing of others, also in the running server', async () => {
    const [ann, bob] = [await app.browser(), await app.browser()];
    const { rooms, storage } = app.playground;
    const [room, other] = [await rooms.create('join'), await rooms.create('join')];
    const enter = (by: typeof ann, { code }: typeof room, name: string) =>
      by.submit(`/rooms/${code}/join`, { name });
    await enter(ann, room, 'Ann \u202e Rare');
    await enter(bob, room, 'Bob Rarer');
    await enter(bob, other, 'Bob elsewhere');
    const form = { ...QUICK, jobs: '1', minSeconds: '0', maxSeconds: '0', lesson: 'join' };
    /** Starts a run, in a room or alone, and returns its id. */
    const started = async (by: typeof ann, fields: Record<string, string> = {}) => {
      const location = (await by.submit('/runs', { ...form, ...fields })).headers.get('location') ?? '';
      const id = /^\/(?:runs|families)\/([\w-]+)/.exec(location)?.[1] ?? '';
      expect(id).not.toBe('');
      if (!location.startsWith('/families/')) await app.events(id);
      return id;
    };
    const ids = {
      annInRoom: await started(ann, { room: room.code }),
      annAlone: await started(ann),
      annSeries: await started(ann, { repeat: '2' }),
      bobInRoom: await started(bob, { room: room.code }),
      bobAlone: await started(bob),
    };
    await storage.rooms.explain(room.id, { round: 1, member: 2, text: 'because so', isShown: false });

    const about = await command(['person', ids.annAlone]);
    expect(about.text).toContain('3 runs or series, 1 place in rooms.');
    expect(about.text).toContain(`/families/${ids.annSeries}`);
    expect(about.text).not.toContain('\u202e');
    expect((await command(['person', room.code.toLowerCase(), 'bob rarer'])).text).toContain(
      'explained: because so',
    );
    expect(await command(['forget', room.code, 'Nobody'])).toMatchObject({ code: 1 });

    // A member: the place and the runs there. The rest of the browser may be another pupil's.
    expect(await command(['forget', room.code, 'Bob Rarer'])).toMatchObject({ code: 0 });
    await expect.poll(() => room.members.map(({ number }) => number)).toEqual([1]);
    expect([await statusOf(ids.bobInRoom), await statusOf(ids.bobAlone)]).toEqual([404, 200]);
    expect(other.members).toHaveLength(1);

    // A browser: everything.
    expect(await command(['forget', `https://school.example/runs/${ids.annAlone}`])).toMatchObject({
      code: 0,
    });
    await expect.poll(() => room.members).toEqual([]);
    for (const id of [ids.annInRoom, ids.annAlone]) expect(await statusOf(id)).toBe(404);
    expect((await app.request(`/families/${ids.annSeries}`)).status).toBe(404);
    expect(await statusOf(ids.bobAlone)).toBe(200);
    await expect.poll(() => filesHave(app.folder, ['Rare', 'because so'])).toEqual([]);

    // A program without a cookie shares its address with others.
    const shared = await app.start(QUICK, app.program('192.0.2.50'));
    expect(await command(['forget', shared])).toMatchObject({
      code: 1,
      text: expect.stringContaining('192.0.2.50'),
    });
    expect(await statusOf(shared)).toBe(200);
  });

  it('a command that cannot be carried out says why', async () => {
    for (const args of [
      [],
      ['lst'],
      ['show'],
      ['list', '--all'],
      ['delete', 'a', 'b'],
      ['forget'],
      ['person', 'a', 'b', 'c'],
      ['constructor', 'x'],
    ])
      expect(await command(args)).toMatchObject({
        code: 2,
        text: expect.stringMatching(/^npm run runs -- /),
      });
    expect(await command(['show', 'no\u001bthing'])).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^There is no run or series with the id no‹ESC›thing in /),
    });
    const missing = path.join(app.folder, 'nowhere');
    expect(await command(['list'], missing)).toMatchObject({
      code: 2,
      text: expect.stringContaining('DATA_DIR'),
    });
    expect(fs.existsSync(missing)).toBe(false);
  });
});
