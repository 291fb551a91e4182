/** What is compiled when the server starts: the child side, the lessons' programs, and the page's script and styles. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, stop } from 'esbuild';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** A file for the browser. */
export type Asset = { body: Uint8Array<ArrayBuffer>; type: string };

export type Built = {
  /** Path of the compiled child side. */
  entry: string;
  /** Addresses of the lessons' compiled programs, by slug. */
  programs: Map<string, string>;
  /** Files for the browser by name; each name holds a hash of its content. */
  assets: Map<string, Asset>;
  /** Addresses of the page's script and styles. */
  page: { script: string; style: string };
};

/** The folder with a folder for each lesson. */
export const LESSONS = path.join(ROOT, 'server/lessons');

/**
 * Compiles everything. What processes load goes to `folder`; what browsers load stays in memory. `lessonsFolder` has a
 * folder for each lesson, with its `program.ts`.
 */
export async function buildAll(folder: string, lessonsFolder = LESSONS): Promise<Built> {
  const out = path.resolve(folder);
  const lessons = fs
    .readdirSync(lessonsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  } as const;
  const [child, client] = await Promise.all([
    build({
      ...common,
      platform: 'node',
      target: 'node22',
      outdir: out,
      entryPoints: {
        entry: 'server/program/entry.ts',
        ...Object.fromEntries(lessons.map((slug) => [slug, path.join(lessonsFolder, slug, 'program.ts')])),
      },
    }),
    build({
      ...common,
      platform: 'browser',
      target: 'es2022',
      outdir: out,
      minify: true,
      entryNames: '[name]-[hash]',
      entryPoints: ['static/app.ts', 'static/style.css'],
    }),
  ]);
  // The compiler is a process of its own, and not needed again.
  await stop();

  // Named by content: a server that starts beside another does not change the code under its feet.
  const stem = createHash('sha256')
    .update(child.outputFiles.map((file) => file.hash).join())
    .digest('hex')
    .slice(0, 16);
  const home = path.join(out, stem);
  fs.mkdirSync(home, { recursive: true });
  const fileOf = (name: string) => path.join(home, `${name}.mjs`);
  for (const file of child.outputFiles) {
    const target = fileOf(path.basename(file.path, '.js'));
    if (fs.existsSync(target)) continue;
    const draft = `${target}.${crypto.randomUUID()}`;
    fs.writeFileSync(draft, file.contents);
    fs.renameSync(draft, target);
  }

  const assets = new Map<string, Asset>();
  const page = { script: '', style: '' };
  for (const file of client.outputFiles) {
    const name = path.basename(file.path);
    const isStyle = name.endsWith('.css');
    const body = new Uint8Array(file.contents);
    // A script that imports a style sheet brings one of its own along; the page has one sheet.
    if (isStyle && !name.startsWith('style-')) continue;
    assets.set(name, { body, type: isStyle ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8' });
    page[isStyle ? 'style' : 'script'] = `/static/${name}`;
  }
  const programs = new Map(lessons.map((slug) => [slug, pathToFileURL(fileOf(slug)).href]));
  return { entry: fileOf('entry'), programs, assets, page };
}
