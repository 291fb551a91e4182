/** A real file system of a few MiB for tests that fill it. Mounting takes root, and a container may not allow it. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

type SmallDisk = {
  folder: string;
  /** Takes all of the space that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  unmount(): void;
};

/** Mounts a file system of `mib` MiB. Returns null if that is not allowed here. */
export function smallDisk(mib: number): SmallDisk | null {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'small-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder];
  if (spawnSync('mount', options, { stdio: 'ignore' }).status !== 0) {
    fs.rmdirSync(folder);
    return null;
  }
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = fs.openSync(filler, 'a');
      for (const size of [2 ** 16, 2 ** 12]) {
        try {
          while (fs.writeSync(file, Buffer.alloc(size)) === size);
        } catch {
          // It is full, for pieces of that size.
        }
      }
      fs.closeSync(file);
    },
    free: () => fs.rmSync(filler),
    unmount() {
      // Lazily: something may still have a file open.
      spawnSync('umount', ['-l', folder]);
      fs.rmdirSync(folder);
    },
  };
}
