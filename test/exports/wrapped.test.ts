import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lettersIn, wrapped } from '../../server/exports/wrapped.ts';

describe('wrapped', () => {
  it('wrapped: breaks between words, and truncates after the last line', () => {
    expect(wrapped('one two three four', 9, 3)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('one two three four', 9, 1)).toEqual(['one two …']);
    expect(wrapped('a'.repeat(300), 9, 2)).toEqual(['aaaaaaaa…']);
  });

  it('wrapped: no line is too wide, and no character is cut', () => {
    const text = fc.string({
      unit: fc.constantFrom('🙂', '👩‍👩‍👧', 'e\u0301', '漢', ' ', 'a', '…'),
      maxLength: 300,
    });
    fc.assert(
      fc.property(text, (text) => {
        for (const line of wrapped(text, 12, 3)) {
          expect(lettersIn(line)).toBeLessThanOrEqual(12);
          expect(line.isWellFormed()).toBe(true);
          expect(line.replaceAll('👩‍👩‍👧', '')).not.toMatch(/\u200d/);
        }
      }),
    );
    expect(lettersIn('漢字')).toBe(4);
  });

  it('wrapped: what is isolated stays so in each line', () => {
    expect(wrapped('lock \u2068אבג דהו זחט\u2069 is free', 9, 3)).toEqual([
      'lock \u2068אבג\u2069',
      '\u2068דהו זחט\u2069',
      'is free',
    ]);
  });
});
