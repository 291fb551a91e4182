/**
 * Hears whenever a promise resumes code of this thread. Hearing costs each `await` some 50 ns, so only threads whose
 * program sets timers do it (timer-waits.ts). `async_hooks` tells more, but costs twice as much, and Deno has none.
 */
import { process } from './builtins.ts';

type Listener = () => void;
type SetPromiseHooks = (init: undefined, before: Listener, after: undefined, resolve: undefined) => void;

const setDenoHooks = denoHooks();

/** Calls `listener` from now on, just before the code goes on, in its context. Returns whether it can be heard. */
export function hearResumed(listener: Listener): boolean {
  try {
    if (setDenoHooks !== null) setDenoHooks(undefined, listener, undefined, undefined);
    else process.getBuiltinModule('node:v8').promiseHooks.onBefore(listener);
    return true;
  } catch {
    // The program has changed what that needs, or the runtime no longer has it.
    return false;
  }
}

/** Deno's own way, which it has not documented; null on Node, and if it is not there. */
function denoHooks(): SetPromiseHooks | null {
  const deno: unknown = Reflect.get(globalThis, 'Deno');
  if (typeof deno !== 'object' || deno === null) return null;
  let found: unknown = deno;
  for (const name of [Reflect.get(deno, 'internal'), 'core', 'setPromiseHooks'])
    found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return typeof found === 'function' ? (...hooks) => Reflect.apply(found, undefined, hooks) : null;
}
