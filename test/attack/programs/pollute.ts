/** Attacks on what the child side uses in the same process: a program may change every object of the language. */
import type { Attack, Seen } from '../attack.ts';

/** The run of a program that pollutes is as if it had not: its jobs wait, log, and end. Or it failed, and says why. */
const asUsual = ({ status, error, events, lines }: Seen): string | null => {
  if (status === 'failed') return error === null ? 'failed without a reason' : null;
  // In a process of its own, a job fails alone.
  if (lines.some((line) => /^Job \d failed: .*gone/.test(line))) return null;
  const count = (type: string) => events.filter((event) => event.type === type).length;
  if (status !== 'completed') return `ended as ${status}`;
  if (!lines.includes('before') || !lines.includes('after')) return `logged only ${JSON.stringify(lines)}`;
  if (count('job-started') !== 2 || count('job-ended') !== 2) return 'jobs are missing';
  if (count('wait-started') < 2 || count('wait-started') !== count('wait-ended')) return 'waits are missing';
  return null;
};

const USE = `
export async function job(n: number, { log, sleep, lock, queue, shared }: any) {
  log('before');
  await sleep(0.01);
  log('after');
}
`;

/** The runtime, or the queue of the lanes, needs it too: the lane may fail at once, and says so. */
const MAY_FAIL: Partial<Attack> = { ends: ['completed', 'failed'] };

const polluting = (name: string, body: string, more: Partial<Attack> = {}): Attack => ({
  name: `pollutes ${name}`,
  modes: ['sequential', 'event-loop', 'threads', 'processes'],
  spec: { jobs: 2 },
  ends: ['completed'],
  check: asUsual,
  code: `// Pollute\n${body}\n${USE}`,
  ...more,
});

export const POLLUTE: Attack[] = [
  polluting('JSON', 'JSON.stringify = () => "gone"; JSON.parse = () => ({ type: "gone" });', {
    sample: true,
  }),
  polluting(
    'toJSON',
    'for (const one of [Object, Array, String, Number, Boolean]) (one.prototype as any).toJSON = () => "gone";',
  ),
  polluting(
    'Object.prototype',
    `for (const name of ['type', 'lane', 'job', 'error', 'code', 'status', 'line', 't', 'report', 'daemon', 'stream', 'message', 'ask', 'answer', 'queue', 'thrown'])
  Object.defineProperty(Object.prototype, name, Object.assign(Object.create(null), { configurable: true, get() {}, set() {} }));`,
  ),
  polluting(
    'descriptors',
    'for (const name of ["value", "get", "set"]) Object.defineProperty(Object.prototype, name, Object.assign(Object.create(null), { configurable: true, get() {}, set() {} }));',
    MAY_FAIL,
  ),
  polluting(
    'arrays',
    'for (const name of ["push", "pop", "shift", "unshift", "splice", "slice", "map", "filter", "find", "forEach", "join", "concat", "flatMap", "includes", "indexOf", "some", "every"]) (Array.prototype as any)[name] = () => { throw new Error("gone"); };',
    { ...MAY_FAIL, sample: true },
  ),
  polluting(
    'iteration',
    'const gone = () => { throw new Error("gone"); }; (Array.prototype as any)[Symbol.iterator] = gone; Object.getPrototypeOf([][Symbol.iterator]()).next = gone; (Map.prototype as any)[Symbol.iterator] = gone; (Set.prototype as any)[Symbol.iterator] = gone;',
    MAY_FAIL,
  ),
  polluting(
    'strings',
    'for (const name of ["split", "slice", "replace", "includes", "indexOf", "trim", "startsWith", "match", "at", "charCodeAt", "padStart", "repeat"]) (String.prototype as any)[name] = () => { throw new Error("gone"); };',
    MAY_FAIL,
  ),
  polluting(
    'parts of bytes',
    'Object.getPrototypeOf(Uint8Array.prototype).subarray = () => new Uint8Array(0);',
  ),
  polluting(
    'parts of bytes, which throws',
    'Object.getPrototypeOf(Uint8Array.prototype).subarray = () => { throw new Error("gone"); };',
  ),
  polluting('split', '(String.prototype as any).split = function () { return [String(this)]; };', {
    modes: ['processes'],
    code: `(String.prototype as any).split = function () { return [String(this)]; };
export async function job(n: number, { log, sleep, lock, queue }: any) {
  log('before');
  const one = lock('one');
  await one.acquire();
  await queue.put(n);
  await queue.get();
  one.release();
  await sleep(0.01);
  log('after');
}`,
  }),
  polluting(
    'maps and sets',
    'for (const one of [Map, Set, WeakMap, WeakSet]) for (const name of ["get", "set", "has", "add", "delete", "clear", "entries", "values", "keys", "forEach"]) if (name in one.prototype) (one.prototype as any)[name] = () => { throw new Error("gone"); };',
  ),
  polluting(
    'promises',
    'for (const name of ["then", "catch", "finally"]) (Promise.prototype as any)[name] = () => { throw new Error("gone"); }; for (const name of ["resolve", "reject", "all", "race", "allSettled", "withResolvers"]) (Promise as any)[name] = () => { throw new Error("gone"); };',
    MAY_FAIL,
  ),
  polluting(
    'functions',
    'for (const name of ["call", "apply", "bind", "toString"]) (Function.prototype as any)[name] = () => { throw new Error("gone"); }; for (const name of ["apply", "get", "set", "construct"]) (Reflect as any)[name] = () => { throw new Error("gone"); };',
    MAY_FAIL,
  ),
  polluting(
    'objects',
    'for (const name of ["keys", "entries", "assign", "freeze", "defineProperty", "getPrototypeOf", "fromEntries", "values"]) (Object as any)[name] = () => { throw new Error("gone"); };',
  ),
  polluting(
    'expressions',
    '(RegExp.prototype as any).exec = () => { throw new Error("gone"); }; (RegExp.prototype as any).test = () => { throw new Error("gone"); }; for (const symbol of [Symbol.replace, Symbol.split, Symbol.match]) (RegExp.prototype as any)[symbol] = () => { throw new Error("gone"); };',
  ),
  polluting(
    'numbers and Math',
    'for (const name of ["min", "max", "round", "floor", "imul", "abs"]) (Math as any)[name] = () => NaN; (Number as any).isInteger = () => false; (Number as any).isFinite = () => false; (globalThis as any).Number = () => NaN; (globalThis as any).String = () => "gone";',
  ),
  polluting(
    'errors',
    '(Error as any).captureStackTrace = () => { throw new Error("gone"); }; (Error as any).prepareStackTrace = () => { throw new Error("gone"); }; (Error as any).stackTraceLimit = 0; (globalThis as any).Error = class { constructor() { throw 1; } };',
  ),
  polluting(
    'clocks',
    '(performance as any).now = () => NaN; Object.defineProperty(performance, "timeOrigin", { value: -1e300, configurable: true }); (globalThis as any).performance = undefined; Date.now = () => -1; (globalThis as any).Date = undefined;',
    { sample: true },
  ),
  polluting(
    'atomics and bytes',
    'for (const name of ["wait", "notify", "load", "store", "compareExchange", "add"]) (Atomics as any)[name] = () => { throw new Error("gone"); }; TextEncoder.prototype.encode = () => new Uint8Array(0); (TextEncoder.prototype as any).encodeInto = () => { throw 1; }; for (const name of ["subarray", "slice", "set", "fill"]) (Uint8Array.prototype as any)[name] = () => { throw new Error("gone"); }; for (const name of ["subarray", "slice", "set", "fill"]) (Object.getPrototypeOf(Uint8Array.prototype) as any)[name] = () => { throw new Error("gone"); };',
    MAY_FAIL,
  ),
  polluting(
    'files',
    'import fs from "node:fs"; for (const name of Object.keys(fs)) try { (fs as any)[name] = () => { throw new Error("gone"); }; } catch {}',
    { sample: true },
  ),
  polluting(
    'a write that writes nothing',
    'import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module"; (fs as any).writeSync = () => 0; try { syncBuiltinESMExports(); } catch {}',
  ),
  polluting(
    'process',
    'import process from "node:process"; for (const name of ["exit", "on", "emit", "once", "listenerCount", "resourceUsage", "cpuUsage", "emitWarning", "nextTick"]) try { (process as any)[name] = () => { throw new Error("gone"); }; } catch {}',
    MAY_FAIL,
  ),
  polluting(
    'listeners',
    'import process from "node:process"; for (const name of ["exit", "uncaughtException", "unhandledRejection"]) process.removeAllListeners(name);',
  ),
  polluting(
    'timers',
    'for (const name of ["setTimeout", "setInterval", "setImmediate", "clearTimeout", "clearInterval", "queueMicrotask", "structuredClone"]) (globalThis as any)[name] = () => { throw new Error("gone"); };',
  ),
  polluting('the console', '(globalThis as any).console = null;'),
  polluting(
    'globals',
    'for (const name of ["JSON", "Atomics", "Map", "Set", "WeakMap", "Promise", "TextEncoder", "TextDecoder", "Uint8Array", "Int32Array", "SharedArrayBuffer", "DataView", "Buffer", "Math", "Reflect", "Object", "Array", "RegExp", "Symbol", "URL", "performance", "process"]) try { (globalThis as any)[name] = undefined; } catch {}',
  ),
  polluting(
    'worker threads',
    'import threads, { MessagePort } from "node:worker_threads"; try { (MessagePort.prototype as any).postMessage = () => { throw new Error("gone"); }; } catch {} try { (threads as any).Worker = undefined; } catch {}',
    {
      ends: ['completed', 'failed'],
      check: ({ status, error }) => (status === 'failed' && error === null ? 'no reason' : null),
    },
  ),
  polluting(
    'its input',
    'import process from "node:process"; process.stdin.removeAllListeners(); process.stdin.pause();',
    {
      ends: ['completed', 'failed', 'timed-out'],
      check: () => null,
    },
  ),
  {
    name: 'pollutes everything there is',
    modes: ['threads', 'processes'],
    spec: { jobs: 2 },
    ends: ['completed', 'failed', 'timed-out'],
    says: /./,
    code: `// Pollute
const seen = new Set<unknown>();
const spoil = (one: any, depth: number): void => {
  if ((typeof one !== 'object' && typeof one !== 'function') || one === null || seen.has(one) || depth > 4) return;
  seen.add(one);
  for (const name of Reflect.ownKeys(one)) {
    const found = Reflect.getOwnPropertyDescriptor(one, name);
    if (found && 'value' in found) spoil(found.value, depth + 1);
    if (typeof found?.value === 'function' && name !== 'constructor' && one !== globalThis) try { one[name] = () => { throw 1; }; } catch {}
  }
};
export async function job(_n: number, { log, sleep }: any) {
  log('before');
  spoil(globalThis, 0);
  await sleep(0.01);
  log('after');
}
`,
  },
];
