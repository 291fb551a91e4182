/** The console of a lane: `log` and `console.*` become log events, one per line, within the job's limit. */
import { AsyncLocalStorage, Buffer, Console, Writable } from './builtins.ts';
import { emit } from './emit.ts';
import type { Lines } from './line.ts';
import { eachLine, withoutNewline } from './text.ts';

const { byteLength } = Buffer;

/** What code belongs to: a job, main (null), or the program's check. */
export type Owner = number | null | 'check';

/** The job that the running code belongs to, or what else. Jobs share a thread on the event loop. */
export const currentJob = new AsyncLocalStorage<Owner>();

/** Returns the job that code of `owner` is reported with: the check runs on main's lane, as main does. */
export function jobOf(owner: Owner | undefined): number | null {
  return typeof owner === 'number' ? owner : null;
}

/** Returns what the console calls an owner at the start of a sentence. */
export function nameOf(owner: Owner): string {
  return owner === 'check' ? 'Check' : owner === null ? 'Main' : `Job ${owner}`;
}

const written = new Map<number | null, number>();
let limitBytes = Number.POSITIVE_INFINITY;
let hear: (job: number | null, text: string) => void = () => {};

/** Calls `listener` with each line that the program writes itself from now on, as it is sent. */
export function hearOutput(listener: (job: number | null, text: string) => void): void {
  hear = listener;
}

/** Writes what the program itself writes to the console: see `writeLog`. */
export function writeOutput(
  lane: number,
  job: number | null,
  stream: 'stdout' | 'stderr',
  text: string,
  line: number | undefined,
): void {
  writeLog(lane, job, stream, text, line, hear);
}

/**
 * Writes `text` to the console, one log event per line. `line` is the line of the program that wrote it, if known.
 * Lines beyond the job's limit are not sent. Calls `onSent` with each that is.
 */
export function writeLog(
  lane: number,
  job: number | null,
  stream: 'stdout' | 'stderr',
  text: string,
  line: number | undefined,
  onSent: (job: number | null, text: string) => void = () => {},
): void {
  eachLine(text, (part) => {
    const before = written.get(job) ?? 0;
    // The line that crosses the limit is still sent: from it the server knows that the log was cut.
    if (before > limitBytes) return false;
    const sent = emit({ type: 'log', lane, job, stream, text: part, line });
    // Counts as the server does: what was cut from a line that is too long was not sent.
    const sentText = sent.type === 'log' ? sent.text : part;
    written.set(job, before + byteLength(sentText) + 1);
    onSent(job, sentText);
    return true;
  });
}

/** Forgets how much each job has written: that was in a schedule that is over. */
export function forgetOutput(): void {
  written.clear();
}

/** What the console of this thread belongs to; null before it is redirected. */
let redirected: { lane: number; lines: Lines } | null = null;

/** Makes `console.*` of this thread write to the console of `lane`, with the lines of the program that call it. */
export function redirectConsole(lane: number, logBytes: number, lines: Lines): void {
  limitBytes = logBytes;
  if (redirected !== null) {
    // In the rehearsal, which takes most of the time.
    Object.assign(redirected, { lane, lines });
    return;
  }
  const to = { lane, lines };
  redirected = to;
  let line: number | undefined;
  const writeTo = (stream: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        const plain = to.lines.plain(withoutNewline(text));
        writeOutput(to.lane, jobOf(currentJob.getStore()), stream, plain, line);
        done();
      },
    });
  const methods = new Console({ stdout: writeTo('stdout'), stderr: writeTo('stderr'), ignoreErrors: false });
  for (const [name, method] of Object.entries(methods)) {
    if (typeof method !== 'function') continue;
    const called = (...args: unknown[]) => {
      // A logged value may have a getter that logs.
      const before = line;
      line = to.lines.ofCall(called);
      try {
        return Reflect.apply(method, methods, args);
      } finally {
        line = before;
      }
    };
    Reflect.set(console, name, called);
  }
}
