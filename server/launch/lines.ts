/** Splits bytes into lines without buffering more than one line beyond those that have not been taken. */
import { StringDecoder } from 'node:string_decoder';

/** Splits what is pushed into lines, which are taken one by one. */
export class LineSplitter {
  #limit: number;
  #decoder = new StringDecoder('utf8');
  #text = '';
  #at = 0;
  #hasEnded = false;

  /** A line longer than `limit` characters comes in pieces. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds bytes. */
  push(bytes: Buffer): void {
    this.#text = this.#text.slice(this.#at) + this.#decoder.write(bytes);
    this.#at = 0;
  }

  /** Adds nothing more: what is left without a newline is the last line. */
  end(): void {
    this.#hasEnded = true;
  }

  /** Takes the next line, without its newline; null if there is none. */
  next(): string | null {
    const from = this.#at;
    const newline = this.#text.indexOf('\n', from);
    const end = newline < 0 ? this.#text.length : newline;
    if (end - from > this.#limit) {
      this.#at = from + this.#limit;
      return this.#text.slice(from, this.#at);
    }
    if (newline >= 0) {
      this.#at = newline + 1;
      return this.#text.slice(from, newline);
    }
    if (!this.#hasEnded || end === from) return null;
    this.#at = end;
    return this.#text.slice(from);
  }
}

/**
 * Calls `onLine` for each line of `stream`, without its newline. A line longer than `limit` characters is passed in
 * pieces.
 */
export function readLines(
  stream: NodeJS.ReadableStream | null,
  limit: number,
  onLine: (line: string) => void,
): void {
  const lines = new LineSplitter(limit);
  const read = () => {
    for (let line = lines.next(); line !== null; line = lines.next()) onLine(line);
  };
  stream?.on('data', (bytes: Buffer) => {
    lines.push(bytes);
    read();
  });
  stream?.on('end', () => {
    lines.end();
    read();
  });
}
