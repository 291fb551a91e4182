/**
 * What a script to take away has beside its program: the api, in the four modes, in one file that is main and lane at
 * once. Its parts are the files of `harness/`, with types on Deno, without on Node; so whatever stands there is read by
 * learners. It is not run here.
 */
import fs from 'node:fs';
import { stripTypes } from './strip.ts';

const TYPES = '../program/types.ts';
/** In this order: a part's constants are there before those that are made from them. */
const PARTS = [
  '../spec/random.ts',
  '../program/compute.ts',
  ...['setup', 'api', 'memory', 'hub', 'lane', 'lanes', 'main'].map((name) => `harness/${name}.ts`),
];

/** The harness in a language: what it imports, a line a module, and its text. */
export function harnessOf(language: 'mjs' | 'ts'): { imports: string; text: string } {
  const sources = PARTS.map(read);
  const text = sources.map(bare).join('\n\n');
  const imports = importsOf(sources);
  if (language === 'ts') return { imports, text: `${bare(read(TYPES))}\n\n${text}` };
  const untyped = stripTypes(text).replace(/\n{3,}/g, '\n\n');
  return { imports, text: untyped.trim() };
}

function read(name: string): string {
  return fs.readFileSync(new URL(name, import.meta.url), 'utf8');
}

/** A part without what is about files of this project: the comment at its top, its imports, and the word `export`. */
function bare(source: string): string {
  return source
    .replace(/^\/\*\*[\s\S]*?\*\/\n/, '')
    .replace(/^import\s[\s\S]*?;\n/gm, '')
    .replace(/^export /gm, '')
    .trim();
}

/** What the parts import from Node, together. */
function importsOf(sources: string[]): string {
  const named = new Map<string, Set<string>>();
  for (const [, list = '', from = ''] of sources
    .join('\n')
    .matchAll(/^import \{ (.*) \} from '(node:.*)';$/gm)) {
    const names = named.get(from) ?? new Set();
    for (const name of list.split(', ')) names.add(name);
    named.set(from, names);
  }
  return [...named.keys()]
    .sort()
    .map(
      (from) =>
        `import { ${[...(named.get(from) ?? [])].sort((a, b) => a.localeCompare(b)).join(', ')} } from '${from}';`,
    )
    .join('\n');
}
