/** Splits a stream of bytes into lines, and holds no more than one line's worth of them. */
import { StringDecoder } from 'node:string_decoder';

/** Calls `onLine` for each line of `stream`, without its end. A line longer than `limit` characters comes in pieces. */
export function readLines(
  stream: NodeJS.ReadableStream | null,
  limit: number,
  onLine: (line: string) => void,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream?.on('data', (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    for (; rest.length > limit; rest = rest.slice(limit)) onLine(rest.slice(0, limit));
  });
  stream?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
