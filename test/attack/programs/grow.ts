/** Attacks that take memory, threads, processes, and room in the log, without end. */
import type { Attack, Seen } from '../attack.ts';

const MEMORY =
  /MiB of memory, over its limit|out of memory|memory|Array buffer allocation failed|Invalid (array|string) length|SIG(ABRT|TRAP|KILL|ILL|SEGV)|exited with code|Too many|time limit/i;

/** Memory is watched four times a second: so much can be taken between two looks. */
const MOST_BYTES = 2 ** 30;
const staysSmall = ({ events }: Seen) => {
  const most = Math.max(0, ...events.flatMap((event) => (event.type === 'sample' ? [event.rssBytes] : [])));
  return most > MOST_BYTES ? `it took ${Math.round(most / 2 ** 20)} MiB` : null;
};

const growing = (name: string, body: string, more: Partial<Attack> = {}): Attack => ({
  name: `grows ${name}`,
  // Where a job has a process of its own, only that is ended.
  ends: ['completed', 'failed', 'timed-out'],
  says: MEMORY,
  check: staysSmall,
  code: `// More\nexport async function job(_n: number, api: any) {\n  ${body}\n}\n`,
  ...more,
});

export const GROW: Attack[] = [
  growing(
    'a string',
    'const all: string[] = []; let text = "x".repeat(2 ** 20); for (;;) { text = String(Math.random()) + text; all.push([...text.slice(0, 2 ** 19)].join("-")); }',
  ),
  growing('an array', 'const all: unknown[] = []; for (;;) all.push({ a: all.length });', { sample: true }),
  growing('a Map', 'const all = new Map(); for (let n = 0; ; n++) all.set(n, { n });', { says: MEMORY }),
  growing(
    'Uint8Arrays',
    'const all: unknown[] = []; for (;;) { all.push(new Uint8Array(2 ** 24).fill(1)); await null; }',
    { sample: true },
  ),
  growing(
    'SharedArrayBuffers',
    'const all: unknown[] = []; for (;;) all.push(new Uint8Array(new SharedArrayBuffer(2 ** 24)).fill(1));',
  ),
  growing(
    'WebAssembly memory',
    'const all: unknown[] = []; for (;;) { const one = new WebAssembly.Memory({ initial: 256, maximum: 65536 }); new Uint8Array(one.buffer).fill(1); all.push(one); }',
  ),
  growing(
    'a resizable buffer',
    'const one: any = new (ArrayBuffer as any)(0, { maxByteLength: 2 ** 33 }); for (let size = 0; ; size += 2 ** 24) { one.resize(size); new Uint8Array(one).fill(1, Math.max(0, size - 2 ** 24)); }',
  ),
  growing(
    'Blobs',
    'const all: unknown[] = []; for (;;) { all.push(new Blob([new Uint8Array(2 ** 22).fill(1)])); await null; }',
  ),
  growing('promises', 'const all: unknown[] = []; for (;;) all.push(new Promise(() => {}));'),
  growing(
    'messages to a thread that reads none',
    'const { port1 } = new MessageChannel(); for (;;) { port1.postMessage(new Uint8Array(2 ** 22).fill(1)); await null; }',
  ),
  growing(
    'a hidden process',
    'const { default: process } = await import("node:process"); try { process.title = "a\\n1 2 3) R 1"; } catch {} const all: unknown[] = []; for (;;) { all.push(new Uint8Array(2 ** 24).fill(1)); await new Promise((done) => setTimeout(done, 5)); }',
  ),
  growing('as it is loaded', '', {
    code: 'const all: unknown[] = [];\nfor (;;) all.push(new Uint8Array(2 ** 24).fill(1));\nexport function job() {}\n',
    modes: ['threads'],
  }),
  {
    name: 'starts threads without end',
    ends: ['completed', 'failed', 'timed-out'],
    says: /memory|time limit|exited|SIG|threads?/i,
    code: `// Threads
import { Worker as Thread } from 'node:worker_threads';
declare const Deno: any;
export async function job() {
  const all: unknown[] = [];
  const text = 'while (true);';
  while (true) {
    try { all.push(typeof Deno === 'object' ? new (globalThis as any).Worker('data:text/javascript,' + text, { type: 'module' }) : new Thread(text, { eval: true })); } catch {}
    await new Promise((done) => setTimeout(done));
  }
}
`,
  },
  {
    name: 'starts all jobs there can be',
    ends: ['completed', 'failed', 'timed-out'],
    says: /./,
    spec: { jobs: 4 },
    code: `// Fork bomb
export async function job(n: number, { log, sleep }: any) {
  if (n % 50 === 0) log('job ' + n);
  await sleep(1);
}
export async function main({ start }: any) {
  const all: unknown[] = [];
  for (let n = 0; n < 5000; n++) all.push(start(n).catch(() => {}));
  await Promise.all(all);
}
`,
    // At most 32 at once; in a jail each has two of bubblewrap's beside it, and so has main.
    check: ({ mostProcesses }) => (mostProcesses > 33 * 3 + 10 ? `${mostProcesses} processes at once` : null),
  },
  {
    name: 'asks for processes by itself',
    ends: ['completed', 'failed', 'timed-out'],
    modes: ['threads', 'processes'],
    code: `// Fork bomb, without the api
import fs from 'node:fs';
export async function job(_n: number, { log }: any) { log('job'); while (true); }
export async function main() {
  for (let lane = 1; lane <= 1000; lane++) fs.writeSync(1, '\\n' + JSON.stringify({ t: performance.timeOrigin + performance.now(), report: { type: 'open-lane', lane, job: lane % 3, daemon: lane % 2 === 0 } }) + '\\n');
  await new Promise((done) => setTimeout(done, 2000));
}
`,
    // At most 32 at once; in a jail each has two of bubblewrap's beside it, and so has main.
    check: ({ mostProcesses }) => (mostProcesses > 33 * 3 + 10 ? `${mostProcesses} processes at once` : null),
  },
];
