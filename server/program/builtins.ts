/**
 * What the child side uses of Node's own modules, which Deno has, too. Taken like this, because `import` lists all that
 * a module exports, and loads much that is behind it: that took 4 of the 16 ms in which a thread boots on Node.
 */
const { process } = globalThis;
const builtin = process.getBuiltinModule;

export { process };
export const { AsyncLocalStorage } = builtin('node:async_hooks');
export const { Buffer } = builtin('node:buffer');
export const { Console } = builtin('node:console');
export const { Writable } = builtin('node:stream');
export const { setTimeout: delay } = builtin('node:timers/promises');
export const { inspect } = builtin('node:util');
export const { isMainThread, parentPort, threadId, Worker, workerData } = builtin('node:worker_threads');
export type WorkerThread = InstanceType<typeof Worker>;

/**
 * Writes `bytes` to standard output, from index `from`; returns how many it has written. On Deno in its own way: node:fs
 * takes 3 ms to load there.
 */
export const writeOut: (bytes: Uint8Array, from: number) => number = denoWrite() ?? nodeWrite();

/** Writes `text` to standard error, if that is there. */
export function writeErrors(text: string): void {
  try {
    builtin('node:fs').writeSync(2, text);
  } catch {
    // Nothing is left to say it with.
  }
}

/** Returns a hash of `text` as bytes in a string. Only a search needs it: the module takes a while to load. */
export function sha256(text: string): string {
  return builtin('node:crypto').hash('sha256', text, 'latin1');
}

function nodeWrite(): typeof writeOut {
  const { writeSync } = builtin('node:fs');
  return (bytes, from) => writeSync(1, bytes, from);
}

function denoWrite(): typeof writeOut | null {
  const { Deno: deno } = globalThis as { Deno?: { stdout: { writeSync(bytes: Uint8Array): number } } };
  if (!deno) return null;
  // Deno leaves this behind where nothing imports a module of Node's.
  Reflect.deleteProperty(globalThis, 'nodeBootstrap');
  const write = deno.stdout.writeSync.bind(deno.stdout);
  const { subarray } = Uint8Array.prototype;
  return (bytes, from) => write(from === 0 ? bytes : Reflect.apply(subarray, bytes, [from]));
}
