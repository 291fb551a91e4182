/** Runs downloadable scripts, a few at a time. */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll } from 'vitest';
import type { Language } from '../../server/exports/script.ts';
import { executable } from '../../server/launch/runtimes.ts';
import type { Spec } from '../../server/spec/spec.ts';

/** The default spec of a script: a few short jobs that wait. */
export const SPEC: Spec = {
  lesson: 'one-by-one',
  code: '',
  modes: ['sequential'],
  runtime: 'node',
  jobs: 3,
  workers: null,
  minSeconds: 0.02,
  maxSeconds: 0.1,
  work: 'wait',
  seed: 2 ** 40 + 7,
};

/** What people start; `PYTHON` names another. */
const PYTHON3 = process.env.PYTHON ?? 'python3';

/** Whether this machine has a Python that can run the scripts. */
export const HAS_PYTHON =
  spawnSync(PYTHON3, ['-c', 'import sys; assert sys.version_info >= (3, 9)']).status === 0;

const COMMANDS: Record<Language, string[]> = {
  mjs: [executable('node')],
  ts: [executable('deno'), 'run', '-A'],
  py: [PYTHON3],
};

/** Returns a function that saves a script and returns its path. The folder is removed after the file's tests. */
export function scriptSaver(): (name: string, text: string) => string {
  let folder: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scripts-'));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  return (name, text) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };
}

/** The result of a script. */
export type Played = { lines: string[]; stderr: string; exitCode: number | null };

/** Largest number of scripts at once. */
const AT_ONCE = 8;

/** Returns a function that runs a script in a mode, to its end, once fewer than the limit are running. */
export function scriptRunner(): (language: Language, file: string, mode: string) => Promise<Played> {
  let free = AT_ONCE;
  const waiting: (() => void)[] = [];
  return async (language, file, mode) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await play(language, file, mode);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

function play(language: Language, file: string, mode: string): Promise<Played> {
  const [command = '', ...args] = COMMANDS[language];
  // A script that hangs is killed, so that it does not outlive the test that it fails.
  const child = spawn(command, [...args, file, mode], { timeout: 100_000, killSignal: 'SIGKILL' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ lines: stdout.split('\n').slice(0, -1), stderr, exitCode }));
  });
}
