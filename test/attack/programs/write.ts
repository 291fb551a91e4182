/** Attacks on what a run writes: floods, forged facts, and texts that mean something to whoever shows them. */
import type { Attack, Seen } from '../attack.ts';

const isCut = ({ status, events }: Seen) =>
  status !== 'completed' || events.some(({ type }) => type === 'cut') ? null : 'nothing says that it was cut';
/** No fact of jobs that main did not start, and of nothing that only the server knows. */
const noneForged = ({ events, lines }: Seen) => {
  const jobs = events.flatMap((event) =>
    'job' in event && typeof event.job === 'number' ? [event.job] : [],
  );
  if (jobs.some((job) => job > 1)) return `there are facts of job ${Math.max(...jobs)}`;
  return (
    lines.find((line) =>
      /^FORGED by lane (?![01] job (0|null)$)|^(never|NaN|no time|inherited)$/.test(line),
    ) ?? null
  );
};

/** Writes reports to the pipe as the child side does. */
const FORGE = `import fs from 'node:fs';
const now = () => performance.timeOrigin + performance.now();
const line = (text: string) => { try { fs.writeSync(1, '\\n' + text + '\\n'); } catch {} };
const say = (report: unknown, t: unknown = now()) => line(JSON.stringify({ t, report }));
`;

const forging = (name: string, body: string, more: Partial<Attack> = {}): Attack => ({
  name: `forges ${name}`,
  ends: ['completed', 'failed'],
  check: noneForged,
  code: `// Lies\n${FORGE}export async function job(n: number, api: any) {\n${body}\n}\n`,
  ...more,
});

export const WRITE: Attack[] = [
  {
    name: 'logs a gigabyte',
    ends: ['completed', 'timed-out', 'failed'],
    code: `// Talk\nexport function job(_n: number, { log }: any) {\n  const text = 'x'.repeat(1000);\n  for (let n = 0; n < 1e6; n++) log(text);\n}\n`,
    check: isCut,
  },
  {
    name: 'logs lines of half a gigabyte',
    ends: ['completed', 'timed-out', 'failed'],
    says: /./,
    code: `// Talk\nexport function job(_n: number, { log }: any) {\n  log('x'.repeat(2 ** 29 - 30));\n  log('y'.repeat(2 ** 29 - 30));\n}\n`,
  },
  {
    name: 'writes a gigabyte past the api',
    ends: ['completed', 'failed', 'timed-out'],
    // Where writing fails while the pipe is full, little comes through, and the last of it is shown.
    says: /wrote|time limit|^x{100}/,
    code: `// Flood\nimport fs from 'node:fs';\nexport function job() {\n  const text = new Uint8Array(2 ** 16).fill(120);\n  text[text.length - 1] = 10;\n  for (let n = 0; n < 2 ** 14; n++) { try { fs.writeSync(1, text); } catch {} }\n}\n`,
  },
  {
    name: 'writes a line of a gigabyte',
    ends: ['completed', 'failed', 'timed-out'],
    // What a server does not read in time is refused to it.
    says: /wrote|time limit|^x{1000}/,
    code: `// Flood\nimport fs from 'node:fs';\nexport function job() {\n  const text = new Uint8Array(2 ** 16).fill(120);\n  for (let n = 0; n < 2 ** 14; n++) { try { fs.writeSync(1, text); } catch {} }\n}\n`,
  },
  {
    name: 'writes newlines',
    ends: ['completed', 'failed', 'timed-out'],
    says: /wrote|time limit/,
    sample: true,
    code: `// Flood\nimport fs from 'node:fs';\nexport function job() {\n  const text = new Uint8Array(2 ** 16).fill(10);\n  for (;;) { try { fs.writeSync(1, text); } catch {} }\n}\n`,
  },
  {
    name: 'writes errors without end',
    ends: ['completed', 'failed', 'timed-out'],
    says: /wrote|time limit/,
    code: `// Flood\nimport fs from 'node:fs';\nexport function job() {\n  for (let n = 0; ; n++) { try { fs.writeSync(2, ('error ' + n + '\\n').repeat(1000)); } catch {} }\n}\n`,
  },
  {
    name: 'makes 10 million events',
    ends: ['completed', 'timed-out', 'failed'],
    code: `// Events\nexport async function job(_n: number, { shared, queue }: any) {\n  for (let n = 0; n < 1e7; n++) { shared.counter.add(1); if (n % 1000 === 0) await null; }\n}\n`,
    check: isCut,
  },
  {
    name: 'puts messages without end',
    ends: ['timed-out', 'failed'],
    says: /./,
    code: `// Messages\nexport function job(_n: number, { queue }: any) {\n  const text = 'x'.repeat(1000);\n  for (;;) void queue.put(text);\n}\n`,
  },
  {
    name: 'waits for locks without end',
    ends: ['timed-out', 'failed'],
    says: /./,
    code: `// Locks\nexport function job(_n: number, { lock }: any) {\n  for (let n = 0; ; n++) { void lock('a').acquire(); void lock('x'.repeat(80) + n).acquire(); }\n}\n`,
  },
  {
    name: 'makes facts of the size of a line',
    ends: ['completed', 'timed-out', 'failed'],
    code: `// Big facts\nexport async function job(_n: number, { queue }: any) {\n  const value = Array.from({ length: 500 }, () => 1);\n  for (let n = 0; n < 20_000; n++) { await queue.put(value); await queue.get(); }\n}\n`,
    check: isCut,
  },
  forging(
    'facts of other lanes, jobs and times',
    `  for (const lane of [0, 1, 2, 99, -1, 1e9, 1.5, '0', null]) for (const job of [0, 1, 77, 999, 1000, -1, null])
    say({ type: 'log', lane, job, stream: 'stdout', text: 'FORGED by lane ' + lane + ' job ' + job });
  for (const other of [1, 2, 77, 999]) { say({ type: 'job-started', lane: 0, job: other }); say({ type: 'job-started', lane: 1, job: other }); say({ type: 'job-ended', lane: 1, job: other, status: 'done', error: null }); }
  for (let lane = 0; lane < 1000; lane += 9) say({ type: 'lane-started', lane, kind: 'thread', name: 'forged', pid: target.serverPid, threadId: 1, parentPid: 1, daemon: false });
  for (const t of [-1e300, -1, 0, 1e300, now() + 1e9]) say({ type: 'log', lane: 1, job: n, stream: 'stdout', text: 'at ' + t }, t);
  line('{"t":1e999,"report":{"type":"log","lane":1,"job":0,"stream":"stdout","text":"never"}}');
  line('{"t":NaN,"report":{"type":"log","lane":1,"job":0,"stream":"stdout","text":"NaN"}}');
  line('{"t":null,"report":{"type":"log","lane":1,"job":0,"stream":"stdout","text":"no time"}}');
  api.log('told');`,
    { sample: true, says: /^told$/ },
  ),
  forging(
    'facts of unknown types and shapes',
    `  for (const type of ['unknown', '__proto__', 'constructor', 'toString', 'run-ended', 'pass-ended', 'sample', 'cut', 'deadlock', 'run-started', '', null, 1, {}, []])
    say({ type, lane: 1, job: n, status: 'completed', error: null, wallMs: 0, cpuMs: 0, peakRssBytes: 0 });
  line('{"t":1,"report":{"__proto__":{"type":"log","lane":1,"job":0,"stream":"stdout","text":"inherited"}}}');
  line('{"__proto__":{"t":1,"report":1},"t":' + now() + ',"report":{"type":"log","lane":1,"job":' + n + ',"stream":"stdout","text":"polluted","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}}');
  say({ type: 'message-sent', lane: 1, job: n, id: '1.1', channel: 'queue', bytes: 3, value: JSON.parse('{"__proto__":{"isAdmin":true}}') });
  line('{"t":' + now() + ',"report":{"type":"shared-written","lane":1,"job":' + n + ',"key":"list","length":1,"value":' + '['.repeat(1900) + ']'.repeat(1900) + '}}');
  for (const text of ['{', '[', ']]', '"', 'null', '[]', '{}', '{"t":1}', '\\u0000', '\\ud800', '{"t":1,"report":' + '['.repeat(4000)]) line(text);
  say({ type: 'bye', reason: 'returned', error: null, cpuMs: 1e300, peakRssBytes: 1e300 });
  say({ type: 'bye', reason: 'threw', error: 'FORGED', cpuMs: -1, peakRssBytes: -1 });
  say({ type: 'hello' }); say({ type: 'calibrated', blocksPerSecond: 1e300 });
  api.log('told');`,
    { says: /^told$/ },
  ),
  forging(
    'the end of what goes on',
    `  say({ type: 'job-ended', lane: 1, job: n, status: 'done', error: null });
  say({ type: 'lane-ended', lane: 1, reason: 'returned', exitCode: 0, signal: null });
  say({ type: 'lane-ended', lane: 0, reason: 'returned', exitCode: 0, signal: null });
  api.log('after its end');
  await api.sleep(0.1);`,
  ),
  forging(
    'what others ask the server',
    `  for (const job of [n, n + 1, 99, null]) {
    say({ type: 'ask', ask: { id: 1, job, what: 'acquire', lock: 'a' } }); say({ type: 'ask', ask: { id: 1, job, what: 'acquire', lock: '__proto__' } });
    say({ type: 'ask', ask: { id: 2, job, what: 'release', lock: 'a' } }); say({ type: 'ask', ask: { id: 3, job, what: 'limit', length: 1e300 } });
    say({ type: 'ask', ask: { id: 4, job, what: 'put', message: { id: 'x', json: 'not json' } } }); say({ type: 'ask', ask: { id: 5, job, what: 'get' } });
    say({ type: 'ask', ask: { id: 6, job, what: 'semaphore', semaphore: 'constructor', permits: 1000 } }); say({ type: 'ask', ask: { id: 7, job, what: 'notify', condition: 'toString', all: true, by: '1.1' } });
  }
  for (const lane of [0, 1, 2, 1000]) { say({ type: 'run-job', lane, job: 1 }); say({ type: 'close-lane', lane }); }
  api.log('told');`,
    { ends: ['completed', 'failed', 'timed-out'], spec: { jobs: 2 } },
  ),
  forging(
    'many lanes and long waits',
    `  for (let lane = 1; lane <= 1000; lane++) say({ type: 'lane-started', lane, kind: 'thread', name: 'x'.repeat(100), job: lane, pid: 1, threadId: lane, parentPid: 1, daemon: false });
  for (let lane = 1; lane <= 1000; lane++) say({ type: 'job-started', lane, job: lane });
  for (let round = 0; round < 4; round++) for (let lane = 1; lane <= 1000; lane++) say({ type: 'wait-started', lane, job: lane, for: 'lock', on: 'l' + (lane + round) });
  for (let round = 0; round < 4; round++) for (let lane = 1; lane <= 1000; lane++) say({ type: 'wait-ended', lane, job: lane, for: 'lock', on: 'l' + (lane + round), by: lane + '.1' });
  api.log('told');`,
    { ends: ['completed', 'failed', 'timed-out'] },
  ),
  {
    name: 'writes markup, escapes and marks',
    modes: ['threads', 'processes'],
    ends: ['completed'],
    says: /MARKUP/,
    sample: true,
    code: `// <script>alert(1)</script> "quoted" \\u202e
const TEXT = 'MARKUP <img src=x onerror="alert(1)"><script>alert(2)</scr' + 'ipt></textarea></title><!-- & \\' " \\u0060 =cmd|A1 @x';
const MARKS = 'MARKS \\x1b]0;title\\x07\\x1b[2J\\x1b[31mred \\u202e reversed \\u2066 isolated \\u200f \\u2028 \\u2029 \\ud800 lone \\udfff \\u0000 \\u0007 \\r over \\x9b31m';
export async function job(n: number, { log, lock, semaphore, condition, queue, shared }: any) {
  log(TEXT); log(MARKS); console.log(TEXT, MARKS); console.error(TEXT); console.error(MARKS);
  for (const name of ['<b onclick=alert(1)>x</b>', '\\u202ename', '__proto__', 'constructor', '"&\\'<']) {
    try { const one = lock(name); await one.acquire(); one.release(); } catch (error) { log(String(error)); }
    try { const one = semaphore(name, 1); await one.acquire(); one.release(); } catch (error) { log(String(error)); }
    try { condition(name).notify(); } catch (error) { log(String(error)); }
  }
  for (const name of [MARKS, TEXT, '\\ud800']) try { lock(name); } catch (error) { log(String(error)); }
  await queue.put({ [TEXT]: MARKS, __proto__: null }); shared.push(TEXT); shared.push([MARKS]);
  throw Object.assign(new Error(TEXT + MARKS), { name: TEXT });
}
`,
  },
];
