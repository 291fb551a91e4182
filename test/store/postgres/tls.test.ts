/** Connections with TLS, to a PostgreSQL whose certificate is from an authority of our own. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwayError } from '../../../server/settings.ts';
import { unusable } from '../../../server/store/opened.ts';
import { Database } from '../../../server/store/postgres/connect.ts';
import { hasPostgres, type Postgres, startPostgres } from '../../postgres.ts';

/** Whoever PostgreSQL runs as: see test/postgres.ts. */
const OWNER = 65534;

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Runs openssl in a folder. Throws if it fails. */
function openssl(folder: string, command: string): void {
  const { status, stderr } = spawnSync('openssl', command.split(' '), { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

describe.skipIf(!hasPostgres || !hasOpenssl)('TLS to the database', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certificates-'));
  const file = (name: string) => path.join(folder, name);
  let postgres: Postgres;
  let url: string;

  beforeAll(async () => {
    const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
    for (const name of ['ca', 'other'])
      openssl(folder, `req -x509 ${key} -days 3 -keyout ${name}.key -out ${name}.pem -subj /CN=${name}`);
    openssl(folder, `req ${key} -keyout db.key -out db.csr -subj /CN=db`);
    fs.writeFileSync(file('names'), 'subjectAltName=DNS:localhost\n');
    const signed =
      '-req -in db.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3 -extfile names -out db.pem';
    openssl(folder, `x509 ${signed}`);
    if (process.getuid?.() === 0) for (const one of [folder, file('db.key')]) fs.chownSync(one, OWNER, OWNER);
    postgres = await startPostgres([
      'ssl=on',
      `ssl_cert_file=${file('db.pem')}`,
      `ssl_key_file=${file('db.key')}`,
    ]);
    url = await postgres.newDatabase();
  });

  afterAll(async () => {
    await postgres?.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** Connects. Resolves with `tls` or `plain`, or with what the operator reads if that fails. */
  async function connected(query: string, host = 'localhost'): Promise<string> {
    const to = new URL(url);
    Object.assign(to, { hostname: host, password: 'very-secret', search: query });
    try {
      const database = new Database(to.href);
      try {
        const rows = await database.rows('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
        return JSON.stringify(rows) === '[{"ssl":true}]' ? 'tls' : 'plain';
      } finally {
        await database.close();
      }
    } catch (error) {
      const shown = unusable(to.href, error);
      // Whoever starts it again need not try: it would be the same.
      expect(shown).not.toBeInstanceOf(AwayError);
      return String(shown);
    }
  }

  it('sslmode: encrypts if asked, and trusts only an authority that it was given', async () => {
    const ca = `sslrootcert=${file('ca.pem')}`;
    expect(await connected('')).toBe('plain');
    expect(await connected('sslmode=require')).toBe('tls');
    expect(await connected(`sslmode=verify-full&${ca}`)).toBe('tls');
    expect(await connected(`sslmode=verify-ca&${ca}`, '127.0.0.1')).toBe('tls');
    const other = `sslrootcert=${file('other.pem')}`;
    const refused = [
      await connected('sslmode=verify-full'),
      await connected(`sslmode=verify-full&${other}`),
      await connected(`sslmode=require&${other}`),
    ];
    for (const said of refused) {
      expect(said).toMatch(
        /DATABASE_URL: the database at localhost:.* cannot be used: its certificate is from no/,
      );
      expect(said).toMatch(/Name that with sslrootcert\.$/);
    }
    // The certificate is for `localhost`, which has this address.
    const elsewhere = await connected(`sslmode=verify-full&${ca}`, '127.0.0.1');
    expect(elsewhere).toMatch(/DATABASE_URL: .*: IP: 127\.0\.0\.1 is not in the cert's list/);
    expect([...refused, elsewhere].join()).not.toContain('very-secret');
  });

  it('sslmode: what cannot be used is named, with its file', async () => {
    expect(await connected('sslmode=verify_full')).toMatch(
      /DATABASE_URL: sslmode=verify_full: must be one of/,
    );
    expect(await connected('sslmode=verify-ca')).toMatch(
      /DATABASE_URL: sslmode=verify-ca: needs sslrootcert/,
    );
    const gone = file('gone.pem');
    expect(await connected(`sslmode=verify-full&sslrootcert=${gone}`)).toContain(
      `DATABASE_URL: sslrootcert=${gone}: cannot be read: ENOENT`,
    );
  });
});
