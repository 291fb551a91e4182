/** The console of a lane: `log` and `console.*` become log events, a line each, within the job's limit. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Buffer } from 'node:buffer';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { emit } from './emit.ts';

/** The job that the code now running belongs to: several share a thread on the event loop. */
export const currentJob = new AsyncLocalStorage<number>();

const written = new Map<number | null, number>();
let limitBytes = Number.POSITIVE_INFINITY;

/** Writes `text` to the console, a log event a line. What goes past the limit of the job is not sent. */
export function writeLog(lane: number, job: number | null, stream: 'stdout' | 'stderr', text: string): void {
  for (const line of text.split('\n')) {
    const before = written.get(job) ?? 0;
    // The line that crosses the limit is still sent: by it the server knows to say that the log was cut.
    if (before > limitBytes) return;
    written.set(job, before + Buffer.byteLength(line) + 1);
    emit({ type: 'log', lane, job, stream, text: line });
  }
}

/** Makes `console.*` of this thread write to the console of `lane`. */
export function redirectConsole(lane: number, logBytes: number): void {
  limitBytes = logBytes;
  const to = (stream: 'stdout' | 'stderr') =>
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        writeLog(lane, currentJob.getStore() ?? null, stream, text.replace(/\n$/, ''));
        done();
      },
    });
  Object.assign(console, new Console({ stdout: to('stdout'), stderr: to('stderr'), ignoreErrors: false }));
}
