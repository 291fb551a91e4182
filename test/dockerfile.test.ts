/** The files that the image removes, tested on a copy, because the tests run without Docker. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const FONTS = 'node_modules/@expo-google-fonts/inter';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'image-'));
  fs.cpSync(FONTS, path.join(folder, FONTS), { recursive: true });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

it('Dockerfile: keeps the fonts for pictures, and the licences of the font package', () => {
  const dockerfile = fs.readFileSync('Dockerfile', 'utf8').replace(/\s*\\\n\s*/g, ' ');
  const command = /^RUN npm ci --omit=dev && (find .*)$/m.exec(dockerfile)?.[1] ?? 'false';
  execFileSync('sh', ['-c', command], { cwd: folder });
  const left = fs
    .readdirSync(path.join(folder, FONTS), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(folder, FONTS), path.join(entry.parentPath, entry.name)));
  const rasterise = fs.readFileSync('server/exports/rasterise.ts', 'utf8');
  const [, list = ''] = /fontBuffers = \[(.*)\]/.exec(rasterise) ?? [];
  const drawnWith = [...list.matchAll(/'(.*?)'/g)].map(([, name]) => `${name}.ttf`);
  expect(drawnWith).toHaveLength(2);
  expect(left.sort()).toEqual([...drawnWith, 'LICENSE', 'LICENSE_FONT', 'package.json'].sort());
});
