/**
 * Writes reports to the server, synchronously and from whichever thread calls: a job that blocks its thread right
 * afterwards has been heard all the same.
 */
import fs from 'node:fs';
import process from 'node:process';
import type { Report } from '../protocol/reports.ts';
import { LINE_BYTES } from '../protocol/wire.ts';

const encoder = new TextEncoder();
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Now, in ms, on a clock that only goes forward within a process and that all processes of a machine agree on, unless
 * the machine's own clock was set meanwhile; the server checks for that.
 */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Sends one report, stamped with `t`. Returns what it sent, when that is in the pipe: a text that makes it too long is cut. */
export function emit(report: Report, t = now()): Report {
  let sent = report;
  let line = encode(sent, t);
  for (; line.length > LINE_BYTES; line = encode(sent, t)) sent = shorten(sent, line.length);
  while (line.length > 0) {
    try {
      line = line.subarray(fs.writeSync(1, line));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      // The pipe is full where the descriptor is non-blocking: the server reads on, so wait and lose nothing.
      if (code === 'EAGAIN') Atomics.wait(pause, 0, 0, 1);
      // Nobody reads: the server is gone, and so is the reason to run.
      else process.exit(1);
    }
  }
  return sent;
}

function encode(report: Report, t: number): Uint8Array {
  // A line of its own, also where the program wrote something without an end to the same pipe.
  return encoder.encode(`\n${JSON.stringify({ t, report })}\n`);
}

/** Cuts the text of a report whose line has `bytes`; to be called again while that is still too much. */
function shorten(report: Report, bytes: number): Report {
  const cut = (text: string) => {
    const keep = Math.min(text.length - 2, Math.floor((text.length * (LINE_BYTES - 200)) / bytes));
    return `${text.slice(0, Math.max(0, keep))}…`;
  };
  if (report.type === 'log') return { ...report, text: cut(report.text) };
  if ('error' in report && report.error !== null) return { ...report, error: cut(report.error) };
  throw new RangeError(`A report of ${bytes} bytes is too long.`);
}
