/** Splits a stream of bytes into lines without buffering more than one line. */
import { StringDecoder } from 'node:string_decoder';

/**
 * Calls `onLine` for each line of `stream`, without its newline. A line longer than `limit` characters is passed in
 * pieces.
 */
export function readLines(
  stream: NodeJS.ReadableStream | null,
  limit: number,
  onLine: (line: string) => void,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  /** Passes on all pieces of `line` but the last, and returns that. */
  const split = (line: string) => {
    let at = 0;
    for (; line.length - at > limit; at += limit) onLine(line.slice(at, at + limit));
    return line.slice(at);
  };
  stream?.on('data', (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(split(line));
    rest = split(rest);
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
