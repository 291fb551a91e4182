/** What is compiled when the server starts. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Built, buildAll } from '../server/build.ts';

let folder = '';
let built: Built;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-build-'));
  built = await buildAll(folder);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('buildAll', () => {
  test('buildAll: the child side brings no package along: every thread of every pass loads it', () => {
    const code = fs.readFileSync(built.entry, 'utf8');
    expect(code).not.toContain('node_modules');
    const imported = [...code.matchAll(/^import .* from "([^"]+)"/gm)].map((found) => found[1]);
    expect(imported.length).toBeGreaterThan(0);
    for (const name of imported) expect(name).toMatch(/^node:/);
  });

  test('buildAll: built again, from the same sources, everything has the same name', async () => {
    const again = await buildAll(folder);
    expect(again.entry).toBe(built.entry);
    expect(again.page).toEqual(built.page);
    expect([...again.assets.keys()]).toEqual([...built.assets.keys()]);
  });
});
