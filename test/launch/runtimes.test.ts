/** The commands that start program processes. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { command } from '../../server/launch/runtimes.ts';

it.each(['a,b', ',a', 'a,', 'a,,b', 'b,a'])(
  'command: on Deno, a process in the folder "%s" reads that and no other',
  (name) => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'command-'));
    const folder = path.join(root, name);
    for (const each of [name, 'a', 'b']) fs.mkdirSync(path.join(root, each), { recursive: true });
    const entry = path.join(folder, 'entry.js');
    const read = (each: string) => `Deno.readDirSync(${JSON.stringify(path.join(root, each))})`;
    const isDenied = (each: string) =>
      `try { ${read(each)}; console.log('read'); } catch { console.log('denied'); }`;
    fs.writeFileSync(entry, [isDenied(name), isDenied('a'), isDenied('b')].join('\n'));
    const { file, args } = command('deno', entry);
    expect(execFileSync(file, args, { encoding: 'utf8' })).toBe('read\ndenied\ndenied\n');
    fs.rmSync(root, { recursive: true });
  },
);
