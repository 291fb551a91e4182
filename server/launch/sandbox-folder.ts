/**
 * The server's folder for programs that somebody wrote. They may see its path, so it is in the system's temporary
 * folder, and its name says nothing about where the server is.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { SettingsError } from '../settings.ts';

/** What to remove of a killed server's. Executables stay: on Deno, the server may not remove those that it may run. */
const LEFT = ['places', 'secret'];

/**
 * Creates the folder of the server with the data folder `dataDir`, and returns it; the guard removes it. Empties it if
 * a killed server has left one. `given`: the folder to use instead of one in the temporary folder. Throws `SettingsError`
 * if it cannot be used.
 */
export function openSandboxFolder(dataDir: string, given: string | null = null): string {
  const uid = process.getuid?.() ?? 0;
  const id = createHash('sha256').update(fs.realpathSync(dataDir)).digest('hex').slice(0, 16);
  const folder = path.resolve(given ?? path.join(os.tmpdir(), `playground-${uid}-${id}`));
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = fs.lstatSync(folder);
    // In the temporary folder anyone can make one of this name, or a link.
    if (process.getuid && (found.uid !== uid || !found.isDirectory() || (found.mode & 0o022) !== 0))
      throw new Error('It belongs to another user, or others can write to it.');
    for (const name of LEFT) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    fs.chmodSync(folder, 0o711);
    return folder;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError(`SANDBOX_DIR=${folder}: cannot be used: ${why}`, { cause });
  }
}
