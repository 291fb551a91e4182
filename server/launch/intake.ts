/**
 * Reads what the processes of all runs write, in turns: however much one of them writes, there is time in between for
 * what the others write, and for requests.
 */
import type { Readable } from 'node:stream';
import { LineSplitter } from './lines.ts';
import { afterArrivals } from './turn.ts';

/** How long lines may be handled in one turn of the event loop, in ms: what a request waits for at most. */
const TURN_MS = 2;
/** How long one pipe may be read before the next has its turn, in ms. */
const SHARE_MS = 0.5;
/** After how many lines the clock is read again: a line takes from 0.1 µs to 0.1 ms. */
const BATCH = 8;

/** A pipe that is being read. */
export type Pipe = {
  /** Whether lines have arrived that have not been handled. */
  readonly isWaiting: boolean;
  /** Resolves when all lines that have arrived are handled. */
  settled(): Promise<void>;
  /** Drops all further lines. */
  discard(): void;
};

/** What is read from a pipe: `onBytes` is called with the size of each piece that arrives, `onLine` with each line. */
type PipeListener = { onBytes(count: number): void; onLine(line: string): void };

/** Reads the pipes of a server's processes. */
export class Intake {
  /** The pipes with lines that have not been handled, in the order of their turns. Each of them is paused. */
  #waiting: Source[] = [];
  /** When the time for lines in this turn of the event loop is up; null if nothing was read in it. */
  #deadline: number | null = null;

  /** Reads the lines of a pipe, of at most `limit` characters: a longer one comes in pieces. */
  read(stream: Readable, limit: number, listener: PipeListener): Pipe {
    const source = new Source(stream, limit, listener);
    const onArrival = () => {
      if (source.isWaiting) stream.pause();
      else this.#handle(source);
    };
    stream.on('data', (bytes: Buffer) => {
      source.push(bytes);
      onArrival();
    });
    stream.on('end', () => {
      source.end();
      onArrival();
    });
    return source;
  }

  /** Handles lines of a pipe until there are none, or time is up: then it waits for its next turn. */
  #handle(source: Source): void {
    const now = performance.now();
    if (this.#deadline === null) {
      this.#deadline = now + TURN_MS;
      afterArrivals(() => this.#nextTurn());
    }
    const isDone = source.handle(Math.min(now + SHARE_MS, this.#deadline));
    source.isWaiting = !isDone;
    if (!isDone) this.#waiting.push(source);
  }

  #nextTurn(): void {
    this.#deadline = null;
    if (this.#waiting.length === 0) return;
    do {
      const next = this.#waiting.shift();
      if (next) this.#handle(next);
    } while (this.#waiting.length > 0 && performance.now() < (this.#deadline ?? 0));
  }
}

/** A pipe, and the lines of it that have not been handled. */
class Source implements Pipe {
  isWaiting = false;
  #stream: Readable;
  #listener: PipeListener;
  #lines: LineSplitter;
  #isDiscarding = false;
  #whenSettled: (() => void)[] = [];

  constructor(stream: Readable, limit: number, listener: PipeListener) {
    this.#stream = stream;
    this.#listener = listener;
    this.#lines = new LineSplitter(limit);
  }

  push(bytes: Buffer): void {
    if (this.#isDiscarding) return;
    this.#lines.push(bytes);
    this.#listener.onBytes(bytes.length);
  }

  end(): void {
    this.#lines.end();
  }

  /** Handles lines until `deadline`, on the clock of `performance.now`. Returns whether there are no more for now. */
  handle(deadline: number): boolean {
    for (let count = 1; ; count++) {
      const line = this.#isDiscarding ? null : this.#lines.next();
      if (line === null) break;
      this.#listener.onLine(line);
      if (count % BATCH > 0 || performance.now() < deadline) continue;
      this.#stream.pause();
      return false;
    }
    // A pipe that is being read for the first time is not paused.
    if (this.#stream.isPaused()) this.#stream.resume();
    for (const resolve of this.#whenSettled.splice(0)) resolve();
    return true;
  }

  settled(): Promise<void> {
    return this.isWaiting ? new Promise((resolve) => this.#whenSettled.push(resolve)) : Promise.resolve();
  }

  discard(): void {
    this.#isDiscarding = true;
  }
}
