import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS, csvOf, spreadsheetOf } from '../../server/exports/csv.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import {
  events,
  jobStarted,
  laneReady,
  laneStarted,
  passStarted,
  timelineOf,
  waitStarted,
} from '../timeline/made-events.ts';
import { garbage, madeLog } from '../timeline/made-logs.ts';

/** Parses CSV strictly by RFC 4180, character by character: throws on anything else. */
function readCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; !(text[at] === '"' && text[at + 1] !== '"'); at++) {
        if (at >= text.length) throw new Error('A quoted cell has no end.');
        if (text[at] === '"') at++;
        cell += text[at];
      }
      at++;
    } else {
      for (; at < text.length && !`${separator}\r\n`.includes(text[at]!); at++) {
        if (text[at] === '"') throw new Error(`A quote within the cell ${cell}.`);
        cell += text[at];
      }
    }
    row.push(cell);
    if (text[at] === separator) at++;
    else if (text.slice(at, at + 2) === '\r\n') {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`After the cell ${cell} stands ${JSON.stringify(text[at])}.`);
  }
  if (row.length > 0) throw new Error('The last row has no end.');
  return rows;
}

/** Returns a run in which main waits for something with that name. */
const waitsFor = (on: string): RunEvent[] =>
  events(0, [
    [0, passStarted('threads')],
    [1, laneStarted(0, 'threads')],
    [2, laneReady(0)],
    [3, Object.assign(waitStarted(0, null, 'lock', on), { line: 7 })],
  ]);

describe('csvOf', () => {
  it('csvOf: has a row for each bar of each lane, with its figures', () => {
    const check = (log: RunEvent[]) => {
      const timeline = timelineOf(log);
      const [header, ...rows] = readCsv(csvOf(timeline));
      expect(header).toEqual([...COLUMNS]);
      const bars = timeline.passes.flatMap((pass) =>
        pass.rows.flatMap((row) => row.bars.map((bar) => ({ pass, row, bar }))),
      );
      expect(rows).toHaveLength(bars.length);
      bars.forEach(({ pass, row, bar }, i) => {
        const cells = Object.fromEntries(COLUMNS.map((name, n) => [name, rows[i]?.[n]]));
        expect(cells).toMatchObject({ pass: String(pass.pass), mode: pass.mode, state: bar.state });
        expect(cells).toMatchObject({ lane: String(row.lane), pid: String(row.pid || ''), name: row.name });
        expect(cells.job).toBe(bar.job === null ? '' : String(bar.job));
        expect(cells.waits_for).toBe(bar.on ?? '');
        expect(cells.ended).toBe(bar.end ?? '');
        if (bar.line !== null) expect(cells.lines?.split(' ')).toContain(String(bar.line));
        expect(Number(cells.start_ms)).toBe(bar.startMs);
        if (bar.endMs === null) expect([cells.end_ms, cells.duration_ms]).toEqual(['', '']);
        else expect(Number(cells.duration_ms)).toBeCloseTo(bar.endMs - bar.startMs, 3);
      });
    };
    fc.assert(fc.property(madeLog, ({ events }) => check(events)));
    fc.assert(fc.property(garbage, check));
  });

  it('csvOf: any text is one cell, which no spreadsheet evaluates', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('=', '+', '-', '@', '"', ',', ';', ' ', '\r', '\n', '\t', "'", 'a', '＝'),
      }),
    );
    const check = (on: string) => {
      const csv = csvOf(timelineOf(waitsFor(on)));
      const rows = readCsv(csv);
      expect(rows.every((row) => row.length === COLUMNS.length)).toBe(true);
      expect(rows.at(-1)?.[COLUMNS.indexOf('lines')]).toBe('7');
      const cell = rows.at(-1)?.[COLUMNS.indexOf('waits_for')] ?? '';
      expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      // Apostrophes are added, and nothing else changes.
      expect(cell.replaceAll("'", '')).toBe(on.replaceAll("'", ''));
      // Where the file is split by other separators, which need not respect our quotes.
      for (const piece of csv.split(/[;\t\r\n]/)) expect(piece).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/);
    };
    fc.assert(fc.property(hostile, check));
    check('=HYPERLINK("http://evil","a")');
    check('a;=HYPERLINK("http://evil")');
    check('a; "=1+1";\t@SUM(1);;-1');
    expect(csvOf(timelineOf(waitsFor('job 3; a-b')))).toContain(',job 3; a-b,');
  });

  it('csvOf: an open bar has no end', () => {
    const log = events(0, [
      [0, passStarted('sequential')],
      [0, laneStarted(0, 'sequential')],
      [1, laneReady(0)],
      [2.5, jobStarted(0, 0)],
    ]);
    expect(csvOf(timelineOf(log)).split('\r\n').slice(1)).toEqual([
      '0,sequential,0,main,main,100,,starting,0,1,1,,,',
      '0,sequential,0,main,main,100,,running,1,2.5,1.5,,,',
      '0,sequential,0,main,main,100,0,computing,2.5,,,,,',
      '',
    ]);
  });
});

describe('spreadsheetOf', () => {
  const log = events(0, [
    [0, passStarted('threads')],
    [0.25, laneStarted(0, 'threads')],
    [1.5, laneReady(0)],
  ]);
  const COMMA = ['de', 'de-DE', 'fr-FR', 'pt-BR', 'ru', 'tr-TR', 'DE-de', 'sv-SE'];
  const POINT = [
    'en',
    'en-US',
    'ja',
    'zh-CN',
    'he',
    'th',
    '',
    '*',
    'xx',
    'no language',
    'a'.repeat(9000),
    'de_DE',
  ];

  it.each(COMMA)('spreadsheetOf: %s has semicolons and decimal commas', (language) => {
    const rows = spreadsheetOf(timelineOf(log), language).split('\r\n');
    expect(rows[0]).toBe(`\u{FEFF}${COLUMNS.join(';')}`);
    expect(rows[1]).toBe('0;threads;0;main;main;100;;starting;0,25;1,5;1,25;;;');
  });

  it.each(POINT)('spreadsheetOf: %j has what programs read, after a byte order mark', (language) => {
    const timeline = timelineOf(log);
    expect(spreadsheetOf(timeline, language)).toBe(`\u{FEFF}${csvOf(timeline)}`);
  });

  it('spreadsheetOf: any text is one cell, which no spreadsheet evaluates, whichever way it splits the file', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '"',
        ',',
        ';',
        ' ',
        '\r',
        '\n',
        '\t',
        "'",
        'a',
        '🙂',
        'ش',
        '－',
      ),
    });
    const check = (on: string) => {
      const text = spreadsheetOf(timelineOf(waitsFor(on)), 'de');
      const rows = readCsv(text.slice(1), ';');
      expect(rows.every((row) => row.length === COLUMNS.length)).toBe(true);
      const cell = rows.at(-1)?.[COLUMNS.indexOf('waits_for')] ?? '';
      expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      expect(cell.replaceAll("'", '')).toBe(on.replaceAll("'", ''));
      for (const piece of text.split(/[,\t\r\n]/)) expect(piece).not.toMatch(/^["\s]*[=+\-@＝＋－＠]/);
    };
    fc.assert(fc.property(hostile, check));
    check('👩‍👩‍👧 "Zoë";\n=1+1');
    check('a,=1+1');
  });
});
