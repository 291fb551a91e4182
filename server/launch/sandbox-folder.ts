/**
 * The server's folder for programs that somebody wrote. They may see its path, so it is in the system's temporary
 * folder, and its name says nothing about where the server is. Where that folder cannot be written, as in a container
 * with a read-only file system, it is in the data folder.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { SettingsError } from '../settings.ts';
import { makeFolder } from './make-folder.ts';

/** What to remove of a killed server's. Executables stay: on Deno, the server may not remove those that it may run. */
const LEFT = ['places', 'secret', 'python', 'probe'];

/**
 * Creates the folder of the server with the data folder `dataDir`, and returns it; the guard removes it. Empties it if
 * a killed server has left one. `given`: the folder to use instead. Throws `SettingsError` if it cannot be used.
 */
export function openSandboxFolder(dataDir: string, given: string | null = null): string {
  if (given !== null) return open(path.resolve(given), true);
  const data = fs.realpathSync(dataDir);
  const id = createHash('sha256').update(data).digest('hex').slice(0, 16);
  try {
    return open(path.resolve(os.tmpdir(), `playground-${process.getuid?.() ?? 0}-${id}`), false);
  } catch {
    return open(path.join(data, 'sandbox'), false);
  }
}

/**
 * Makes the folder fit for use. `hasParents`: the folders that are to contain it are created, too. Throws
 * `SettingsError` if that is not possible.
 */
function open(folder: string, hasParents: boolean): string {
  try {
    // On Deno, the server may not look at the parents; start-deno.sh makes the folder.
    if (hasParents && !fs.existsSync(folder)) makeFolder(path.dirname(folder));
    makeSandboxFolder(folder);
    for (const name of LEFT) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
    return folder;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError(`SANDBOX_DIR=${folder}: cannot be used: ${why}`, { cause });
  }
}

/** Creates the folder, if it is missing, in one that exists. Throws if it is not the server's own. */
export function makeSandboxFolder(folder: string): void {
  if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
  const found = fs.lstatSync(folder);
  // In the temporary folder anyone can make one of this name, or a link.
  if (
    process.getuid &&
    (found.uid !== process.getuid() || !found.isDirectory() || (found.mode & 0o022) !== 0)
  )
    throw new Error('It belongs to another user, or others can write to it.');
  fs.chmodSync(folder, 0o711);
}
