/**
 * What a process writes to the server: garbage, truncations and mutations of what real ones wrote. Nothing of it stops
 * the server, becomes an event of another run, or stays in memory. `LINES=100000` tries more of it.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { csvOf } from '../../../server/exports/csv.ts';
import { traceOf } from '../../../server/exports/trace.ts';
import { summarize } from '../../../server/figures/summary.ts';
import type { Listener } from '../../../server/launch/child.ts';
import { Guard } from '../../../server/launch/guard.ts';
import { launch } from '../../../server/launch/launch.ts';
import type { Place } from '../../../server/launch/place.ts';
import { Ready } from '../../../server/launch/ready.ts';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { parseReport } from '../../../server/protocol/parse.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';
import { runPass } from '../../../server/runs/pass/run-pass.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import type { Runtime } from '../../../server/spec/runtimes.ts';
import { sentence } from '../../../server/words/sentence.ts';
import { problems } from '../../../views/run/problems.ts';
import { timelineOf } from '../../timeline/made-events.ts';
import { UNBOUNDED } from './unbounded.ts';

const COUNT = Number(process.env.LINES ?? 1000);
const BEGAN = 1_700_000_000_000;

/** Reports that real processes made, from logs of all kinds, and those that leave no event. */
const real: string[] = [];
for (const name of [
  'wait-notify-deno',
  'semaphore-deno',
  'deadlock-all-modes',
  'queue-all-modes',
  'crash-all-modes',
]) {
  const file = new URL(`../../recorded/${name}.ndjson.gz`, import.meta.url);
  for (const line of gunzipSync(fs.readFileSync(file)).toString().trim().split('\n')) {
    const { seq, pass, atMs, ...report }: RunEvent = JSON.parse(line);
    real.push(JSON.stringify({ t: BEGAN + atMs, report }));
  }
}
const asks = [
  { what: 'put', message: { id: '0.1', json: '"x"' } },
  { what: 'get' },
  { what: 'limit', length: 3 },
  { what: 'acquire', lock: 'A' },
  { what: 'release', lock: 'A' },
  { what: 'semaphore', semaphore: 'S', permits: 2 },
  { what: 'take-permit', semaphore: 'S' },
  { what: 'give-permit', semaphore: 'S', by: '0.2' },
  { what: 'wait', condition: 'C', lock: 'A', notified: 5 },
  { what: 'notify', condition: 'C', all: true, by: '0.3' },
].map((ask, id) => ({ type: 'ask', ask: { id, job: null, ...ask } }));
const jobs = [0, 1, 2, 3, 77];
const controls = [
  { type: 'hello' },
  ...jobs.map((job) => ({ type: 'start-job', job })),
  ...jobs.map((job, lane) => ({ type: 'open-lane', lane: lane + 1, job, daemon: false })),
  ...jobs.map((job, lane) => ({ type: 'run-job', lane: lane + 1, job })),
  { type: 'close-lane', lane: 1 },
  { type: 'calibrated', blocksPerSecond: 1 },
  { type: 'bye', reason: 'returned', error: null, cpuMs: 1e300, peakRssBytes: 1e300 },
];
for (const report of [...asks, ...controls])
  for (let n = 0; n < 8; n++) real.push(JSON.stringify({ t: BEGAN, report }));

const one = fc.constantFrom(...real);
const values = fc.constantFrom(
  ...[
    'null',
    '-1',
    '0',
    '1e300',
    '-1e300',
    '1e999',
    '77',
    '1001',
    '"x"',
    '""',
    '"__proto__"',
    '{}',
    '[]',
    'true',
  ],
  ...['"\\ud800"', '"\\u202e<script>"', `"${'y'.repeat(5000)}"`, '{"__proto__":{"polluted":1}}', '"a\\nb"'],
);
/** A line, as real processes write it or nearly so. */
const line = fc.oneof(
  { arbitrary: one, weight: 4 },
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.json(),
  fc.tuple(one, fc.nat(400)).map(([text, length]) => text.slice(0, length)),
  fc
    .tuple(one, fc.nat(400), fc.string({ maxLength: 3 }))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
  {
    // Another value for one of its properties.
    arbitrary: fc.tuple(one, fc.nat(20), values).map(([text, at, value]) => {
      const found = [...text.matchAll(/"(?!report|ask|type)\w+":("[^"]*"|[\d.e+-]+|true|false|null)/g)];
      const [whole = '', old = ''] = found[at % Math.max(1, found.length)] ?? [];
      return text.replace(whole, whole.slice(0, whole.length - old.length) + value);
    }),
    weight: 4,
  },
  // Another kind of fact with the properties of this one.
  fc
    .tuple(one, one)
    .map(([a, b]) =>
      JSON.stringify({ t: BEGAN, report: { ...JSON.parse(a).report, type: JSON.parse(b).report.type } }),
    ),
);

const guard = new Guard();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hostile-'));
/** A program of one line. */
const program = path.join(folder, 'program.mjs');
fs.writeFileSync(program, '');
afterAll(async () => {
  await guard.close();
  fs.rmSync(folder, { recursive: true });
});

/** Starts a process that says hello and, once it has its order, writes what is in a file. */
class Writing extends Ready {
  #file: string;
  constructor(file: string) {
    super('', guard, 0);
    this.#file = file;
  }
  override launch(_runtime: Runtime, _place: Place | null, listener: Listener) {
    const script = `echo '{"t":${BEGAN},"report":{"type":"hello"}}'; read order; cat "$0"`;
    return launch({ file: '/bin/sh', args: ['-c', script, this.#file] }, guard, listener);
  }
}

/** Plays a pass of one job and two workers whose process writes `lines`, and returns its events. */
async function played(mode: Mode, lines: readonly string[]): Promise<RunEvent[]> {
  const file = path.join(folder, mode);
  const main = { kind: 'main', name: 'main', pid: 1, threadId: 0, parentPid: 1, daemon: false };
  const thread = { ...main, kind: 'thread', job: 0, threadId: 1 };
  // As a real one begins, so that much of what follows concerns lanes and jobs that there are.
  const begun = [
    { type: 'lane-started', lane: 0, ...main },
    { type: 'lane-ready', lane: 0 },
    { type: 'start-job', job: 0 },
    { type: 'lane-started', lane: 1, ...thread },
    { type: 'lane-ready', lane: 1 },
    { type: 'job-started', lane: mode === 'threads' ? 1 : 0, job: 0 },
  ];
  fs.writeFileSync(
    file,
    [...begun.map((report) => JSON.stringify({ t: BEGAN, report })), ...lines].join('\n'),
  );
  const log = new RunLog({ save: () => {}, maxEvents: 10_000, maxBytes: 2 ** 23 });
  const settings = { mode, jobs: 1, minSeconds: 0, maxSeconds: 1, work: 'wait', seed: 7 } as const;
  const plan = {
    ...UNBOUNDED,
    maxProcesses: 0,
    kind: { runtime: 'node', isSandboxed: false } as const,
    program: { address: pathToFileURL(program).href },
    settings: { ...settings, maxLanes: 2, reuse: true, logBytes: 65_536, blocksPerSecond: 1 },
  };
  log.append({ type: 'run-started' }, null, 0);
  const status = await runPass(plan, new Writing(file), log, new AbortController().signal);
  log.append({ type: 'run-ended', status: status, error: null }, null, 0);
  await log.flush();
  return log.after(0).map((text) => JSON.parse(text));
}

describe('lines of a hostile process', () => {
  test('parseReport: never throws, and pollutes no prototype', () => {
    fc.assert(
      fc.property(line, (text) => {
        const parsed = parseReport(text);
        if (parsed !== null) expect(Number.isFinite(parsed.t)).toBe(true);
        expect('polluted' in {}).toBe(false);
      }),
      { numRuns: COUNT },
    );
  });

  test.each(['event-loop', 'threads', 'processes'] as const)('runPass: %s', async (mode) => {
    const lines = fc.sample(line, { numRuns: COUNT, seed: 7 });
    const before = used();
    const events = await played(mode, lines);
    const inPass = events.filter(({ pass }) => pass !== null);
    expect(inPass.every(({ pass }) => pass === 0)).toBe(true);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(inPass.filter(({ type }) => type === 'pass-started' || type === 'pass-ended')).toHaveLength(2);
    for (const event of inPass) {
      expect(event.atMs).toBeGreaterThanOrEqual(0);
      if ('lane' in event) expect(event.lane).toBeLessThanOrEqual(1000);
      if ('line' in event) expect(event.line).toBe(1);
    }
    expect(inPass.some(({ type }) => type === 'job-started')).toBe(mode !== 'processes');
    const timeline = timelineOf(events);
    summarize(timeline);
    sentence(timeline);
    problems(timeline);
    csvOf(timeline);
    traceOf(timeline, {});
    events.length = 0;
    lines.length = 0;
    expect(used() - before).toBeLessThan(30);
  });
});

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** MiB in use. */
function used(): number {
  gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
