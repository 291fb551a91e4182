/** What the server keeps of a process that the process beside it has started, once it has ended: nothing. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { executable } from '../../server/launch/runtimes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';

test.skipIf(process.platform !== 'linux').for(JAVASCRIPT)(
  '%s: what a process has had is freed after its end',
  async (runtime) => {
    const script = fileURLToPath(new URL('frees.ts', import.meta.url));
    const args = runtime === 'deno' ? ['run', '-A', '--no-lock', '--v8-flags=--expose-gc'] : ['--expose-gc'];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'frees-'));
    const { stdout } = await promisify(execFile)(executable(runtime), [...args, script, folder]);
    fs.rmSync(folder, { recursive: true });
    const [freed = 0, all = 0] = stdout.split(' ').map(Number);
    // The last ones may still be held.
    expect(freed).toBeGreaterThanOrEqual(all * 0.95);
  },
);
