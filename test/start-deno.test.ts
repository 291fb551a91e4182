/** The permissions that server/start-deno.sh gives, as a Deno would receive them. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = path.resolve('server/start-deno.sh');

describe.skipIf(process.platform === 'win32')('start-deno.sh', () => {
  let folder = '';
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'start-deno-'));
    fs.mkdirSync(path.join(folder, 'server'));
    fs.copyFileSync('server/settings.ts', path.join(folder, 'server/settings.ts'));
    const deno = path.join(folder, 'node_modules/deno/deno');
    fs.mkdirSync(path.dirname(deno), { recursive: true });
    fs.writeFileSync(
      deno,
      '#!/bin/sh\nprintf "%s\\n" "$@" "DATABASE_URL=$DATABASE_URL" "OTHER_VARIABLES=$OTHER_VARIABLES"\n',
      { mode: 0o755 },
    );
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  /** Returns what Deno is started with, by the name of the option or the variable. */
  function started(env: Record<string, string>): Record<string, string> {
    const { PATH = '' } = process.env;
    const sandbox = path.join(folder, 'sandbox');
    const printed = execFileSync('sh', [SCRIPT], {
      cwd: folder,
      env: { PATH, SANDBOX_DIR: sandbox, ...env },
      stdio: 'pipe',
      encoding: 'utf8',
    });
    const pairs = printed.split('\n').map((line) => line.replace(/^--/, '').split(/=(.*)/s));
    return Object.fromEntries(
      pairs.map(([name, value = '']) => [name, value.replaceAll(sandbox, 'SANDBOX')]),
    );
  }

  it('start-deno.sh: reaches the database, and reads the certificates that its address names', () => {
    const reads = started({})['allow-read'];
    const net = started({})['allow-net'];
    const also = (query: string, host = 'db:5433') => {
      const given = started({ DATABASE_URL: `postgres://me:p%40ss@${host}/name?${query}` });
      return [given['allow-net']?.replace(`${net},`, ''), given['allow-read']?.replace(reads ?? '', '')];
    };
    expect(also('')).toEqual(['db:5433', '']);
    expect(also('sslmode=require', 'db')).toEqual(['db:5432', '']);
    expect(also('sslrootcert=/etc/ssl/ca.pem&sslmode=verify-full', '[::1]')).toEqual([
      '[::1]:5432',
      ',/etc/ssl/ca.pem',
    ]);
    const odd = 'sslmode=verify-full&sslcert=%2Fetc/my+own%2c%251.pem&sslkey=k%zz&notsslrootcert=/x';
    expect(also(odd)).toEqual(['db:5433', ',/etc/my own,,%1.pem,k%zz']);
  });

  it('start-deno.sh: the server knows the names of other variables, not what is in them', () => {
    const given = started({ MAX_JOB: '5', AWS_SECRET: 'one\nA_LINE=two' });
    expect(given.OTHER_VARIABLES?.split(' ')).toEqual(expect.arrayContaining(['MAX_JOB', 'AWS_SECRET']));
    expect(JSON.stringify(given)).not.toMatch(/one|two/);
  });

  it('start-deno.sh: takes the address of the database from a file', () => {
    const file = path.join(folder, 'url');
    fs.writeFileSync(file, 'postgres://me@db/name?sslrootcert=ca.pem\n');
    const given = started({ DATABASE_URL_FILE: file });
    expect(given.DATABASE_URL).toBe('postgres://me@db/name?sslrootcert=ca.pem');
    expect(given['allow-net']).toMatch(/,db:5432$/);
    expect(given['allow-read']).toMatch(/,\.,ca\.pem$/);
    expect(given['allow-read']).not.toContain(file);
    const both = { DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://me@db/name' };
    expect(() => started(both)).toThrow('DATABASE_URL and DATABASE_URL_FILE: both are set.');
    const gone = { DATABASE_URL_FILE: path.join(folder, 'gone') };
    expect(() => started(gone)).toThrow(/DATABASE_URL_FILE=.*gone: cannot be read: .*No such file/);
  });

  it('start-deno.sh: a server that only answers requests may start no programs', () => {
    const allowed = (ROLE: string) => started({ ROLE })['allow-run']?.split(',') ?? [];
    const ofRunner = ['node_modules/deno/deno', 'SANDBOX/runtime/deno', 'SANDBOX/runtime/node'];
    expect(allowed('runner')).toEqual(expect.arrayContaining(ofRunner));
    expect(allowed('both')).toEqual(allowed('runner'));
    const ofWeb = allowed('web');
    expect(ofWeb).toEqual(expect.arrayContaining(['/bin/sh', 'node_modules/node/bin/node']));
    expect(ofWeb.filter((file) => ofRunner.includes(file) || file.endsWith('bwrap'))).toEqual([]);
  });
});
