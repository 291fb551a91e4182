/** Archives: names that are safe everywhere, and content that is made while it is read. */

import fc from 'fast-check';
import { unzipSync } from 'fflate/browser';
import { describe, expect, it } from 'vitest';
import { type ArchiveFile, zipOf } from '../../server/exports/archive.ts';
import { fileName } from '../../server/exports/file-name.ts';

/** Quicker than fast-check's own text of any characters. */
const anyText = fc.array(fc.nat({ max: 0x10ffff })).map((codes) => String.fromCodePoint(...codes));

describe('fileName', () => {
  it.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['..', '_'],
    ['C:\\Windows\\x', 'C-Windows-x'],
    ['', '_'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['COM¹', '_COM¹'],
    ['console', 'console'],
    ['a. ', 'a'],
    ['Zoë <i> "?*|', 'Zoë-i'],
    ['a\u0000b\u202Ec\nd', 'a-bc-d'],
    ['Дарья 王', 'Дарья-王'],
    ['👩‍🏫', '_'],
    ['-rf', 'rf'],
  ])('%j becomes %j', (text, name) => expect(fileName(text)).toBe(name));

  it('any text becomes one name that no system refuses, and that stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string(), fc.constant('x'.repeat(5000))), (text) => {
        const name = fileName(text);
        expect(name).toMatch(/^(?![.-])[^\p{C}\s/\\:*?"<>|]{1,61}$/u);
        expect(name).not.toMatch(/[.-]$/);
        expect(fileName(name)).toBe(name);
      }),
    );
  });
});

describe('zipOf', () => {
  const at = new Date('2026-11-27T10:00:00Z');

  it('has every file under its name, whatever is in it', async () => {
    const files = { 'room/a.txt': 'é\u0000\n', 'room/empty.txt': '', 'room/größe.txt': 'x'.repeat(200_000) };
    const given = Object.entries(files).map(([path, text]) => ({ path: path.split('/'), text, at }));
    const bytes = await bytesOf(zipOf(each(given)));
    expect(bytes.length).toBeLessThan(5000);
    const found = Object.entries(unzipSync(bytes)).map(([name, content]) => [
      name,
      new TextDecoder().decode(content),
    ]);
    expect(Object.fromEntries(found)).toEqual(files);
  });

  it('no file gets out of the folder that it is unpacked in; a date that ZIP cannot write is no error', async () => {
    const files = [
      { path: ['..', '..', 'x'], text: '', at: new Date(0) },
      { path: ['/etc/passwd'], text: '', at: new Date(8e15) },
    ];
    const bytes = await bytesOf(zipOf(each(files)));
    expect(Object.keys(unzipSync(bytes))).toEqual(['_/_/x', 'etc-passwd']);
  });

  it('makes a file only once the one before has been read', async () => {
    let made = 0;
    async function* endless(): AsyncGenerator<ArchiveFile> {
      for (;;) yield { path: [`${++made}`], text: String(made), at };
    }
    const pieces = zipOf(endless());
    const seen: number[] = [];
    for (let i = 0; i < 30; i++) {
      await pieces.next();
      seen.push(made);
    }
    expect(seen[0]).toBe(1);
    expect(made).toBeLessThanOrEqual(30);
    await pieces.return(undefined);
  });
});

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function bytesOf(pieces: AsyncIterable<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob(await Array.fromAsync(pieces)).arrayBuffer());
}
