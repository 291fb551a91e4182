/** The start of the server on both runtimes: where it listens, and one-line errors if it cannot start. */
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { ALL, everyday, isTried, seldom } from '../everyday.ts';
import { dataFolder, ServerProcess, serverStarter } from './server-process.ts';

const start = serverStarter();

describe.each(JAVASCRIPT)('the server on %s', (runtime) => {
  test.skipIf(!isTried('setting', runtime))(
    `the server on ${runtime}: a setting that cannot be used is named, and it exits with 2`,
    async () => {
      const { exitCode, stdout, stderr } = await start(runtime, { PORT: '80a', PASS_SECONDS: '0' }).ended;
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr.trim().split('\n').sort()).toEqual([
        'PASS_SECONDS=0: must be a whole number from 1 to 3600',
        'PORT=80a: must be a whole number from 0 to 65535',
      ]);
    },
  );

  test.skipIf(!isTried('last port', runtime))(
    `the server on ${runtime}: a port beyond the last is named too`,
    async () => {
      const { exitCode, stderr } = await start(runtime, { PORT: '99999' }).ended;
      expect(exitCode).toBe(2);
      expect(stderr.trim()).toBe('PORT=99999: must be a whole number from 0 to 65535');
    },
  );

  test.skipIf(!isTried('PYTHON', runtime))(
    `the server on ${runtime}: a PYTHON that is none is named, and it exits with 2`,
    async () => {
      const { exitCode, stderr } = await start(runtime, { PYTHON: '/nowhere/python3' }).ended;
      expect(exitCode).toBe(2);
      const words = 'no Python starts there. Python 3.11 or newer is needed.';
      expect(stderr.trim()).toBe(`PYTHON=/nowhere/python3: cannot be used: ${words}`);
    },
  );

  // A server on Deno compiles all modules anew for each folder.
  const isQuick = ALL || runtime === 'node';
  test.skipIf(!isQuick)(
    `the server on ${runtime}: a DATA_DIR that cannot be used is named, and it exits with 2`,
    async () => {
      const folders = everyday(
        ['/proc/nope', '/proc/nope/deeper', '/proc', 'package.json', 'package.json/in'],
        3,
      );
      const all = await Promise.all(folders.map((folder) => new ServerProcess(runtime, folder).ended));
      for (const [at, { exitCode, stdout, stderr }] of all.entries()) {
        const folder = folders[at];
        expect({ folder, exitCode, stdout }).toEqual({ folder, exitCode: 2, stdout: '' });
        expect(stderr).toMatch(new RegExp(`^DATA_DIR=${folder}: cannot be used: .+\n$`));
      }
    },
  );

  test.skipIf(!isQuick)(
    `the server on ${runtime}: a database that cannot be used is named, and it exits with 2`,
    async () => {
      const [text, later] = [dataFolder(), dataFolder()];
      fs.writeFileSync(path.join(text, 'playground.db'), 'no database\n'.repeat(1000));
      const db = new DatabaseSync(path.join(later, 'playground.db'));
      db.exec('pragma user_version = 99');
      db.close();
      const servers = [start(runtime, {}, text), start(runtime, {}, later)];
      const [noDatabase, laterVersion] = await Promise.all(servers.map(({ ended }) => ended));
      expect(noDatabase).toMatchObject({ exitCode: 2, stdout: '' });
      expect(noDatabase?.stderr).toMatch(
        new RegExp(`^DATA_DIR=${text}: playground.db is not a database. [^\n]+\n$`),
      );
      expect(laterVersion).toMatchObject({ exitCode: 2, stdout: '' });
      expect(laterVersion?.stderr).toMatch(
        new RegExp(`^DATA_DIR=${later}: playground.db was written by a later version [^\n]+\n$`),
      );
    },
  );

  test.skipIf(!isTried('port in use', runtime))(
    `the server on ${runtime}: a port in use is named, and it exits with 1 and leaves nothing`,
    async () => {
      const other = net.createServer().listen(0, '127.0.0.1');
      try {
        await new Promise((resolve) => other.once('listening', resolve));
        const { port } = other.address() as net.AddressInfo;
        const server = start(runtime, { PORT: String(port) });
        const { exitCode, stdout, stderr } = await server.ended;
        expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
        const words = 'the port is in use. Stop what uses it, or set another PORT.';
        expect(stderr.trim()).toBe(`Cannot listen on 127.0.0.1:${port}: ${words}`);
        expect(server.launched).toEqual([]);
      } finally {
        other.close();
      }
    },
  );
});

seldom(
  'the server on deno: listens on an address with colons, and creates a folder for programs that is given',
  async () => {
    const folder = dataFolder();
    const folders = { DATA_DIR: `${folder}/data`, SANDBOX_DIR: `${folder}/programs/sandbox` };
    const url = await start('deno', { HOST: '::1', ...folders }, folder).url();
    expect(url).toContain('[::1]');
    expect((await fetch(url)).status).toBe(200);
  },
);

seldom(
  'the server on deno: a folder with commas and quotes is one folder, and nothing beside it is read or written',
  async () => {
    const folder = dataFolder();
    const name = `,a,,"b' c,`;
    const server = start('deno', { DATA_DIR: `${folder}/${name}` }, folder);
    const url = await server.url();
    const spec = { runtime: 'deno', modes: ['processes'], jobs: 1, minSeconds: 0, maxSeconds: 0 };
    const headers = { 'Content-Type': 'application/json' };
    const run = await fetch(`${url}/api/runs`, { method: 'POST', headers, body: JSON.stringify(spec) });
    const { events } = await run.json();
    expect(await (await fetch(url + events)).text()).toContain('"status":"completed"');
    expect(fs.readdirSync(folder)).toEqual([name]);
  },
);
