/** Codes and names: what anybody may type, and what is kept of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCode, readCode } from '../../server/rooms/codes.ts';
import { cleanName, looksLikeAnother, madeUpName, unlike } from '../../server/rooms/member-names.ts';

describe('codes', () => {
  it('newCode: four letters that are not taken for others, and read as they are', () => {
    for (let i = 0; i < 500; i++) {
      const code = newCode();
      expect(code).toMatch(/^[A-Z]{4}$/);
      expect(code).not.toMatch(/[IOQUV]/);
      expect(readCode(code)).toBe(code);
    }
  });

  it.each([
    ['ktxn', 'KTXN'],
    [' K T-X N ', 'KTXN'],
    ['k.t.x.n', 'KTXN'],
    ['KTX', null],
    ['KTXNA', null],
    ['KT0N', null],
    ['ＫＴＸＮ', null],
    ['', null],
    ['\u{1F600}AB', null],
  ])('readCode: %j is %j', (typed, code) => {
    expect(readCode(typed)).toBe(code);
  });
});

describe('cleanName', () => {
  it.each([
    ['  Ann  Lee ', 'Ann Lee'],
    ['<b>Ann</b>', '<b>Ann</b>'],
    ['Ann\nLee\t!', 'Ann Lee !'],
    ['\u0000\u0007\u200b', ''],
    ['\u200d\u200d', ''],
    ['\u3164', ''],
    ['\u2800\u00ad', ''],
    ['\u202eevil\u202c', 'evil'],
    ['שלום', 'שלום'],
    ['🦊', '🦊'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
    ['e\u0301', 'é'],
    ['\ud800x', 'x'],
    ['a\0\u{f0000}\0b', 'a b'],
    ['e\u200b\u0301', 'é'],
  ])('cleanName: %j is %j', (typed, name) => {
    expect(cleanName(typed)).toBe(name);
  });

  it('cleanName: whatever is typed becomes one short line, and stays what it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (typed) => {
        const name = cleanName(typed);
        expect(name.length).toBeLessThanOrEqual(24 * 16 * 8);
        expect(name).not.toMatch(/[\n\r\t\u202a-\u202e\u2066-\u2069]/);
        expect(cleanName(name)).toBe(name);
      }),
      { numRuns: 100 },
    );
  });

  it('cleanName: ten thousand characters are cut, a thousand marks on one letter too', () => {
    expect(cleanName('a'.repeat(10_000))).toBe('a'.repeat(24));
    expect(cleanName(`a${'\u0316'.repeat(999)}`).length).toBeLessThanOrEqual(16);
  });
});

describe('names in a room', () => {
  it('unlike: a name that somebody has, or that looks the same, gets a number', () => {
    expect(unlike('Ann', ['Bob'])).toBe('Ann');
    expect(unlike('Ann', ['Ann'])).toBe('Ann 2');
    expect(unlike('ANN', ['Ann', 'Ann 2'])).toBe('ANN 3');
    expect(unlike('Ａｎｎ', ['Ann'])).toBe('Ａｎｎ 2');
    expect(unlike('An\u200dn', ['Ann'])).toBe('An\u200dn 2');
  });

  it.each([
    ['Аnna', 'Anna'],
    ['аnnа', 'Anna'],
    ['НANNA', 'HANNA'],
    ['Αnna', 'Anna'],
    ['𝐀n\u0251 B', 'Ana B'],
    ['Ꭺnna', 'Anna'],
    ['раураl', 'Paypal'],
    ['AI', 'Al'],
    ['B0b', 'Bob'],
    ['An\u200dոa', 'Anna'],
  ])('looksLikeAnother: %j looks like %j', (name, other) => {
    expect(looksLikeAnother(name, ['Somebody', other])).toBe(true);
    expect(looksLikeAnother(other, [name])).toBe(true);
  });

  it.each([
    ['Anna', 'Anna'],
    ['ANNA', 'Anna'],
    ['Anne', 'Anna'],
    ['Zoë', 'Zoe'],
    ['Анна', 'Anna'],
    ['Ирина', 'Марина'],
    ['נועה', 'נועם'],
    ['🦊', '🐺'],
    ['李', '季'],
  ])('looksLikeAnother: %j does not look like %j with other letters', (name, other) => {
    expect(looksLikeAnother(name, [other])).toBe(false);
  });

  it('madeUpName: differs from all others, also if hundreds are taken', () => {
    const taken: string[] = [];
    for (let i = 0; i < 450; i++) {
      const name = madeUpName(taken);
      expect(taken).not.toContain(name);
      taken.push(name);
    }
    expect(taken[0]).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
  });
});
