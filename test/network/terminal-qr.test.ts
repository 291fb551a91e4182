/** The QR code in a terminal: a scanner reads it, and it is left out where it could not be read. */
import decodeQr from 'qr/decode.js';
import { expect, it } from 'vitest';
import { terminalQr } from '../../server/network/terminal-qr.ts';

const LINK = 'http://192.168.178.123:8080/rooms';
const wide = { isTTY: true, columns: 80 };

it('terminalQr: a scanner reads the link, dark on light by colours of its own', () => {
  const lines = terminalQr(LINK, wide, { TERM: 'xterm-256color' });
  // biome-ignore lint/complexity/useRegexLiterals: an escape
  const plain = lines.map((line) => line.replace(new RegExp('\\x1b\\[[\\d;]*m', 'g'), ''));
  for (const line of lines) expect(line).toMatch(/^\x1b\[30;47m.*38;5;16;48;5;231m.*\x1b\[0m$/);
  const size = plain[0]?.length ?? 0;
  // Each character is two modules, one above the other.
  const scale = 4;
  const pixels = new Uint8Array((size * scale) ** 2 * 4).fill(255);
  for (const [at, line] of plain.entries())
    for (const [x, char] of [...line].entries())
      for (const half of [0, 1]) {
        const isDark = char === '█' || char === (half === 0 ? '▀' : '▄');
        for (let i = 0; isDark && i < scale * scale; i++) {
          const [px, py] = [x * scale + (i % scale), (2 * at + half) * scale + Math.floor(i / scale)];
          pixels.fill(0, 4 * (py * size * scale + px), 4 * (py * size * scale + px) + 3);
        }
      }
  expect(decodeQr({ width: size * scale, height: size * scale, data: pixels })).toBe(LINK);
});

it('terminalQr: nothing in a file, in a terminal that is too narrow, or without colours', () => {
  const [line = ''] = terminalQr(LINK, wide, {});
  const width = line.replaceAll(/[^ █▀▄]/g, '').length;
  expect(width).toBeGreaterThan(30);
  expect(terminalQr(LINK, { isTTY: true, columns: width }, {})).not.toEqual([]);
  expect(terminalQr(LINK, { isTTY: true, columns: width - 1 }, {})).toEqual([]);
  expect(terminalQr(LINK, { isTTY: true }, {})).toEqual([]);
  expect(terminalQr(LINK, { columns: 80 }, {})).toEqual([]);
  expect(terminalQr(LINK, wide, { TERM: 'dumb' })).toEqual([]);
  expect(terminalQr(LINK, wide, { NO_COLOR: '1' })).toEqual([]);
});
