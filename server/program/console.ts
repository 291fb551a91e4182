/** The console of a lane: `log` and `console.*` become log events, a line each, within the job's limit. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Buffer } from 'node:buffer';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { emit } from './emit.ts';
import type { Lines } from './line.ts';

/** The job that the code now running belongs to, or null for main: several share a thread on the event loop. */
export const currentJob = new AsyncLocalStorage<number | null>();

const written = new Map<number | null, number>();
let limitBytes = Number.POSITIVE_INFINITY;

/**
 * Writes `text` to the console, a log event a line. `line` is that of the program, where it comes from one. What goes
 * past the limit of the job is not sent.
 */
export function writeLog(
  lane: number,
  job: number | null,
  stream: 'stdout' | 'stderr',
  text: string,
  line: number | undefined,
): void {
  for (const part of text.split('\n')) {
    const before = written.get(job) ?? 0;
    // The line that crosses the limit is still sent: by it the server knows to say that the log was cut.
    if (before > limitBytes) return;
    const sent = emit({ type: 'log', lane, job, stream, text: part, line });
    // As the server counts: what was cut from a line that is too long has not been sent.
    written.set(job, before + Buffer.byteLength(sent.type === 'log' ? sent.text : part) + 1);
  }
}

/** Makes `console.*` of this thread write to the console of `lane`, with the lines of the program that call it. */
export function redirectConsole(lane: number, logBytes: number, lines: Lines): void {
  limitBytes = logBytes;
  let line: number | undefined;
  const to = (stream: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        writeLog(lane, currentJob.getStore() ?? null, stream, lines.plain(text.replace(/\n$/, '')), line);
        done();
      },
    });
  const methods = new Console({ stdout: to('stdout'), stderr: to('stderr'), ignoreErrors: false });
  for (const [name, method] of Object.entries(methods)) {
    if (typeof method !== 'function') continue;
    const called = (...args: unknown[]) => {
      // What is shown may have a getter that logs itself.
      const before = line;
      line = lines.ofCall(called);
      try {
        return method.apply(methods, args);
      } finally {
        line = before;
      }
    };
    Reflect.set(console, name, called);
  }
}
