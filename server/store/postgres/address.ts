/** What `DATABASE_URL` says about the way to the database. */
import fs from 'node:fs';
import net from 'node:net';
import type pg from 'pg';
import { parse, toClientConfig } from 'pg-connection-string';
import { SettingsError } from '../../settings.ts';

/** As PostgreSQL's own programs have them, but for `allow`: nobody should depend on it. */
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'];
/** Parameters with the name of a file: whom to trust, and what to show for oneself. */
const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;

/**
 * Returns the way to the database at `url`, `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`. The
 * files that it names are read now, and not again. Throws `SettingsError` for what cannot be used.
 */
export function wayTo(url: string): pg.ClientConfig {
  const given = new URL(url);
  const asked = given.searchParams;
  const mode = asked.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode))
    throw new SettingsError(`DATABASE_URL: sslmode=${mode}: must be one of ${SSL_MODES.join(', ')}`);
  if (mode === 'verify-ca' && !asked.has('sslrootcert'))
    throw new SettingsError('DATABASE_URL: sslmode=verify-ca: needs sslrootcert, or use verify-full');
  for (const name of FILES) checkFile(name, asked.get(name));
  // Without this, `require` means `verify-full`.
  if (mode !== null) asked.set('uselibpqcompat', 'true');
  const config = toClientConfig(parse(given.href));
  // A certificate is compared with the name that was connected to. The driver names none for a number: then it would be
  // compared with `localhost`.
  const { host = '', ssl } = config;
  return ssl && net.isIP(host) ? { ...config, ssl: { ...(ssl === true ? {} : ssl), host } } : config;
}

function checkFile(name: string, file: string | null): void {
  if (file === null) return;
  try {
    fs.readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SettingsError(`DATABASE_URL: ${name}=${file}: cannot be read: ${reason}`, { cause: error });
  }
}
