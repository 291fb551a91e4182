/** The files that TypeScript sees while it checks a program. They exist in memory only: nothing is read from the disk. */
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { GLOBALS, TYPES } from './globals.ts';

/** The program's file. Lessons import their types by a path from their own folder, so it is in one like theirs. */
export const PROGRAM = '/server/lessons/program/program.ts';
/** What both runtimes have besides the language. */
export const GLOBALS_FILE = '/globals.d.ts';
export const CONFIG = '/tsconfig.json';

/**
 * `noImplicitAny` is on although its errors are dropped: without it, `const list = []` could never be added to.
 * Libraries are named as files, because a `lib` would be looked up on the disk.
 */
const OPTIONS = {
  target: 'esnext',
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  noLib: true,
  types: [],
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  strict: true,
  strictPropertyInitialization: false,
  noImplicitThis: false,
  useUnknownInCatchVariables: false,
};

const require = createRequire(import.meta.url);

/**
 * Returns the folder of TypeScript's executable and libraries for this machine. Throws if they are not installed.
 */
export function compilerFolder(): string {
  const fromTypescript = createRequire(require.resolve('typescript/package.json'));
  const name = `@typescript/typescript-${process.platform}-${process.arch}`;
  return path.join(path.dirname(fromTypescript.resolve(`${name}/package.json`)), 'lib');
}

/** Reads the files that stay the same, by name: the language's libraries, the globals, and the api's types. */
export async function commonFiles(): Promise<Map<string, string>> {
  const [libraries, types] = await Promise.all([
    languageLibraries(compilerFolder()),
    fs.readFile(fileURLToPath(new URL('../../program/types.ts', import.meta.url)), 'utf8'),
  ]);
  const files = new Map([...libraries, [GLOBALS_FILE, GLOBALS] as const]);
  const config = { compilerOptions: OPTIONS, files: [...files.keys(), PROGRAM] };
  // A value from the queue or the list may be used without a cast: programs need no types.
  files.set(TYPES, types.replace(/\bunknown\b/g, 'any'));
  return files.set(CONFIG, JSON.stringify(config));
}

/** Reads the libraries of ESNext, without the DOM. Each one names those that it needs, in comments. */
async function languageLibraries(folder: string): Promise<Map<string, string>> {
  const REFERENCE = /^\/\/\/ <reference lib="([\w.]+)" \/>$/gm;
  const read = new Map<string, Promise<string>>();
  const add = async (name: string): Promise<void> => {
    if (read.has(name)) return;
    const text = fs.readFile(path.join(folder, `lib.${name}.d.ts`), 'utf8');
    read.set(name, text);
    const needed = [...(await text).matchAll(REFERENCE)].map(([, other = '']) => other);
    await Promise.all(needed.map(add));
  };
  await add('esnext');
  const entries = [...read].map(
    async ([name, text]) => [`/lib/${name}.d.ts`, (await text).replace(REFERENCE, '')] as const,
  );
  return new Map(await Promise.all(entries));
}
