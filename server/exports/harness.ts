/**
 * What a downloaded script has besides its program: the api, in the four modes, in one file that is main and lane at
 * once. Its parts are the files of `harness/`, and those of the playground's own that serve there too, with types on
 * Deno, without on Node. Learners read them. Those of `harness/` are not run here.
 */
import fs from 'node:fs';
import { indented, inFunction } from './scope.ts';
import { stripTypes } from './strip.ts';

const TYPES = '../program/types.ts';
/** By what they are for, in this order: a part's constants are there before those that are made from them. */
const PARTS: Record<string, string[]> = {
  'Random numbers, and computing': ['../spec/random.ts', '../program/compute.ts'],
  'What a lane knows when it starts': ['../protocol/evidence.ts', 'harness/setup.ts'],
  'What a job receives': ['harness/api.ts'],
  'Memory: threads share main’s, each process has its own': [
    '../program/json.ts',
    '../program/memory.ts',
    'harness/memory.ts',
  ],
  'What check is given, if the program has one': ['../program/gathered.ts', '../program/check.ts'],
  'The queue, locks, semaphores and conditions: main keeps them, and other lanes ask for their turn': [
    '../protocol/asks.ts',
    '../program/turns.ts',
    '../program/hub.ts',
    'harness/hub.ts',
  ],
  "A lane's side: its messages to and from main": ['harness/lane.ts'],
  "Main's side of a lane": ['harness/lanes.ts'],
  'Main: gives jobs to lanes': ['harness/main.ts'],
};

/** The globals that the parts use, by the names that a program might declare. */
const GLOBALS = (
  'Array Atomics Buffer DataView Date Error Int32Array JSON Map Math Number Object Promise RangeError Set SharedArrayBuffer String ' +
  'TextDecoder TextEncoder TypeError URL Uint8Array WeakMap console performance process undefined'
).split(' ');

/** The harness for a program in a language; `constants` as in `inFunction`. */
export function harnessOf(
  language: 'mjs' | 'ts',
  program: string,
  constants: Record<string, string>,
): string {
  const typed = Object.entries(PARTS)
    .map(([heading, parts]) => [`// ----- ${heading}`, ...parts.map((part) => bare(read(part)))].join('\n\n'))
    .join('\n\n');
  const isTyped = language === 'ts';
  const untyped = () => stripTypes(typed).replace(/\n{3,}/g, '\n\n');
  const text = isTyped ? typed : untyped().trim();
  const body = inFunction(program, `${importsOf(Object.values(PARTS).flat().map(read))}\n\n${text}`, {
    globals: GLOBALS,
    constants,
  });
  // Global types give way to those of the program by themselves.
  return isTyped ? `declare global {\n${indented(bare(read(TYPES)))}\n}\n\n${body}` : body;
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

/**
 * What the parts import from Node, together, a line a module. An import declaration would be the whole file's; this way
 * they are names of the function.
 */
function importsOf(sources: string[]): string {
  const named = new Map<string, Set<string>>();
  for (const [, list = '', from = ''] of sources
    .join('\n')
    .matchAll(/^import \{ (.*) \} from '(node:.*)';$/gm)) {
    const names = named.get(from) ?? new Set();
    for (const name of list.split(', ')) names.add(name.replace(' as ', ': '));
    named.set(from, names);
  }
  return [...named.keys()]
    .sort()
    .map((from) => {
      const names = [...(named.get(from) ?? [])].sort((a, b) => a.localeCompare(b));
      return `const { ${names.join(', ')} } = await import('${from}');`;
    })
    .join('\n');
}
