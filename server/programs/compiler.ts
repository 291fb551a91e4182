/**
 * Compiles programs that somebody wrote in one language, in a process of its own: compile-process.ts, or
 * check-process.py. It is kept warm, has limits, and is replaced after it has failed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Guard } from '../launch/guard.ts';
import { readLines } from '../launch/lines.ts';
import { type Command, executable, PYTHON_FLAGS } from '../launch/runtimes.ts';
import type { Compiled, CompileOrder, CompileReport } from './compile-process.ts';

/** Longest that one program may take, in ms: 64 KiB take 50. */
const LIMIT_MS = 5000;
/** Longest that the process may take to start, in ms: it takes 60. */
const START_MS = 4000;
/** Pause before it is started again if it did not start, in ms. */
const RETRY_MS = 2000;
/** After how many failed starts in a row programs are refused: a single one may have been killed by somebody. */
const MOST_FAILURES = 2;
/** Most memory of the process, in MiB: it takes 90 after many programs. */
const LIMIT_MIB = 400;
/** Most compiled programs that are kept, and most that wait. */
const KEPT = 200;
const MOST_WAITING = 100;
/** Longest answer, in characters: a program of the longest kind, each character escaped in JSON. */
const ANSWER_LENGTH = 2 ** 20;

/** What the answer is where the compiler gave up. */
const gaveUp = (why: string): Compiled => ({
  ok: false,
  errors: [{ line: 1, column: 1, text: `The compiler gave up on this program: ${why}. Make it simpler.` }],
});

type Waiting = {
  source: string;
  took: (ms: number) => void;
  resolve: (compiled: Compiled) => void;
  /** Whether a process has ended by itself while it compiled the program. */
  hasEndedOne?: boolean;
  reject: (error: Error) => void;
};

/** How to start a compile process. */
type CompileCommand = Pick<Command, 'file' | 'args'>;

/** Returns the command of the process for JavaScript. `entry`: path of the bundled compile process. */
export function javaScriptCompiler(entry: string): CompileCommand {
  const permissions = ['--permission', `--allow-fs-read=${entry}`];
  return {
    file: executable('node'),
    args: [...permissions, '--experimental-vm-modules', '--no-warnings', entry],
  };
}

/** Returns the command of the process for Python. `script`: path of check-process.py; `python`: the executable. */
export function pythonCompiler(script: string, python: string): CompileCommand {
  return { file: python, args: [...PYTHON_FLAGS, '-W', 'ignore', script] };
}

export class Compiler {
  #command: CompileCommand;
  #name: string;
  #guard: Guard;
  #process: ChildProcess | null = null;
  /** The first of them is being compiled. */
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #ids = 0;
  /** When the first of them was sent. */
  #sentAt = 0;
  #isClosing = false;
  /** Why the process did not start, when it was last tried. */
  #trouble: string | null = null;
  #retry: NodeJS.Timeout | undefined;
  /** How often in a row it did not start. */
  #failures = 0;
  /** By the hash of the source; the latest used are last. */
  #kept = new Map<string, Promise<Compiled>>();

  /** `name`: of its language, for the operator. */
  constructor(command: CompileCommand, guard: Guard, name = 'JavaScript') {
    this.#command = command;
    this.#name = name;
    this.#guard = guard;
  }

  /** Why no program can be compiled, for the operator; null if nothing is known to stand against it. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Starts the process, so that the first program need not wait for it. */
  warm(): void {
    if (!this.#isClosing) this.#process ??= this.#start();
  }

  /**
   * Compiles a program. The same program is compiled once. `took` hears how long that took, in ms, if it had to be done
   * for this call; waiting for others is no part of it. Rejects with `CompilerBusyError` if too many wait, or if it is
   * closing, and with `CompilerDownError` if its process does not start.
   */
  compile(source: string, took: (ms: number) => void = () => {}): Promise<Compiled> {
    const key = keyOf(source);
    const kept = this.#kept.get(key) ?? this.#enter(source, took);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    // A limit may have been reached because the machine was busy.
    kept.then(
      ({ ok }) => ok || this.#kept.delete(key),
      () => this.#kept.delete(key),
    );
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }

  /** Drops what is kept of a program. */
  forget(source: string): void {
    this.#kept.delete(keyOf(source));
  }

  /** Ends the process. Programs that wait are given up. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retry);
    const ending = this.#process;
    if (ending === null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  }

  #enter(source: string, took: (ms: number) => void): Promise<Compiled> {
    if (this.#isClosing || this.#waiting.length >= MOST_WAITING)
      return Promise.reject(new CompilerBusyError('Too many programs are being compiled.'));
    // Another attempt is due soon.
    if (this.#trouble !== null) return Promise.reject(new CompilerDownError(this.#trouble));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ source, took, resolve, reject });
      if (this.#waiting.length === 1) this.#next();
    });
  }

  /** Sends the first program that waits. */
  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#process ??= this.#start();
    const order: CompileOrder = { id: ++this.#ids, source: first.source };
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`);
    this.#sentAt = performance.now();
    this.#timer = setTimeout(() => this.#giveUp(`it took longer than ${LIMIT_MS / 1000} s`), LIMIT_MS);
  }

  /** Ends the process, and answers the program that it was compiling. */
  #giveUp(why: string): void {
    const failing = this.#process;
    this.#process = null;
    failing?.kill('SIGKILL');
    this.#answer(gaveUp(why));
  }

  #answer(compiled: Compiled): void {
    clearTimeout(this.#timer);
    const first = this.#waiting.shift();
    first?.took(performance.now() - this.#sentAt);
    first?.resolve(compiled);
    this.#next();
  }

  /** Starts the process again, as it did not start. If that goes on, gives up all programs that wait, and pauses. */
  #restart(why: string): void {
    if (++this.#failures < MOST_FAILURES) {
      if (this.#waiting.length > 0) this.#next();
      else this.warm();
      return;
    }
    if (this.#trouble === null) console.error(`compiler of ${this.#name}: ${why}`);
    this.#trouble = `The compile process of ${this.#name}: ${why}.`;
    for (const { reject } of this.#waiting.splice(0)) reject(new CompilerDownError(this.#trouble));
    this.#retry = setTimeout(() => this.warm(), RETRY_MS).unref();
  }

  #start(): ChildProcess {
    const command = this.#guard.command(this.#command);
    const started = spawn(command.file, command.args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      cwd: path.dirname(this.#command.args.at(-1) ?? ''),
      env: {},
    });
    const { pid } = started;
    const isCurrent = () => this.#process === started;
    let hasStarted = false;
    const timer = setTimeout(() => started.kill('SIGKILL'), START_MS);
    const ended = (how: unknown) => {
      clearTimeout(timer);
      if (pid !== undefined) this.#guard.unwatch(pid);
      if (!isCurrent()) return;
      this.#process = null;
      clearTimeout(this.#timer);
      if (this.#isClosing) return;
      if (!hasStarted) return this.#restart(`it did not start (${how instanceof Error ? how.message : how})`);
      const [first] = this.#waiting;
      if (first === undefined) return;
      // Somebody may have killed it. If the program did, it will do so again.
      if (first.hasEndedOne) return this.#answer(gaveUp('its process ended'));
      first.hasEndedOne = true;
      this.#next();
    };
    started.once('error', ended);
    started.once('exit', (exitCode, signal) => ended(signal ?? exitCode));
    started.stdin?.on('error', () => {});
    if (pid !== undefined)
      this.#guard.watch(pid, {
        usage: ({ rssBytes }) => {
          if (rssBytes > LIMIT_MIB * 2 ** 20 && isCurrent()) this.#giveUp('it took too much memory');
        },
        unseen: () => isCurrent() && this.#giveUp('its memory could not be watched'),
      });
    readLines(started.stdout, ANSWER_LENGTH, (line) => {
      if (!isCurrent()) return;
      const report = parse(line);
      if (report === null) return;
      if ('started' in report) {
        clearTimeout(timer);
        hasStarted = true;
        this.#failures = 0;
        this.#trouble = null;
        return;
      }
      const { id, isSpent, compiled } = report;
      if (id !== this.#ids) return;
      if (isSpent) {
        this.#process = null;
        started.kill('SIGKILL');
      }
      this.#answer(compiled);
      this.warm();
    });
    return started;
  }
}

/** Reads a line of the process; null if it is of something else that was started in its place. */
function parse(line: string): CompileReport | null {
  try {
    const report: unknown = JSON.parse(line);
    return typeof report === 'object' ? (report as CompileReport | null) : null;
  } catch {
    return null;
  }
}

function keyOf(source: string): string {
  return createHash('sha256').update(source).digest('base64');
}

/** Too many programs are being compiled. */
export class CompilerBusyError extends Error {}

/** The process that compiles programs does not start; the message says why, to the operator. */
export class CompilerDownError extends Error {}
