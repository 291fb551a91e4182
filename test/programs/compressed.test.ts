/** The files for browsers, compressed: once, kept for the next start, and made again where they cannot be kept. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Compressed } from '../../server/programs/compressed.ts';

let home: string;
beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'compressed-'));
});
afterEach(() => fs.rmSync(home, { recursive: true }));

const TEXT = 'const answer = 42;\n'.repeat(50);

/** As after a start of the server, with the text of its script. */
function started(text: string, folder = home): Compressed {
  const body = new Uint8Array(Buffer.from(text));
  return new Compressed({
    assets: new Map([['app-1.js', { body, type: 'text/javascript' }]]),
    page: { script: '/static/app-1.js', style: '/static/app-1.js', parts: [], timelines: [] },
    entry: path.join(folder, 'entry.mjs'),
  });
}

const unpacked = async (compressed: Compressed) =>
  zlib.brotliDecompressSync(await compressed.of('app-1.js', 'br')).toString();

it('Compressed: what has been compressed is there after the next start', async () => {
  expect(await unpacked(started(TEXT))).toBe(TEXT);
  expect(fs.readdirSync(path.join(home, 'browser'))).toEqual(['app-1.js.br']);
  // Its name says that its content is the same.
  expect(await unpacked(started('another'))).toBe(TEXT);
});

it('Compressed: while the data folder is away, nothing is made in its place', async () => {
  const away = path.join(home, 'away');
  expect(await unpacked(started(TEXT, away))).toBe(TEXT);
  expect(fs.existsSync(away)).toBe(false);
});
