/**
 * What a program imports by name from `node:timers` on Deno. What is put into that module (timer-sources.ts) is not seen
 * there: the names keep what they had when the runtime loaded it. Such a program is given a module of what was put in.
 */
import { process } from './builtins.ts';

type ReadText = (file: URL) => string;

const readText: ReadText | undefined = (globalThis as { Deno?: { readTextFileSync: ReadText } }).Deno
  ?.readTextFileSync;

const NAME = 'node:timers';
/** An import of the module, in quotes. Without the prefix, Deno refuses it. */
const IMPORT = /(["'])node:timers\1/;

/**
 * Redirects such imports of the program at `address`, before it is loaded. Only if there are any: Deno takes 13 ms for the
 * first hook. Does nothing on Node.
 */
export function redirectTimerImports(address: string): void {
  if (readText === undefined || !address.startsWith('file:') || !IMPORT.test(readText(new URL(address))))
    return;
  const { getBuiltinModule: builtin } = process;
  const names = Object.keys(builtin(NAME)).filter((name) => name !== 'default');
  const module = `const timers = process.getBuiltinModule('${NAME}');
export const { ${names.join(', ')} } = timers;
export default timers;`;
  const url = `data:text/javascript,${encodeURIComponent(module)}`;
  builtin('node:module').registerHooks({
    resolve(name, context, next) {
      // `require` takes the module itself, and sees what was put into it.
      const isImport = !context.conditions.includes('require');
      return isImport && name === NAME ? { url, shortCircuit: true } : next(name, context);
    },
  });
}
