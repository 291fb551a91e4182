/** How the operator's commands end if their output is closed early, as by `| head`. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { executable } from '../server/launch/runtimes.ts';
import { SqliteStore } from '../server/store/sqlite.ts';
import { run } from './store/stored.ts';

it('runCommand: an output that is closed early ends no command with a stack, nor before its work is done', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'command-'));
  const copy = path.join(folder, 'copy.db');
  try {
    const store = new SqliteStore(folder);
    await store.create(run('a', { status: 'completed' }));
    await store.close();
    /** Returns the exit code of a command that begins when nobody reads its output any more, and its errors. */
    const closed = (name: string, ...args: string[]) => {
      const script = new URL(`../server/${name}.ts`, import.meta.url).pathname;
      const line = `{ sleep 0.2; "$@"; echo "exit code $?" >&2; } | true`;
      const given = ['-c', line, 'sh', executable('node'), script, ...args];
      return spawnSync('/bin/sh', given, {
        env: { PATH: process.env.PATH, DATA_DIR: folder },
        encoding: 'utf8',
      }).stderr;
    };
    expect(closed('operator', 'list')).toBe('exit code 141\n');
    expect(closed('backup', copy)).toBe('exit code 141\n');
    expect(fs.existsSync(copy)).toBe(true);
    // A code that says more is kept.
    expect(closed('migrate')).toBe('exit code 2\n');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
