/** What programs write cannot control a terminal, or turn the text around it. */
import { describe, expect, it } from 'vitest';
import { mayHide, shownJson, shownText } from '../../server/words/shown-text.ts';

const CASES: [string, string][] = [
  ['\u001b[31mred\u001b]0;title\u0007', '‹ESC›[31mred‹ESC›]0;title‹BEL›'],
  ['\u009b31m \u007f \u0000', '‹U+009B›31m ‹U+007F› ‹NUL›'],
  ['a\u202eb\u2066c\u2069', 'a‹U+202E›b‹U+2066›c‹U+2069›'],
  ['over\rwritten\r\nnext\b', 'over‹CR›written\nnext‹BS›'],
  ['half \ud800', 'half \ufffd'],
  ['a\u2028b\u2029c\u206b', 'a‹U+2028›b‹U+2029›c‹U+206B›'],
];

describe('shownText', () => {
  it.each(CASES)('shownText: %j is shown as %j', (text, shown) => {
    expect(shownText(text)).toBe(shown);
    expect(mayHide(JSON.stringify({ text }))).toBe(true);
    // What is shown already stays.
    expect(shownText(shown)).toBe(shown);
  });

  it('shownText: line ends, tabs, other scripts and emoji stay as they are', () => {
    const text = 'a\tb\nשלום \u200fعربي\u061c é 👩‍👩‍👧 \\u001b <b>&amp;';
    expect(shownText(text)).toBe(text);
  });
});

describe('shownJson', () => {
  it('shownJson: means the same, without characters that a terminal obeys', () => {
    const value = { text: 'a\u202eb\u009b\u007f\u001b\ud800é', 'k\u2066': [1] };
    const json = shownJson(JSON.stringify(value));
    expect(JSON.parse(json)).toEqual(value);
    expect(json).toMatch(/^[\x20-\x7eé]+$/);
  });
});
