/** The backup command: of a running server, of one without shared memory, and without a server. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backUp } from '../server/backup.ts';
import { executable } from '../server/launch/runtimes.ts';
import { listen, type Server } from '../server/listen.ts';
import { commandApp } from '../server/routes/backup.ts';
import { listenOnSocket } from '../server/socket.ts';
import { Backups } from '../server/store/backups.ts';
import { SqliteStore } from '../server/store/sqlite.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from './playground-app.ts';
import { run } from './store/stored.ts';

/** The user `nobody`. */
const NOBODY = 65_534;

/** Where backups go. */
let out: string;
beforeEach(() => {
  out = fs.mkdtempSync(path.join(os.tmpdir(), 'backup-'));
});
afterEach(() => fs.rmSync(out, { recursive: true }));

/** Carries out the command. Returns its exit code and what it prints. */
async function command(args: string[], folder: string, signal?: AbortSignal) {
  const lines: string[] = [];
  const options = { folder, from: out, print: (line: string) => lines.push(line), ...(signal && { signal }) };
  const code = await backUp(args, options);
  return { code, text: lines.join('\n') };
}

/** Returns the ids of the runs in a backup that have ended, after a check of all of it. */
function runsIn(name: string): unknown[] {
  const db = new DatabaseSync(path.join(out, name), { readOnly: true });
  try {
    expect(db.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    return db
      .prepare('select id from runs where status is not null order by created_at')
      .all()
      .map(({ id }) => id);
  } finally {
    db.close();
  }
}

/** Has a store listen for the command as a server does. */
async function serve(store: SqliteStore, folder: string): Promise<Pick<Server, 'close'>> {
  const backups = new Backups(store, folder);
  const socket = await listenOnSocket(await listen(), commandApp({ backups }).fetch, folder);
  if (!socket) throw new Error('There is no socket.');
  return {
    async close() {
      await socket.close();
      await backups.close();
    },
  };
}

describe('npm run backup: beside a running server', () => {
  let app: PlaygroundApp;
  let socket: Pick<Server, 'close'> | null;
  beforeAll(async () => {
    app = await playgroundApp();
    socket = await listenOnSocket(await listen(), commandApp(app.playground).fetch, app.folder);
  });
  afterAll(async () => {
    await socket?.close();
    await app.close();
  });

  it('backup: has all runs that had ended, while others are written; nothing else is left behind', async () => {
    const ended = await app.start(QUICK);
    await app.events(ended);
    const under = new SqliteStore(app.folder);
    await under.create(run('written meanwhile'));
    let seq = 0;
    const writing = setInterval(() => under.append('written meanwhile', ++seq, ['x'.repeat(10_000)]), 1);
    const both = await Promise.all([command(['a.db'], app.folder), command(['b.db'], app.folder)]);
    clearInterval(writing);
    await under.close();
    expect(seq).toBeGreaterThan(0);
    for (const [at, name] of ['a.db', 'b.db'].entries()) {
      expect(both[at]?.text).toMatch(new RegExp(`^Saved 1 run in ${path.join(out, name)} \\(.* checked\\.$`));
      expect(both[at]?.code).toBe(0);
      expect(runsIn(name)).toEqual([ended]);
      expect(fs.statSync(path.join(out, name)).mode & 0o777).toBe(0o600);
    }
    expect(fs.readdirSync(out)).toEqual(['a.db', 'b.db']);
    expect(fs.readdirSync(app.folder).filter((name) => name.startsWith('backup-'))).toEqual([]);
  });

  it('backup: only the user that runs the server can connect', () => {
    const found = fs.statSync(path.join(app.folder, 'server.sock'));
    expect(found.isSocket()).toBe(true);
    expect(found.mode & 0o777).toBe(0o600);
  });

  it('backup: replaces nothing, and says what is wrong with the name of a file', async () => {
    fs.writeFileSync(path.join(out, 'there'), 'kept');
    for (const [args, code, text] of [
      [['there'], 1, /^\/.*there exists already\. /],
      [['.'], 1, / is a folder\. /],
      [['no/where.db'], 1, /^There is no folder .*no\. /],
      [[], 2, /^npm run backup -- FILE/],
      [['--help'], 2, /^npm run backup -- FILE/],
      [['a', 'b'], 2, /^npm run backup -- FILE/],
    ] as const)
      expect(await command([...args], app.folder)).toEqual({ code, text: expect.stringMatching(text) });
    expect(fs.readdirSync(out)).toEqual(['there']);
    expect(fs.readFileSync(path.join(out, 'there'), 'utf8')).toBe('kept');
  });

  it('backup: when it is stopped, nothing is left, here or at the server', async () => {
    const stopping = new AbortController();
    const stopped = command(['a.db'], app.folder, stopping.signal);
    stopping.abort();
    expect(await stopped).toEqual({ code: 130, text: 'Stopped. There is no backup.' });
    expect(fs.readdirSync(out)).toEqual([]);
    const copies = () => fs.readdirSync(app.folder).filter((name) => name.startsWith('backup-'));
    await expect.poll(copies).toEqual([]);
  });
});

describe('npm run backup: of other data folders', () => {
  it('backup: of a server without shared memory, in a folder with a very long path', async () => {
    const folder = path.join(out, 'x'.repeat(120));
    fs.mkdirSync(folder);
    execFileSync('mkfifo', [path.join(folder, 'playground.db-shm')]);
    const store = new SqliteStore(folder);
    expect(store.isAlone).toBe(true);
    await store.create(run('a', { status: 'completed' }));
    // A server that was killed left both.
    for (const name of ['server.sock', 'backup-0.part']) fs.writeFileSync(path.join(folder, name), '');
    const home = process.cwd();
    const server = await serve(store, folder);
    expect(process.cwd()).toBe(home);
    expect((await command(['a.db'], folder)).code).toBe(0);
    await server.close();
    await store.close();
    expect(runsIn('a.db')).toEqual(['a']);
    expect(fs.readdirSync(folder).sort()).toEqual(['playground.db', 'playground.db-shm']);
  });

  it('backup: without a server, as a process of its own; FILE is where npm was called', async () => {
    const folder = path.join(out, 'data');
    const store = new SqliteStore(folder);
    await store.create(run('a', { status: 'completed' }));
    await store.close();
    const script = new URL('../server/backup.ts', import.meta.url).pathname;
    const { status, stdout } = spawnSync(executable('node'), [script, 'a.db'], {
      env: { DATA_DIR: folder, INIT_CWD: out },
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^Saved 1 run in /) });
    expect(runsIn('a.db')).toEqual(['a']);
    expect(await command(['b.db'], path.join(out, 'nowhere'))).toMatchObject({ code: 2 });
  });

  it('backup: to a folder that its user may not enter, it says so', async () => {
    const [folder, closed] = ['data', 'closed'].map((name) => path.join(out, name)) as [string, string];
    await new SqliteStore(folder).close();
    // Root may enter all folders.
    const other = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    for (const one of [out, folder, path.join(folder, 'playground.db')]) fs.chmodSync(one, 0o755);
    fs.mkdirSync(closed, { mode: 0 });
    const script = `import { backUp } from './server/backup.ts';
      await backUp(['closed/a.db'], { folder: '${folder}', from: '${out}', print: console.log });`;
    const { stdout, stderr } = spawnSync(executable('node'), ['--input-type=module', '--eval', script], {
      ...other,
      encoding: 'utf8',
    });
    expect([stdout.trim(), stderr]).toEqual([`This user may not write to ${closed}.`, '']);
  });
});
