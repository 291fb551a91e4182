/** Ends this process, or this thread, whatever the program did to `process`. */
import { process } from './builtins.ts';

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
