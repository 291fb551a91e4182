/** Reads what a process writes: its reports, and what it writes past them, within limits. */
import { parseReport } from '../protocol/parse.ts';
import type { Stamped } from '../protocol/reports.ts';
import { LINE_BYTES } from '../protocol/wire.ts';
import type { Intake, Pipe } from './intake.ts';
import type { Spawned } from './spawned.ts';
import { afterArrivals } from './turn.ts';

/**
 * Most lines that a process may write past the console, which reports what it is given. Each costs the server time,
 * however short it is.
 */
const MAX_STRAY_LINES = 100_000;
/**
 * How long the pipes of a process that has ended may bring nothing before they count as read, in ms, and how many times
 * they may bring something: a pipe inherited by another process stays open.
 */
const DRAIN = { ms: 500, times: 10 };

/** Callbacks for what a process writes. */
type OutputListener = {
  report(stamped: Stamped): void;
  /** A line that is no report: of its standard error, or one that the program wrote to its standard output directly. */
  stray(line: string): void;
  /** It wrote more than it may. `what` continues a sentence: `wrote more than 64 MiB`. */
  excess(what: string): void;
};

/** The standard output and standard error of a process. */
export class Output {
  #process: Spawned;
  #listener: OutputListener;
  #pipes: Pipe[];
  #maxMib: number;
  #bytes = 0;
  #strayLines = 0;

  /** `maxMib`: most MiB that the process may write. */
  constructor(process: Spawned, intake: Intake, maxMib: number, listener: OutputListener) {
    this.#process = process;
    this.#listener = listener;
    this.#maxMib = maxMib;
    const onBytes = (count: number) => this.#countBytes(count);
    const onStray = (line: string) => {
      this.#countStray();
      listener.stray(line);
    };
    let isAfterBlank = false;
    const onLine = (line: string) => {
      const isBlank = line === '';
      // A blank line precedes every report: see `emit`.
      if (isBlank && isAfterBlank) this.#countStray();
      isAfterBlank = isBlank;
      if (isBlank) return;
      const stamped = parseReport(line);
      if (stamped) listener.report(stamped);
      else onStray(line);
    };
    const { stdout, stderr } = process;
    this.#pipes = [
      ...(stdout ? [intake.read(stdout, LINE_BYTES, { onBytes, onLine })] : []),
      ...(stderr ? [intake.read(stderr, LINE_BYTES, { onBytes, onLine: onStray })] : []),
    ];
  }

  /** Drops all that has not been read. */
  discard(): void {
    for (const pipe of this.#pipes) pipe.discard();
  }

  /**
   * Resolves when the pipes of the process, which has ended, are closed, or bring nothing more, and all is read. Closes
   * them: another process that has inherited them may stay.
   */
  async drained(): Promise<void> {
    const { stdin, stdout, stderr } = this.#process;
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let hasRead = false;
      const onData = () => {
        hasRead = true;
      };
      const wait = (times: number) => {
        hasRead = false;
        const check = () => {
          // What is paused may have more to bring.
          if (this.#pipes.some(({ isWaiting }) => isWaiting)) wait(times);
          else if (hasRead && times > 1) wait(times - 1);
          else resolve();
        };
        // A busy server reads late: after the timer, what is there is read first.
        timer = setTimeout(() => afterArrivals(check), DRAIN.ms);
      };
      stdout?.on('data', onData);
      stderr?.on('data', onData);
      this.#process.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      wait(DRAIN.times);
    });
    await Promise.all(this.#pipes.map((pipe) => pipe.settled()));
    for (const pipe of [stdin, stdout, stderr]) pipe?.destroy();
  }

  #countBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > this.#maxMib * 2 ** 20) this.#listener.excess(`wrote more than ${this.#maxMib} MiB`);
  }

  #countStray(): void {
    if (++this.#strayLines > MAX_STRAY_LINES)
      this.#listener.excess(`wrote more than ${MAX_STRAY_LINES.toLocaleString('en')} lines past its console`);
  }
}
