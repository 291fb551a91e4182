/** Runs a program of the probe, and reads its answer. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { bounded } from './bounds.ts';
import { readLines } from './lines.ts';
import type { Command } from './runtimes.ts';

/** The output of a program of the probe: what was not refused, and the versions of its runtime and its parts. */
export type Answer = { given: string[]; versions: Record<string, string | undefined> };

/** Longest that a process of the probe may take, in ms. */
const LIMIT_MS = 10_000;
/** More than it needs. The limits of a pass are in effect, since one of them is that no file can be written. */
const BOUNDS = { files: 1024, cpuSeconds: 60 };

/** Resolves with the answer of a process, or with the reason why there is none. Never rejects. */
export function answerOf(command: Command): Promise<Answer | string> {
  const { file, args, env, cwd } = bounded(command, BOUNDS, null, 0);
  return new Promise((resolve) => {
    // In a session of its own: it makes its session give way, and the server is to keep its share of the cores.
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env },
      cwd,
      detached: true,
    });
    const said: string[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let answer: Answer | null = null;
    readLines(child.stdout, 65_536, (line) => {
      answer ??= parse(line);
    });
    readLines(child.stderr, 4096, (line) => {
      if (line !== '' && said.length < 3) said.push(line);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(error.message);
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      const name = path.basename(command.file);
      resolve(answer ?? (said.join(' ').replace(/\.$/, '') || `${name} ended with ${signal ?? exitCode}`));
    });
  });
}

/** Reads the program's line; null if it is of something else that was started in place of a runtime. */
function parse(line: string): Answer | null {
  try {
    const { given, versions }: Partial<Answer> = Object(JSON.parse(line));
    return Array.isArray(given) && typeof versions === 'object' ? { given, versions } : null;
  } catch {
    return null;
  }
}
