/** Compiles at server start: the child side, the lessons' programs, and the page's scripts and styles. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Metafile, stop } from 'esbuild';
import { readPythonProgram } from '../lessons/read-program.ts';
import { nameOfCell } from '../notebook/cell.ts';
import { NOTEBOOK } from '../notebook/notebook.ts';
import { ORDERED_FILE } from '../program/files.ts';
import { apiTable } from './api-table.ts';
import { compileProgram } from './compile.ts';
import { pythonApiTable } from './python-api-table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A file for the browser. */
type Asset = { body: Uint8Array<ArrayBuffer>; type: string };

export type Built = {
  /** Path of the compiled child side. */
  entry: string;
  /** Path of the compiled compile process: see compiler.ts. */
  compiler: string;
  /** Path of the one for programs in Python. */
  pythonCompiler: string;
  /** Addresses of the lessons' compiled programs, by slug. */
  programs: Map<string, string>;
  /** Addresses of their programs in Python, by slug; those that have one. */
  pythonPrograms: Map<string, string>;
  /** Addresses of the notebook's cells, by their texts. */
  cells: Map<string, string>;
  /** What was written for processes: texts by path, all in one folder. */
  files: Map<string, string>;
  /** Files for the browser by name, which contains a hash of the content. */
  assets: Map<string, Asset>;
  /** Addresses of the claims of lessons and cells, which the page loads, by slug or name; those that have one. */
  claims: Map<string, string>;
  /** The script of a page that replays runs without a server, all in one. */
  offline: string;
  /** Addresses of the page's script and styles. */
  page: ReturnType<typeof pageAssets>;
};

/** Entry points of the page and of the live timelines. */
const SCRIPT = 'static/app.ts';
const STYLE = 'static/style.css';
const TIMELINES = 'static/run/run-view.ts';
/** That of the page that works without a server. */
const OFFLINE = 'static/offline/offline.ts';

/**
 * Where the files would be written that stay in memory. Not the folder of the data: the compiler lists its outputs in
 * JSON, in which it does not escape the quotes of their paths.
 */
const OUTPUTS = 'build';

/** The api of programs. */
const API = path.join(ROOT, 'server/program/types.ts');

/** The child side in Python. */
const PYTHON = path.join(ROOT, 'server/program/python');

/** What checks programs in Python. */
const PYTHON_CHECK = path.join(ROOT, 'server/programs/check-process.py');

/** The folder that contains a folder for each lesson. */
export const LESSONS = path.join(ROOT, 'server/lessons');

/**
 * Compiles everything. Files for processes are written to `folder`; files for browsers stay in memory. `lessonsFolder`
 * has a folder with a `program.ts` for each lesson. Throws `LessonError` if one is missing or does not compile.
 */
export async function buildAll(folder: string, lessonsFolder = LESSONS): Promise<Built> {
  const out = path.resolve(folder);
  const lessons = fs
    .readdirSync(lessonsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const claimFiles = [
    ...lessons
      .map((slug) => ({ slug, file: path.resolve(lessonsFolder, slug, 'claim.ts') }))
      .filter(({ file }) => fs.existsSync(file)),
    ...NOTEBOOK.flatMap((cell) =>
      cell.claimFile === null ? [] : [{ slug: nameOfCell(cell), file: cell.claimFile }],
    ),
  ];
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    write: false,
    outdir: OUTPUTS,
    logLevel: 'silent',
  } as const;
  const forNode = { ...common, platform: 'node', target: 'node22' } as const;
  const [child, compiler, client, offline, sources] = await Promise.all([
    build({
      ...forNode,
      inject: ['server/program/natives.ts'],
      // Each process and thread reads it. Names stay, for those of classes can be seen; so do lines, for a runtime that
      // crashes shows where.
      minifyWhitespace: true,
      minifySyntax: true,
      lineLimit: 120,
      // What a scheduler of ours executes is apart: every other process and thread would load it in vain.
      entryPoints: [
        { in: 'server/program/entry.ts', out: 'entry' },
        { in: 'server/program/explore/begin.ts', out: path.parse(ORDERED_FILE).name },
      ],
    }),
    build({ ...forNode, entryPoints: ['server/programs/compile-process.ts'] }),
    build({
      ...common,
      platform: 'browser',
      target: 'es2022',
      minify: true,
      metafile: true,
      // What the editor completes and explains: see static/editor/api.ts. As text, which is put where it is used; an
      // object would be in a file that the page loads at first.
      define: {
        PROGRAM_API: JSON.stringify(JSON.stringify(apiTable(fs.readFileSync(API, 'utf8')))),
        PYTHON_API: JSON.stringify(JSON.stringify(pythonApiTable(readPython().map(([, text]) => text)))),
      },
      // Modules that are imported dynamically become separate files, and so do claims.
      splitting: true,
      entryNames: '[name]-[hash]',
      chunkNames: '[name]-[hash]',
      entryPoints: [
        ...[SCRIPT, STYLE].map((file) => ({ in: file, out: path.parse(file).name })),
        ...claimFiles.map(({ slug, file }) => ({ in: file, out: `claim-${slug}` })),
      ],
    }),
    build({
      ...common,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
      minify: true,
      entryPoints: [OFFLINE],
    }),
    Promise.all(lessons.map((slug) => compileLesson(path.join(lessonsFolder, slug)))),
    // The compiler is a separate process, and no longer needed.
  ]).finally(stop);
  const modules = new Map(lessons.map((slug, at) => [slug, sources[at] ?? '']));
  for (const { path: file, text } of [...child.outputFiles, ...compiler.outputFiles])
    modules.set(path.parse(file).name, text);

  const python = readPython();
  const check = fs.readFileSync(PYTHON_CHECK, 'utf8');
  const pythonPrograms = lessons.flatMap((slug) => {
    const text = readPythonProgram(path.join(lessonsFolder, slug));
    return text === null ? [] : [[slug, text] as const];
  });

  // Named by content, so that a second server does not change the code of the first.
  const stem = createHash('sha256')
    .update(JSON.stringify([...modules, ...python, check, ...pythonPrograms, ...NOTEBOOK]))
    .digest('hex')
    .slice(0, 16);
  const home = path.join(out, stem);
  const fileOf = (name: string) => path.join(home, `${name}.mjs`);
  const pythonCompiler = path.join(home, path.basename(PYTHON_CHECK));
  const pythonFile = (slug: string) => path.join(home, `${slug}.py`);
  const cells = NOTEBOOK.map((cell) => [cell.program, pythonFile(nameOfCell(cell))] as const);
  const files = new Map([
    ...[...modules].map(([name, text]) => [fileOf(name), text] as const),
    ...python.map(([name, text]) => [path.join(home, 'python', name), text] as const),
    [pythonCompiler, check],
    ...pythonPrograms.map(([slug, text]) => [pythonFile(slug), text] as const),
    ...cells.map(([text, file]) => [file, text] as const),
  ]);
  writeMissing(files);

  const assets = new Map<string, Asset>();
  for (const file of client.outputFiles) {
    const name = path.basename(file.path);
    const isStyle = name.endsWith('.css');
    const body = new Uint8Array(file.contents);
    assets.set(name, { body, type: isStyle ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8' });
  }
  const page = pageAssets(client.metafile);
  const programs = new Map(lessons.map((slug) => [slug, pathToFileURL(fileOf(slug)).href]));
  const claims = new Map(
    claimFiles.map(({ slug, file }) => [
      slug,
      addressOf(outputOf(client.metafile, path.relative(ROOT, file))),
    ]),
  );
  return {
    entry: fileOf('entry'),
    compiler: fileOf('compile-process'),
    pythonCompiler,
    programs,
    pythonPrograms: new Map(pythonPrograms.map(([slug]) => [slug, pathToFileURL(pythonFile(slug)).href])),
    cells: new Map(cells.map(([text, file]) => [text, pathToFileURL(file).href])),
    files,
    claims,
    assets,
    page,
    offline: offline.outputFiles[0]?.text ?? '',
  };
}

/** Writes those of the files that do not exist, and the folders that contain them. */
export function writeMissing(files: Built['files']): void {
  for (const [target, text] of files) {
    if (fs.existsSync(target)) continue;
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const draft = `${target}.${crypto.randomUUID()}`;
    try {
      fs.writeFileSync(draft, text);
      fs.renameSync(draft, target);
    } catch (error) {
      fs.rmSync(draft, { force: true });
      throw error;
    }
  }
}

/**
 * Compiles the program of the lesson in `folder`. The lesson's text is loaded without compiling (lessons/catalogue.ts),
 * but checked here, because this compiler reports where a mistake is.
 */
async function compileLesson(folder: string): Promise<string> {
  const lesson = path.join(folder, 'lesson.ts');
  if (fs.existsSync(lesson)) await compileProgram(lesson);
  return compileProgram(path.join(folder, 'program.ts'));
}

/** Returns the child side in Python: name and text of each file. It is only copied. */
function readPython(): [name: string, text: string][] {
  return fs
    .readdirSync(PYTHON)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => [name, fs.readFileSync(path.join(PYTHON, name), 'utf8')]);
}

/** Returns the address of an output. */
function addressOf(file: string): string {
  return `/static/${path.basename(file)}`;
}

/** Finds the output that was made from `source`. */
function outputOf({ outputs }: Metafile, source: string): string {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source)?.[0];
  if (found === undefined) throw new Error(`Nothing was made from ${source}.`);
  return found;
}

/** Finds the page's files by their sources. */
function pageAssets(metafile: Metafile) {
  const { outputs } = metafile;
  /** Returns the files that `file` imports statically, transitively. */
  const staticImports = (file: string, found = new Set<string>()): Set<string> => {
    for (const { path: other, kind } of outputs[file]?.imports ?? []) {
      if (kind !== 'import-statement' || found.has(other)) continue;
      found.add(other);
      staticImports(other, found);
    }
    return found;
  };
  const script = outputOf(metafile, SCRIPT);
  const timelines = outputOf(metafile, TIMELINES);
  const first = staticImports(script);
  const later = [timelines, ...staticImports(timelines)].filter(
    (file) => file !== script && !first.has(file),
  );
  return {
    script: addressOf(script),
    style: addressOf(outputOf(metafile, STYLE)),
    parts: [...first].map(addressOf),
    timelines: later.map(addressOf),
  };
}
