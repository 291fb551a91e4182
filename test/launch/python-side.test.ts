/** The copy of Python's child side that jails show. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { PythonSide } from '../../server/launch/python-side.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'python-side-'));
const from = path.join(folder, 'from');
const copy = path.join(folder, 'copy');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const one of [from, copy]) fs.rmSync(one, { recursive: true, force: true });
  fs.mkdirSync(from);
  fs.writeFileSync(path.join(from, 'entry.py'), 'pass\n', { mode: 0o600 });
  fs.writeFileSync(path.join(from, 'notes.txt'), '');
  fs.utimesSync(path.join(from, 'entry.py'), 1_000_000, 1_000_000);
});

it('PythonSide: others can read the modules, which have their times; nothing else is copied', () => {
  const side = new PythonSide(from, copy);
  side.prepare();
  expect(fs.readdirSync(copy)).toEqual(['entry.py']);
  expect(side.files).toEqual([path.join(copy, 'entry.py')]);
  const { mode, mtimeMs } = fs.statSync(path.join(copy, 'entry.py'));
  expect(mode & 0o777).toBe(0o644);
  expect(mtimeMs).toBe(1e9);
});

it('PythonSide: what Python compiles later is added once', () => {
  const side = new PythonSide(from, copy);
  side.prepare();
  const compiled = path.join(from, '__pycache__');
  fs.mkdirSync(compiled);
  fs.writeFileSync(path.join(compiled, 'entry.cpython-311.pyc'), '1');
  side.prepare();
  const added = path.join(copy, '__pycache__/entry.cpython-311.pyc');
  expect(fs.readFileSync(added, 'utf8')).toBe('1');
  fs.writeFileSync(added, '2');
  side.prepare();
  expect(fs.readFileSync(added, 'utf8')).toBe('2');
});

it('PythonSide: makes the copy again if somebody has removed it, or a part', () => {
  const side = new PythonSide(from, copy);
  side.prepare();
  fs.rmSync(copy, { recursive: true });
  side.prepare();
  expect(side.files.every((file) => fs.existsSync(file))).toBe(true);
  fs.rmSync(path.join(copy, 'entry.py'));
  side.restore();
  expect(side.files.every((file) => fs.existsSync(file))).toBe(true);
});
