/**
 * A run as a trace for Perfetto and chrome://tracing (Trace Event Format, JSON object form). Pure.
 *
 * A pass is shown as a process and a lane as one of its threads, because viewers keep counters and order per process;
 * the names say what they really were. All passes begin at 0, one below the other as on the page. A job is a slice that
 * contains the slices of its states; the cause that released a lane is a flow between slices. Times are whole
 * microseconds, as in the log.
 */
import { cpu, memory, runningJobs } from '../figures/series.ts';
import { causesOf, isArrow, rowOf } from '../timeline/causes.ts';
import { firstWhere } from '../timeline/first-where.ts';
import { linesOfBar } from '../timeline/lines.ts';
import {
  type Bar,
  type Cause,
  countsSteps,
  type PassTimeline,
  type Row,
  type RunTimeline,
} from '../timeline/model.ts';
import { capital, inPass } from '../words/english.ts';
import { isMissing } from '../words/names.ts';

/** An event of the format, of the kinds used here. */
export type TraceEvent = { pid: number; tid: number; ts: number; name: string; cat?: string } & (
  | { ph: 'M' | 'C'; args: Record<string, string | number> }
  | { ph: 'X'; dur: number; args: Record<string, string | number> }
  | { ph: 's'; id: string }
  | { ph: 'f'; id: string; bp: 'e' }
);

export type Trace = {
  traceEvents: TraceEvent[];
  displayTimeUnit: 'ms';
  otherData: Record<string, string>;
};

/** Returns the trace of `timeline`; `about` is metadata, such as the run's address. */
export function traceOf(timeline: RunTimeline, about: Record<string, string>): Trace {
  return {
    traceEvents: timeline.passes.flatMap(passEvents),
    displayTimeUnit: 'ms',
    otherData: timeline.passes.some(countsSteps)
      ? { ...about, times: 'Each millisecond is one step.' }
      : about,
  };
}

function passEvents(pass: PassTimeline): TraceEvent[] {
  // Viewers treat process 0 as the machine's idle process.
  const pid = pass.pass + 1;
  const lanes = new Map(
    pass.rows.map((row, i): [Row, Lane] => [
      row,
      { pid, tid: threadId(pid, i), slices: slicesOf(pass, row) },
    ]),
  );
  const lane = (place: Cause['from']) => {
    const row = rowOf(pass, place);
    return row && lanes.get(row);
  };
  const name = capital(inPass(pass));
  const about = (tid: number, what: string, args: Record<string, string | number>): TraceEvent => ({
    ph: 'M',
    pid,
    tid,
    ts: 0,
    name: what,
    args,
  });
  return [
    about(0, 'process_name', { name: `${pid}. ${name}${countsSteps(pass) ? ' (1 ms is 1 step)' : ''}` }),
    about(0, 'process_sort_index', { sort_index: pid }),
    ...[...lanes].flatMap(([row, { tid }], i) => [
      about(tid, 'thread_name', { name: threadName(row) }),
      about(tid, 'thread_sort_index', { sort_index: i }),
    ]),
    // Slices come before flows: a flow that begins with its slice must find it open.
    ...[...lanes.values()].flatMap(({ tid, slices }) =>
      slices.map((slice): TraceEvent => ({ ph: 'X', pid, tid, ...slice })),
    ),
    ...causesOf(pass).flatMap((cause, n) => flow(cause, `${pid}.${n}`, lane(cause.from), lane(cause.to))),
    ...counters(pass).map(
      ([what, atMs, value]): TraceEvent => ({
        ph: 'C',
        pid,
        tid: 0,
        ts: micro(atMs),
        name: what,
        args: { value },
      }),
    ),
  ];
}

/** Ids are unique within a trace: some viewers identify threads by id alone. */
function threadId(pid: number, row: number): number {
  return pid * 10_000 + row + 1;
}

function threadName(row: Row): string {
  if (row.slot !== null) return `${row.name} (on the main thread)`;
  const id = row.kind === 'thread' ? `thread ${row.threadId}` : `pid ${row.pid}`;
  const what = isMissing(row) ? 'could not be started' : id;
  return `${row.name} (${what}${row.daemon ? ', daemon' : ''})`;
}

type Slice = Pick<Extract<TraceEvent, { ph: 'X' }>, 'name' | 'cat' | 'ts' | 'dur' | 'args'>;

/** Returns the slices of a row, each job before its states. Idle lanes have none. */
function slicesOf(pass: PassTimeline, row: Row): Slice[] {
  const slices: Slice[] = [];
  let job: Slice | null = null;
  let before: Bar | null = null;
  for (const bar of row.bars) {
    const { startMs, endMs = pass.latestMs, state } = bar;
    const ts = micro(startMs);
    const end = Math.max(ts, micro(endMs ?? pass.latestMs));
    if (bar.job === null || bar.job !== before?.job || before.endMs !== startMs) job = null;
    if (bar.job !== null && job === null) {
      job = { name: `job ${bar.job}`, cat: 'job', ts, dur: 0, args: { job: bar.job } };
      slices.push(job);
    }
    if (job !== null) {
      job.dur = end - job.ts;
      const times = pass.jobs.get(bar.job ?? -1);
      if (bar.end !== null) Object.assign(job.args, { ended: bar.end });
      if (bar.end === 'failed' && times?.error) Object.assign(job.args, { error: times.error });
    }
    before = bar;
    // An idle job waits for its turn on the event loop: its slices must fill it.
    if (state === 'idle' && bar.job === null) continue;
    const lines = linesOfBar(pass, row, bar).join(' ');
    const args = {
      ...(bar.on !== null && { on: bar.on }),
      ...(bar.job !== null && { job: bar.job }),
      ...(lines !== '' && { lines }),
    };
    slices.push({ name: state, cat: 'state', ts, dur: end - ts, args });
  }
  return slices;
}

type Lane = { pid: number; tid: number; slices: Slice[] };

/**
 * Returns a flow, if both its ends are within slices. A lane may report an effect slightly before another lane reports
 * its cause. Viewers reject flows that go back in time, so such a flow begins at its end.
 */
function flow(cause: Cause, id: string, from: Lane | undefined, to: Lane | undefined): TraceEvent[] {
  if (!isArrow(cause) || !from || !to) return [];
  const end = micro(cause.to.atMs);
  const start = Math.min(end, micro(cause.from.atMs));
  if (!isWithin(from.slices, start) || !isWithin(to.slices, end)) return [];
  const common = { pid: from.pid, cat: 'cause', name: cause.kind, id };
  return [
    { ph: 's', tid: from.tid, ts: start, ...common },
    { ph: 'f', bp: 'e', tid: to.tid, ts: end, ...common },
  ];
}

/**
 * Returns whether a slice is open at `ts`. Checking the last one that has begun is enough: slices are in order, and
 * states fill their job.
 */
function isWithin(slices: Slice[] = [], ts: number): boolean {
  const last = slices[firstWhere(slices.length, (i) => (slices[i]?.ts ?? 0) > ts) - 1];
  return last !== undefined && ts <= last.ts + last.dur;
}

type Counter = [name: string, atMs: number, value: number];

function counters(pass: PassTimeline): Counter[] {
  const series = (name: string, atMs: number[], values: number[]) =>
    atMs.map((ms, i): Counter => [name, ms, values[i] ?? 0]);
  const { atMs, jobs } = runningJobs(pass);
  const { atMs: memoryAtMs, rssBytes } = memory(pass);
  const { atMs: cpuAtMs, cores } = cpu(pass);
  return [
    ...series('running jobs', atMs, jobs),
    ...series('memory, bytes', memoryAtMs, rssBytes),
    ...series('cores busy', cpuAtMs, cores),
  ];
}

function micro(ms: number): number {
  return Math.round(ms * 1000);
}
