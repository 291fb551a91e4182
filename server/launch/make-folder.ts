/** Creates folders. */
import fs from 'node:fs';
import path from 'node:path';

/**
 * Creates `folder` and its parents, one at a time: Node's `recursive` option never returns for /proc/nope. Throws if
 * that is not possible.
 */
export function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) {
    if (!fs.statSync(folder).isDirectory()) throw new Error('it is not a folder.');
    return;
  }
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Another server that is starting may have created it meanwhile.
    if (!fs.existsSync(folder)) throw error;
  }
}
