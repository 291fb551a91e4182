/**
 * The shell of the guard: takes orders, a line each, and answers in lines (guard-script.ts). If it dies, or is stopped,
 * another takes its place.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { dying } from './bounds.ts';
import { SCRIPT } from './guard-script.ts';
import { readLines } from './lines.ts';
import { sendSignal } from './signal.ts';

/** The system's units, and whether it reports usage in /proc: the shell's first line. */
export type Units = { pageBytes: number; tickMs: number; hasUsage: boolean };

/** Callbacks for the shell. */
type ShellListener = {
  /** Another shell has taken the place of one that died: it knows of no process, and receives what is written from now on. */
  replaced(): void;
  /** A line of an answer, or its end: `.`. */
  line(line: string, units: Units): void;
};

/**
 * After how many unanswered requests a shell counts as late, and after how many as stopped, so that another takes its
 * place. Not after a time: a server that stood still itself has answers to read first.
 */
const UNANSWERED = { late: 8, stopped: 20 };
/** Pause between requests for a sign of life, in ms. */
const VERIFY_MS = 250;
/** Pause before a shell that died without any output is started again, in ms. */
const RETRY_MS = 1000;
/** How long the shell has to kill and remove what is left, in ms. */
const CLOSE_MS = 3000;

export class GuardShell {
  #folder: string;
  #setpriv: string | null;
  #listener: ShellListener;
  #process: ChildProcess;
  /** Of the current shell; null until it has said its first line. */
  #units: Units | null = null;
  /** Requests that it has not answered. */
  #unanswered = 0;
  #verifying: NodeJS.Timeout | null = null;
  /** Why the last one did not start; null if it did. */
  #failure: string | null = null;
  #restart: NodeJS.Timeout | undefined;
  #isClosing = false;

  /** `folder`: removed with all that is in it when the server has ended, in any way; none if empty. */
  constructor(folder: string, setpriv: string | null, listener: ShellListener) {
    this.#folder = folder;
    this.#setpriv = setpriv;
    this.#listener = listener;
    this.#process = this.#start();
  }

  /** Its process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Why it does not start, for the operator; null if it does. */
  get trouble(): string | null {
    return this.#failure;
  }

  /** Whether it has not answered for a while: it was stopped, or the machine is busy. */
  get isLate(): boolean {
    return this.#unanswered >= UNANSWERED.late;
  }

  /** Sends an order, but for `?`. */
  write(order: string): void {
    this.#process.stdin?.write(`${order}\n`);
  }

  /** Requests the usage of all processes. Replaces a shell that does not answer: somebody stopped it. */
  ask(): void {
    if (this.#unanswered >= UNANSWERED.stopped) this.#process.kill('SIGKILL');
    this.#unanswered++;
    this.write('?');
  }

  /** Requests a sign of life until there is one. */
  verify(): void {
    if (this.#verifying || this.#isClosing) return;
    this.ask();
    this.#verifying = setInterval(() => {
      if (this.#unanswered > 0) this.ask();
      else this.#endVerifying();
    }, VERIFY_MS).unref();
  }

  #endVerifying(): void {
    if (this.#verifying) clearInterval(this.#verifying);
    this.#verifying = null;
  }

  /** Ends it, and with it every process that it watches. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#endVerifying();
    const shell = this.#process;
    if (shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
    const exited = new Promise((resolve) => shell.once('exit', resolve));
    shell.stdin?.end();
    // It may have been stopped.
    sendSignal(shell, 'SIGCONT');
    const timer = setTimeout(() => sendSignal(shell, 'SIGKILL'), CLOSE_MS);
    await exited;
    clearTimeout(timer);
  }

  #start(): ChildProcess {
    // One that was stopped continues when the server dies, and does its work.
    const { file, args } = dying(
      { file: '/bin/sh', args: ['-c', SCRIPT, 'guard', this.#folder] },
      this.#setpriv,
      'CONT',
    );
    const shell = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: {},
    });
    this.#process = shell;
    this.#units = null;
    this.#unanswered = 0;
    shell.on('error', (error) => {
      if (shell.pid === undefined) this.#retry(`it cannot be started (${error.message})`);
    });
    // A write after it died fails; the next shell gets the whole list.
    shell.stdin?.on('error', () => {});
    readLines(shell.stdout, 4096, (line) => {
      if (this.#process === shell) this.#read(line);
    });
    shell.once('exit', (exitCode, signal) => {
      if (this.#isClosing) return;
      const how = `${signal ?? exitCode}`;
      if (this.#units === null) return this.#retry(`it ended before it had started (${how})`);
      console.error(`guard: its shell ended (${how}); another is started`);
      this.#replace();
    });
    return shell;
  }

  #replace(): void {
    this.#start();
    this.#listener.replaced();
  }

  /** Starts another one after a pause. If that goes on, says so once. */
  #retry(why: string): void {
    if (this.#isClosing) return;
    if (this.#failure === null)
      console.error(`guard: no shell: ${why}. Without it, nothing ends the runs of a server that is killed.`);
    this.#failure = `The guard has no shell (/bin/sh): ${why}.`;
    this.#restart = setTimeout(() => this.#replace(), RETRY_MS);
  }

  #read(line: string): void {
    if (this.#units === null) {
      this.#units = parseUnits(line);
      this.#failure = null;
      return;
    }
    if (line === '.') this.#unanswered--;
    this.#listener.line(line, this.#units);
  }
}

function parseUnits(line: string): Units {
  const [pageBytes = 4096, ticks = 100, hasUsage] = line.split(' ').map(Number);
  return { pageBytes, tickMs: 1000 / ticks, hasUsage: hasUsage === 1 };
}
