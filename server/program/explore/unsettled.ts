/** A program that cannot be loaded, because an await outside of its functions never ends. */

/** What is said of it. */
export const UNSETTLED = 'An await outside of its functions never ends.';

/** The await was given up. */
export class UnsettledError extends Error {
  override name = 'UnsettledError';
}

/** How often the thread looks whether it is idle, in ms, and after how many times it is: when very busy, it looks later. */
const TICK_MS = 100;
const TICKS = 20;

// Taken before the program can, and before they are replaced.
const { setInterval: every, clearInterval: cancel } = globalThis;

/**
 * Resolves with what `load` does. Rejects if it does not end although the thread is idle: timers of the program do not
 * run meanwhile, so nothing can end it. Node finds that out itself, and ends the thread at once; Deno never does.
 */
export function settled<T>(load: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let ticks = 0;
    const timer = every(() => {
      if (++ticks === TICKS) end(() => reject(new UnsettledError()));
    }, TICK_MS);
    // On Node, it must not keep the thread alive.
    if (typeof timer === 'object') timer.unref();
    const end = (settle: () => void) => {
      cancel(timer);
      settle();
    };
    load.then(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
  });
}
