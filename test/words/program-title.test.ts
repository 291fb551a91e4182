/** The titles of programs that somebody wrote, and their names in files. */
import { describe, expect, it } from 'vitest';
import { nameOf } from '../../server/lessons/own-program.ts';
import { titleOf, UNTITLED } from '../../server/words/program-title.ts';

const FAMILY = '👩‍👩‍👧‍👦';

describe('titleOf', () => {
  it.each([
    ['// Count, then tell\nexport function job() {}', 'Count, then tell'],
    ["import type { JobApi } from '../../program/types.ts';\n\n// After the import", 'After the import'],
    ['#!/usr/bin/env node\n// After a shebang', 'After a shebang'],
    ["'use strict';\n/**\n * A block\n * of two lines */", 'A block'],
    ['//\n// -----\n// The first line with words', 'The first line with words'],
    ['// @ts-nocheck\n/// <reference path="x" />\n// Not for tools', 'Not for tools'],
    ['/* */ // =====  Framed  =====', 'Framed'],
    ['/* never closed', 'never closed'],
    [`// ${FAMILY} at work 🎉`, `${FAMILY} at work 🎉`],
    ['// שלום \u202Eevil\u2066 world\u200F', 'שלום evil world'],
    ['// می\u200cخواهم', 'می\u200cخواهم'],
    [`// ${'x'.repeat(200)}`, `${'x'.repeat(79)}…`],
    [`// ${FAMILY.repeat(100)}`, `${FAMILY.repeat(79)}…`],
    ['// tab\tand\u0007bell and <b>', 'tab and bell and <b>'],
    [`// tower${'\u0301'.repeat(500)}`, 'tower\u0301\u0301\u0301'],
    ['// \u3164\u200d\u2063', UNTITLED],
    ['export function job() {} // Not before the code', UNTITLED],
    ['', UNTITLED],
  ])('%#: %j', (code, title) => expect(titleOf({ code, runtime: 'node' })).toBe(title));

  it.each([
    ['# Count, then tell\ndef job(n, api): pass', 'Count, then tell'],
    ['#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n# After a shebang', 'After a shebang'],
    ['import os\nfrom math import (\n  pi,\n)\n\n# After the imports', 'After the imports'],
    ['"""Described here,\nin two lines."""\n# Later', 'Described here,'],
    ["r'''\n  Below the quotes\n'''", 'Below the quotes'],
    ['"""never closed', 'never closed'],
    ['# type: ignore\n# pylint: disable=all\n#\n# ---\n# With words', 'With words'],
    ['def job(n, api):\n    # Not before the code', UNTITLED],
    ['// No comment of Python', UNTITLED],
    [`from ${'('.repeat(20_000)}`, UNTITLED],
    ['', UNTITLED],
  ])('in Python, %#: %j', (code, title) => expect(titleOf({ code, runtime: 'python' })).toBe(title));
});

describe('nameOf', () => {
  it.each([
    [{ lesson: 'join', code: '' }, 'join'],
    [{ lesson: 'join', code: '// Ünder "way" ../../x' }, 'under-way-x'],
    [{ lesson: 'join', code: 'export {}' }, 'join-edited'],
    [{ lesson: '', code: 'export {}' }, 'program'],
    [{ lesson: '', code: '// שלום' }, 'program'],
    [{ lesson: '', code: `// ${'long '.repeat(20)}` }, 'long-long-long-long-long-long-long-long'],
  ])('%#: %j', (spec, name) => expect(nameOf({ ...spec, runtime: 'node' })).toBe(name));

  it('is that of a program in Python, too', () => {
    const code = '# Mutex, and more';
    expect(nameOf({ lesson: '', code, runtime: 'python' })).toBe('mutex-and-more');
  });
});
