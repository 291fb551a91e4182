/** Attacks that never end, or end in ways of their own. */
import type { Attack } from '../attack.ts';

const LIMIT = /^Stopped at the time limit\./;

/** A program whose job is `body`. */
const jobOf = (body: string) => `// It never ends
import process from 'node:process';
declare const Deno: any;
export async function job(_n: number, api: any) {
  ${body}
}
`;

const endless = (name: string, body: string, more: Partial<Attack> = {}): Attack => ({
  name,
  ends: ['timed-out'],
  says: LIMIT,
  code: jobOf(body),
  ...more,
});

const ending = (name: string, body: string, says: RegExp, more: Partial<Attack> = {}): Attack => ({
  name,
  // A job that fails does so alone: the run is completed, and says which job failed.
  ends: ['completed', 'failed'],
  says,
  code: jobOf(body),
  ...more,
});

export const ENDLESS: Attack[] = [
  endless('loops', 'while (true);', {
    modes: ['sequential', 'event-loop', 'threads', 'processes'],
  }),
  endless('loops in microtasks', 'for (;;) await null;'),
  endless(
    'queues microtasks',
    'const again = () => queueMicrotask(again); again(); await new Promise(() => {});',
  ),
  endless(
    'loops in nextTick',
    'const again = () => process.nextTick(again); again(); await new Promise(() => {});',
  ),
  endless(
    'loops in immediates',
    'const again = () => setImmediate(again); again(); await new Promise(() => setInterval(() => {}, 1));',
  ),
  endless('waits for an atomic', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'),
  endless('matches a slow expression', '/^(a+)+$/.test("a".repeat(60) + "b");'),
  endless('computes one huge number', 'let big = 3n ** 100_000_000n; while (big) big = big * 3n;', {
    // Of several processes, one may take too much memory: then only its job fails.
    ends: ['timed-out', 'failed', 'completed'],
    says: /time limit|memory/,
  }),
  endless(
    'loops in a getter of what it throws',
    'throw { get stack() { while (true); }, get message() { while (true); }, [Symbol.toStringTag]: "x", toString() { while (true); } };',
    { ends: ['timed-out', 'failed'], says: /time limit|failed/ },
  ),
  endless(
    'loops in a value it logs',
    'api.log({ toString() { while (true); }, get a() { while (true); }, [Symbol.for("nodejs.util.inspect.custom")]() { while (true); } });',
  ),
  endless('returns a promise of its own that never resolves', 'return { then() { while (true); } };'),
  endless('loops as it is loaded', '', { code: 'while (true);\nexport function job() {}\n' }),
  endless('loops at its exit', 'process.on("exit", () => { while (true); }); process.exit(3);'),
  endless(
    'ignores SIGTERM',
    'for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) { try { process.on(name, () => {}); } catch {} } const none = new Int32Array(new SharedArrayBuffer(4)); while (true) Atomics.wait(none, 0, 0, 100);',
    { sample: true },
  ),
  endless(
    'loops in SIGTERM’s handler',
    'try { process.on("SIGTERM", () => { while (true); }); } catch {} await new Promise(() => setInterval(() => {}, 1000));',
  ),
  endless(
    'never reads its input',
    'process.stdin.pause(); process.stdin.removeAllListeners(); const until = Date.now() + 1e9; while (Date.now() < until);',
    { spec: { jobs: 4 } },
  ),

  ending('exits', 'process.exit(0);', /called process\.exit|exited with code 0/, { sample: true }),
  ending('exits with a code', 'process.exit(7);', /called process\.exit|exited with code 7/),
  ending('exits by another name', '(process as any).reallyExit(9);', /exit|failed/),
  ending('exits as Deno does', 'Deno.exit(5);', /exit|Deno is not defined/),
  ending('aborts', 'process.abort();', /SIGABRT|exited with code|abort/i),
  ending(
    'kills itself',
    'process.kill(process.pid, "SIGKILL");',
    /SIGKILL|Requires run access|refused|not permitted|failed/i,
  ),
  ending(
    'throws what cannot be shown',
    'throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; }, ownKeys() { throw 1; } });',
    /something that cannot be shown|failed/,
  ),
  ending('throws a huge error', 'throw new Error("x".repeat(1e7));', /x{100}…?/),
  ending('recurses without end', 'const again = (): void => again(); again();', /Maximum call stack/),
  ending(
    'throws in a timer',
    'setTimeout(() => { throw new Error("later"); }); await new Promise((done) => setTimeout(done, 5000));',
    /later/,
  ),
  ending(
    'rejects what nothing handles',
    'Promise.reject(new Error("unheard")); await new Promise((done) => setTimeout(done, 5000));',
    /unheard/,
  ),
  {
    name: 'closes its pipes',
    ends: ['completed', 'failed'],
    code: `// Close all
import fs from 'node:fs';
declare const Deno: any;
export async function job() {
  for (const fd of [0, 1, 2]) { try { fs.closeSync(fd); } catch {} }
  for (const one of ['stdin', 'stdout', 'stderr']) { try { Deno[one].close(); } catch {} }
}
`,
    check: ({ status, error, lines }) =>
      status === 'failed' && error === null && lines.length === 0 ? 'nothing was said' : null,
  },
  {
    name: 'goes on after its end',
    ends: ['completed', 'failed', 'timed-out'],
    code: `// Work for me
import { Worker } from 'node:worker_threads';
export function job() {
  setInterval(() => { const until = Date.now() + 50; while (Date.now() < until); }, 1);
  try { new Worker('while (true);', { eval: true }); } catch {}
}
`,
  },
  {
    name: 'says bye and goes on',
    ends: ['timed-out', 'failed', 'completed'],
    code: `// Bye
import fs from 'node:fs';
export function job() {
  fs.writeSync(1, '\\n' + JSON.stringify({ t: performance.timeOrigin + performance.now(), report: { type: 'bye', reason: 'returned', error: null, cpuMs: 0, peakRssBytes: 0 } }) + '\\n');
  while (true);
}
`,
  },
];
