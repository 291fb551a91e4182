/**
 * The server on both runtimes as some platforms start it: as a user without a name and a home folder, with a file system
 * that is read-only but for the data folder, and no folder for temporary files.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PassSummary } from '../../server/figures/summary.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried } from '../everyday.ts';
import { dataFolder, serverStarter, until } from './server-process.ts';

const start = serverStarter();

const USER = 12_345;
const AS_USER = `exec setpriv --reuid ${USER} --regid ${USER} --clear-groups`;
const SCRIPT = `mount --bind "$DATA_DIR" "$DATA_DIR" && mount -o remount,bind,ro / && unset HOME && ${AS_USER} "$0" "$@"`;
const WITHIN = ['unshare', '--mount', '/bin/sh', '-c', SCRIPT];
/** Only root can be another user, where it may mount, and if this folder can be read by others. */
const TRY = `mount -o remount,bind,ro / && test -x node_modules/node/bin/node && ${AS_USER} test -r server/main.ts`;
const canTry = spawnSync('unshare', ['--mount', '/bin/sh', '-c', TRY]).status === 0;

describe.skipIf(!canTry).each(JAVASCRIPT)('the server on %s', (runtime) => {
  test.skipIf(!isTried('stranger', runtime))(
    `the server on ${runtime}: works for a user without a name, with only the data folder to write to`,
    async () => {
      const folder = dataFolder();
      fs.chownSync(folder, USER, USER);
      const server = start(runtime, { READY: '0', TMPDIR: '/nonexistent' }, folder, WITHIN);
      const url = await server.url();
      for (const jobsOn of JAVASCRIPT) {
        const spec = {
          runtime: jobsOn,
          modes: ['threads', 'processes'],
          jobs: 1,
          minSeconds: 0,
          maxSeconds: 0,
        };
        const headers = { 'Content-Type': 'application/json' };
        const made = await fetch(`${url}/api/runs`, { method: 'POST', headers, body: JSON.stringify(spec) });
        const run = `${url}${(await made.json()).url}`;
        await (await fetch(`${run}/events`)).text();
        const { status, passes }: { status: string; passes: PassSummary[] } = await (
          await fetch(`${run}.json`)
        ).json();
        expect({ jobsOn, status, errors: passes.map(({ error }) => error) }).toEqual({
          jobsOn,
          status: 'completed',
          errors: [null, null],
        });
      }
      expect(fs.existsSync(path.join(folder, 'sandbox'))).toBe(true);
      server.kill('SIGTERM');
      expect(await server.ended).toMatchObject({ exitCode: 0, stderr: '' });
      await until('no process is left', () => server.launched.length === 0);
      expect(fs.existsSync(path.join(folder, 'sandbox'))).toBe(false);
    },
  );
});
