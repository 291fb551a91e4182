/** The server under test, started as in README, on Node or Deno. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { executable } from '../../../server/launch/runtimes.ts';
import type { Runtime } from '../../../server/spec/runtimes.ts';
import type { Inside } from './inside.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const INSIDE = fileURLToPath(new URL('inside.ts', import.meta.url));
/** Flags of Node. */
const WATCHED = ['--expose-gc', '--import', pathToFileURL(INSIDE).href];

/** Longest start, end, and answer to a signal, in ms. */
const LONGEST_MS = 60_000;

/** A program and its arguments, to start from the project's folder. */
export type Command = [file: string, args: string[]];

/**
 * Returns the command that starts the server with inside.ts loaded first. `heapMib`: the most that its heap may take,
 * if that is bounded.
 */
export function serverOn(runtime: Runtime, heapMib?: number): Command {
  if (runtime === 'node') {
    const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const [, ...options]: string[] = scripts.start.split(' ');
    const bound = heapMib === undefined ? [] : [`--max-old-space-size=${heapMib}`];
    return [process.execPath, [...WATCHED, ...bound, ...options]];
  }
  const bound = heapMib === undefined ? '' : `,--max-old-space-size=${heapMib}`;
  const flags = `--preload=${INSIDE} --v8-flags=--expose-gc${bound}`;
  const script = fs.readFileSync(path.join(ROOT, 'server/start-deno.sh'), 'utf8');
  return ['/bin/sh', ['-c', script.replace('deno run', `deno run ${flags}`)]];
}

/** Returns the command that starts a script which prints its address, with inside.ts loaded first. */
export function scriptOn(runtime: Runtime, script: string): Command {
  if (runtime === 'node') return [process.execPath, [...WATCHED, script]];
  return [executable('deno'), ['run', '-A', `--preload=${INSIDE}`, '--v8-flags=--expose-gc', script]];
}

export class Soaked {
  /** Has all that it writes: its data, its programs, and its temporary files. */
  readonly folder: string;
  /** Lines of its standard error, in order. */
  readonly stderr: string[] = [];
  readonly exited: Promise<string>;
  #process: ChildProcess;
  #onInside: (line: string) => void = () => {};
  #url = Promise.withResolvers<string>();

  constructor([file, args]: Command, env: Record<string, string>) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'soak-'));
    // Programs of other users are in it.
    fs.chmodSync(this.folder, 0o711);
    for (const name of ['data', 'tmp']) fs.mkdirSync(path.join(this.folder, name));
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(file, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A session of its own, as a service has: Linux shares out cores between sessions, and this one’s browsers are not
      // part of the server.
      detached: true,
      env: {
        PATH,
        HOME,
        PORT: '0',
        DATA_DIR: path.join(this.folder, 'data'),
        SANDBOX_DIR: path.join(this.folder, 'sandbox'),
        TMPDIR: path.join(this.folder, 'tmp'),
        ...env,
      },
    });
    this.#process = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.stderr.push(line));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.#onInside(line);
      const url = /http:\/\/\S+/.exec(line)?.[0];
      if (url) this.#url.resolve(url.replace(/\/$/, ''));
    });
    this.exited = once(child, 'exit').then(([exitCode, signal]) => String(signal ?? exitCode));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Whether it has neither ended nor been ended. */
  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves with its address once it listens. */
  url(): Promise<string> {
    return this.#within(this.#url.promise);
  }

  /** Collects its garbage, and returns what it then knows of itself. */
  inside(): Promise<Inside> {
    const said = new Promise<Inside>((resolve) => {
      this.#onInside = (line) => resolve(JSON.parse(line));
    });
    this.#process.kill('SIGUSR2');
    return this.#within(said);
  }

  /** Asks it to end. Resolves with the exit code, or the signal that it took. */
  async end(): Promise<string> {
    this.#process.kill('SIGTERM');
    return this.#within(this.exited);
  }

  /** Ends it in any case, and removes its folder. */
  async destroy(): Promise<void> {
    if (this.isRunning) this.#process.kill('SIGKILL');
    await this.exited;
    // The guard of a server that was killed removes its part of it at the same time.
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Rejects if the server ends or does not answer. */
  async #within<T>(answer: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('The server does not answer.')), LONGEST_MS);
    const gone = this.exited.then((how) => {
      throw new Error(`The server has ended (${how}): ${this.stderr.slice(-20).join('\n')}`);
    });
    gone.catch(() => {});
    try {
      return await Promise.race([answer, late.promise, gone]);
    } finally {
      clearTimeout(timer);
    }
  }
}
