/** The secret of a server, with which it signs what it gives to browsers. Made once, and kept in the data folder. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { SettingsError } from '../settings.ts';
import { refusal } from './refusal.ts';

/** What a secret looks like: 32 random bytes in base64url. */
const SECRET = /^[\w-]{43}$/;

/**
 * Returns the secret in `folder`, which this server must hold (see `holdDataFolder`). Makes one if there is none, or if
 * the file is damaged; what was signed before is then no longer valid. Only the server's user can read the file. Throws
 * `SettingsError` if it can be neither read nor written.
 *
 * One secret signs for several purposes: begin each signed text with its purpose, so that none passes for another.
 */
export function serverSecret(folder: string): string {
  const file = path.join(folder, 'secret');
  try {
    const kept = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
    return SECRET.test(kept) ? kept : newSecret(file);
  } catch (error) {
    const known = refusal(error, folder, 'secret');
    if (known instanceof SettingsError) throw known;
    const reason = error instanceof Error ? error.message : error;
    throw new SettingsError(`DATA_DIR=${folder}: its secret cannot be used: ${reason}`, { cause: error });
  }
}

/** Writes a new secret. It is complete before it has its name, so a server killed meanwhile leaves no half of one. */
function newSecret(file: string): string {
  const secret = randomBytes(32).toString('base64url');
  const part = `${file}.part`;
  // The mode applies only to a new file.
  fs.rmSync(part, { force: true });
  fs.writeFileSync(part, `${secret}\n`, { mode: 0o600, flag: 'wx', flush: true });
  fs.renameSync(part, file);
  return secret;
}
