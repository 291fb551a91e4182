/** A repair of a program goes into a copy that was changed. */
import { describe, expect, it } from 'vitest';
import { repaired } from '../../../static/editor/repair.ts';

const BEFORE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const AFTER = BEFORE.replace('two', 'TWO');

describe('repaired', () => {
  it('is the repaired program for a copy as it was given, also without its last line break', () => {
    expect(repaired(BEFORE, BEFORE, AFTER)).toBe(AFTER);
    expect(repaired(BEFORE.trimEnd(), BEFORE, AFTER)).toBe(AFTER);
  });

  it('keeps what was changed elsewhere, wherever the lines have moved to', () => {
    const own = `// mine\n// more\n${BEFORE.replace('six', 'six!')}`;
    expect(repaired(own, BEFORE, AFTER)).toBe(`// mine\n// more\n${AFTER.replace('six', 'six!')}`);
  });

  it('is null if both changed the same line', () => {
    expect(repaired(BEFORE.replace('two', 'deux'), BEFORE, AFTER)).toBeNull();
    expect(repaired('', BEFORE, AFTER)).toBeNull();
  });
});
