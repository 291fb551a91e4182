/** Lines from a stream of bytes, wherever the chunks are split. */
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../server/launch/lines.ts';

/** The lines read from `chunks`, sent one after the other. */
async function linesOf(chunks: readonly (string | Uint8Array)[], limit = 100): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, limit, (line) => lines.push(line));
  const ended = new Promise((resolve) => stream.once('end', resolve));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await ended;
  return lines;
}

describe('readLines', () => {
  it('readLines: passes each line without its newline, empty ones too', async () => {
    expect(await linesOf(['one\ntwo\n\nfour\n'])).toEqual(['one', 'two', '', 'four']);
  });

  it('readLines: passes a last line without a newline when the stream ends', async () => {
    expect(await linesOf(['one\ntw', 'o'])).toEqual(['one', 'two']);
    expect(await linesOf(['one\n'])).toEqual(['one']);
    expect(await linesOf([])).toEqual([]);
  });

  it('readLines: a character split between chunks is whole', async () => {
    const bytes = new TextEncoder().encode('naïve 🧵\n');
    expect(await linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['naïve 🧵']);
  });

  it('readLines: bytes that are not UTF-8 do not stop it', async () => {
    expect(await linesOf([Uint8Array.of(0xff, 0xfe, 10, 65, 10)])).toEqual(['\ufffd\ufffd', 'A']);
  });

  it('readLines: a line as long as the limit is whole, a longer one comes in pieces', async () => {
    expect(await linesOf(['abcd\nabcdefghij\nx\n'], 4)).toEqual(['abcd', 'abcd', 'efgh', 'ij', 'x']);
  });

  it('readLines: buffers no more than the limit of a line that never ends', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    readLines(stream, 10, (line) => lines.push(line));
    const read = new Promise<void>((resolve) => stream.once('data', () => resolve()));
    stream.write('x'.repeat(95));
    await read;
    expect(lines.join('').length).toBeGreaterThanOrEqual(85);
    expect(Math.max(...lines.map(({ length }) => length))).toBe(10);
  });

  it('readLines: no lines without a stream', () => {
    expect(() => readLines(null, 10, () => expect.unreachable())).not.toThrow();
  });

  it('readLines: lines are the same wherever the chunks are split, and none is longer than the limit', async () => {
    const text = fc.array(fc.oneof(fc.constant('\n'), fc.string({ unit: 'grapheme', maxLength: 12 })));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.nat(40)),
        fc.integer({ min: 1, max: 9 }),
        async (parts, cuts, limit) => {
          const bytes = new TextEncoder().encode(parts.join(''));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(at, at + cut + 1));
            at += cut + 1;
          }
          chunks.push(bytes.subarray(at));
          const lines = await linesOf(
            chunks.filter(({ length }) => length > 0),
            limit,
          );
          expect(lines).toEqual(await linesOf(bytes.length > 0 ? [bytes] : [], limit));
          expect(lines.join('')).toBe(parts.join('').replaceAll('\n', ''));
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
