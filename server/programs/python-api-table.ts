/** Reads the api of programs in Python (program/python/) for the page's editor, as api-table.ts does that of the others. */
import type { ApiMember, ApiType } from './api-table.ts';

/** What the classes' functions return, if that is of the api. */
const RETURNS: Readonly<Record<string, string>> = {
  'Api.lock': 'Lock',
  'Api.semaphore': 'Semaphore',
  'Api.condition': 'Condition',
  'MainApi.start': 'Started',
};

/** Attributes, which have no docstrings: type and text. */
const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, readonly [type: string, doc: string]>>>> = {
  Api: {
    queue: ['Queue', 'A queue between all lanes: first in, first out.'],
    shared: ['Shared', 'Memory that threads share; each process has its own.'],
    lane: ['Lane', 'The thread or process that runs this.'],
  },
  MainApi: { jobs: ['int', 'The number of jobs in the form.'] },
  Shared: { counter: ['Counter', 'A number that the threads of a process share.'] },
  Lane: {
    name: ['str', 'Its name.'],
    pid: ['int', 'The number of its process, as the system’s tools show it.'],
    thread_id: ['int', 'The number of its thread, as the system’s tools show it.'],
  },
};

/** The classes that a program meets, each after the one that it extends. */
const CLASSES = [
  'Api',
  'MainApi',
  'Queue',
  'Lock',
  'Semaphore',
  'Condition',
  'Shared',
  'Counter',
  'Started',
  'Lane',
];

/** Starts the docstring of what a program does not call. */
const INTERNAL = /^(?:Steps of|Only main)/;

/** Said of what has to be awaited. */
const AWAITED = 'On the event loop, `await` it.';

/**
 * Returns the api's classes, found in `sources`, the texts of the child side. Ours are formatted alike: a class begins a
 * line, and a function of it has its parameters and its docstring in a line each.
 */
export function pythonApiTable(sources: readonly string[]): ApiType[] {
  return CLASSES.map((name) => {
    const found = sources.map((source) => classIn(source, name)).find((one) => one !== null);
    const attributes = Object.entries(ATTRIBUTES[name] ?? {}).map(([attribute, [type, doc]]) => ({
      ...{ name: attribute, signature: `${attribute}: ${type}`, doc, type, params: null },
    }));
    const includes = found && CLASSES.includes(found.base) ? [found.base] : [];
    return { name, includes, members: [...attributes, ...(found ? functionsIn(found.body, name) : [])] };
  });
}

function classIn(source: string, name: string): { base: string; body: string } | null {
  const found = new RegExp(`^class ${name}(?:\\((\\w+)\\))?:\\n((?:(?: {4}.*)?\\n)*)`, 'm').exec(source);
  return found && { base: found[1] ?? '', body: found[2] ?? '' };
}

/** Returns the public functions and properties in the body of a class. */
function functionsIn(body: string, owner: string): ApiMember[] {
  const pattern = /^(?: {4}@(\w+)\n)? {4}def ([a-z]\w*)\(self(?:, )?(.*)\):\n {8}"""(.*)"""$/gm;
  return [...body.matchAll(pattern)].flatMap(([, decorator, name = '', given = '', text = '']) => {
    if (INTERNAL.test(text)) return [];
    const params = given === '' ? [] : given.split(', ');
    const isFunction = decorator !== 'property';
    const doc = decorator === 'operation' ? `${text}\n\n${AWAITED}` : text;
    const signature = isFunction ? `${name}(${given})` : name;
    const type = RETURNS[`${owner}.${name}`] ?? '';
    return [{ name, signature, doc, type, params: isFunction ? params : null }];
  });
}
