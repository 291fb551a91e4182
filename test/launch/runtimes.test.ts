/** The commands that start program processes. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { command, executable, unchanged } from '../../server/launch/runtimes.ts';

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
    const { file, args, env } = command('deno', entry);
    // As it is started, without a home folder.
    expect(execFileSync(file, args, { encoding: 'utf8', env })).toBe('read\ndenied\ndenied\n');
    fs.rmSync(root, { recursive: true });
  },
);

it('command: on Deno, what V8 compiles is kept in the folder for it', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'command-'));
  const entry = path.join(folder, 'entry.js');
  fs.writeFileSync(entry, 'console.log("started");');
  const kept = path.join(folder, 'kept');
  const { file, args, env } = command('deno', entry, undefined, kept);
  execFileSync(file, args, { env });
  expect(fs.readdirSync(kept).filter((name) => /code_cache/.test(name))).not.toEqual([]);
  fs.rmSync(folder, { recursive: true });
});

it('command: on Deno, a user without a name and a home folder can start a process', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'command-'));
  const entry = path.join(folder, 'entry.js');
  fs.writeFileSync(entry, 'console.log("started", Deno.uid());');
  fs.chmodSync(folder, 0o755);
  const { file, args, env } = command('deno', entry);
  // Only root can be another user.
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: 12_345, gid: 12_345 } : {};
  const flags = args.flatMap((arg) => (arg === entry ? [`--allow-sys=uid`, arg] : [arg]));
  const started = execFileSync(file, flags, { encoding: 'utf8', env, ...user });
  expect(started).toBe(`started ${isRoot ? 12_345 : process.getuid?.()}\n`);
  fs.rmSync(folder, { recursive: true });
});

it('executable: a server on Deno passes its own as it is to other programs, and adds no permissions', () => {
  const file = executable('deno');
  const echo = (name: string) =>
    `spawnSync('/bin/echo', ['--', ${JSON.stringify(name)}, '/x', 'run'], options).stdout`;
  const code = `import { spawnSync } from 'node:child_process'; const options = { encoding: 'utf8' };
    console.log(JSON.stringify([${echo(file)}, ${echo(unchanged(file))}]));`;
  const env = { DENO_DIR: '/dev/null/none' };
  const [changed, kept] = JSON.parse(execFileSync(file, ['eval', code], { encoding: 'utf8', env }));
  expect(changed).toContain(' -A ');
  expect(kept).toBe(`-- ${unchanged(file)} /x run\n`);
});
