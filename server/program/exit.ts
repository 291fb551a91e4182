/** Ends this process, or this thread, whatever the program did to `process` and to the global object. */
import { process } from './builtins.ts';

// Where Deno notes on the global object that it ends. A program that freezes that would keep it from ending.
let isNoted: unknown = false;
if ('Deno' in globalThis)
  Reflect.defineProperty(globalThis, Symbol.for('Deno.isUnloadDispatched'), {
    get: () => isNoted,
    set: (value: unknown) => {
      isNoted = value;
    },
  });

const ask: (code: number) => never = process.exit.bind(process);
// Not in the types, because only runtimes call it.
const really: unknown = Reflect.get(process, 'reallyExit');
const force = typeof really === 'function' ? really.bind(process) : null;

/** Exits with `code`. Listeners of the program hear of it first. */
export function exit(code: number): never {
  try {
    return ask(code);
  } finally {
    // A listener threw, or a part of `process` is not what it was.
    force?.(code);
  }
}
