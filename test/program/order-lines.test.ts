/** Lines of orders, however they arrive, and whatever the program has made of strings. */
import { expect, it, vi } from 'vitest';
import { lineReader } from '../../server/program/order-lines.ts';

const text = `${JSON.stringify({ a: 'é\u2028🧵', b: 'x'.repeat(5000) })}\n\n{"c":1}\n{"rest":`;

it.each([1, 2, 7, 1024, 100_000])('lineReader: pieces of %i bytes give the same lines', (size) => {
  const lines: string[] = [];
  const read = lineReader((line) => lines.push(line));
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) read(bytes.slice(at, at + size));
  expect(lines).toEqual(text.split('\n').slice(0, -1));
  read(new TextEncoder().encode('2}\n'));
  expect(lines.at(-1)).toBe('{"rest":2}');
});

it('lineReader: needs no method of strings, arrays or bytes', () => {
  const bytes = new TextEncoder().encode('one\ntwo\n');
  const lines: string[] = [];
  const read = lineReader((line) => {
    lines[lines.length] = line;
  });
  const gone = () => {
    throw new Error('gone');
  };
  const spies = [
    vi.spyOn(String.prototype, 'split').mockImplementation(gone),
    vi.spyOn(Array.prototype, 'pop').mockImplementation(gone),
    vi.spyOn(Uint8Array.prototype, 'subarray').mockImplementation(gone),
    vi.spyOn(Uint8Array.prototype, 'indexOf').mockImplementation(gone),
  ];
  read(bytes);
  for (const spy of spies) spy.mockRestore();
  expect(lines).toEqual(['one', 'two']);
});
