/**
 * Writes reports to the server, synchronously and from any thread: the server receives them even if the job blocks its
 * thread right afterwards.
 */
import type { Report } from '../protocol/reports.ts';
import { LINE_BYTES } from '../protocol/wire.ts';
import { writeErrors, writeOut } from './builtins.ts';
import { exit } from './exit.ts';

// Taken before the program loads, as are the globals (natives.ts): it cannot keep its lane from reporting.
const encoder = new TextEncoder();
const encodeText = encoder.encode.bind(encoder);
const { isArray, prototype: arrays } = Array;
const objects: { toJSON?: unknown } = Object.prototype;
let latest: Report | null = null;
let diverted: ((report: Report) => Report) | null = null;
let watch: ((report: Report) => void) | null = null;
let isLost = false;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Returns the time in ms. The clock never goes back within a process, and all processes of a machine agree on it unless
 * the machine's clock was set in between, which the server checks.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Sends one report, stamped with `t`, and returns once it is in the pipe. Returns the report as sent: if the line is
 * too long, its text is cut.
 */
export function emit(report: Report, t?: number): Report {
  watch?.(report);
  latest = diverted ? diverted(report) : send(report, t ?? now());
  return latest;
}

/** Calls `before` with all that this thread is about to report. */
export function watchReports(before: (report: Report) => void): void {
  watch = before;
}

/** Passes all that this thread reports from now on to `take` instead, which returns what it made of it. */
export function divertReports(take: (report: Report) => Report): void {
  diverted = take;
}

/** Writes no report from now on: each is made ready to be written, and dropped. */
export function rehearseReports(): void {
  diverted = (report) => {
    encode(report, now());
    return report;
  };
}

/** Writes reports to the server again. */
export function hearReports(): void {
  diverted = null;
}

/** Writes a report to the server, whether reports are diverted or not. Returns it as sent. */
export function send(report: Report, t: number): Report {
  let sent = report;
  let line = encode(sent, t);
  for (; line.length > LINE_BYTES; line = encode(sent, t)) sent = shorten(sent, line.length);
  for (let at = 0; at < line.length; ) {
    try {
      at += writeOut(line, at);
    } catch (error) {
      // The pipe is full and the descriptor is non-blocking. The server keeps reading, so wait and lose nothing.
      if (codeOf(error) === 'EAGAIN') Atomics.wait(pause, 0, 0, 1);
      else lost();
    }
  }
  return sent;
}

/** Returns the report that this thread has sent last; null if it has sent none. */
export function latestReport(): Report | null {
  return latest;
}

function encode(report: Report, t: number): Uint8Array {
  // The newline in front makes it a separate line even if the program wrote an unfinished line to the same pipe.
  return encodeText(`\n${JSON.stringify(plain({ t, report }))}\n`);
}

/** Returns a value that has the same JSON, whatever the program says of its objects with `toJSON`. */
function plain(value: unknown): unknown {
  if (objects.toJSON === undefined && !('toJSON' in arrays)) return value;
  if (typeof value !== 'object' || value === null) return value;
  const copy: object = isArray(value) ? [] : Object.create(null);
  for (const key of Object.keys(value))
    Object.defineProperty(copy, key, { value: plain(Reflect.get(value, key)), enumerable: true });
  return Object.defineProperty(copy, 'toJSON', { value: undefined });
}

/** Ends this process, which can report nothing more: the server is gone, or the program has closed the pipe. */
function lost(): never {
  // Its end makes reports, too.
  if (!isLost) writeErrors('The program has closed its standard output, by which its run is reported.\n');
  isLost = true;
  exit(1);
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}

/** Cuts the text of a report with a line of `bytes`. If the result is still too long, call it again. */
function shorten(report: Report, bytes: number): Report {
  const cut = (text: string) => {
    const keep = Math.min(text.length - 2, Math.floor((text.length * (LINE_BYTES - 200)) / bytes));
    return `${text.slice(0, Math.max(0, keep))}…`;
  };
  if (report.type === 'log') return { ...report, text: cut(report.text) };
  if ('error' in report && report.error !== null) return { ...report, error: cut(report.error) };
  throw new RangeError(`A report of ${bytes} bytes is too long.`);
}
