/** Says what happened in the queue: which jobs waited for room in it, or in which order messages arrived. Pure. */
import { jobsThat } from '../figures/pass-jobs.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { capital, counted, inMode, inSeconds, listed, namedJobs } from './english.ts';

/** Smallest share of the jobs' time that waits for room must take to be mentioned. */
const NOTABLE = 0.1;
/** As the wait of a put is named where the queue has a limit (program/asker.ts). */
const ROOM = 'room in the queue';

type Waited = { startMs: number; endMs: number; job: number | null };

/** `Job 0 spent 9.8 s waiting for room in the queue, which holds 3.` Returns null if waits for room were short. */
export function roomSentence(passes: PassTimeline[]): string | null {
  const found = passes.flatMap((pass) => {
    const waits = waitsForRoom(pass);
    const ms = waits.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    const of = Object.values(pass.jobStateMs).reduce((sum, one) => sum + one, 0);
    return ms > NOTABLE * of ? [{ pass, waits, ms, room: roomOf(pass, waits) }] : [];
  });
  const [first, ...others] = found;
  if (!first) return null;
  const who = ({ waits }: typeof first) => {
    const jobs = [...new Set(waits.flatMap(({ job }) => job ?? []))];
    const main = waits.some(({ job }) => job === null) ? ['main'] : [];
    return listed([...main, ...(jobs.length > 0 ? [namedJobs(jobs)] : [])]);
  };
  const where = passes.length > 1 ? `${inMode(first.pass.mode)} ` : '';
  const spent = `${where}${who(first)} spent ${inSeconds(first.ms)} waiting for room in the queue, which holds ${first.room}`;
  const more = others.map(({ pass, ms }) => `${inMode(pass.mode)} ${inSeconds(ms)}`);
  return `${capital([spent, ...more].join('; '))}.`;
}

/** Returns the waits for room in the queue that have ended. */
export function waitsForRoom({ rows }: PassTimeline): Waited[] {
  return rows.flatMap(({ bars }) =>
    bars.flatMap(({ state, on, startMs, endMs, job }) =>
      state === 'queue' && on === ROOM && endMs !== null ? [{ startMs, endMs, job }] : [],
    ),
  );
}

/**
 * Returns how many messages the queue has room for: as many as were in it for most of the time that jobs waited for
 * room. Puts and gets are reported a moment after they happen, so for a moment there can seem to be more, or fewer.
 */
export function roomOf({ state }: PassTimeline, waits: Waited[]): number {
  const steps = [
    ...waits.flatMap(({ startMs, endMs }) => [
      { atMs: startMs, waiting: 1, lying: 0 },
      { atMs: endMs, waiting: -1, lying: 0 },
    ]),
    ...[...state.messages.values()].flatMap(({ sent, received }) => [
      { atMs: sent.atMs, waiting: 0, lying: 1 },
      ...(received ? [{ atMs: received.atMs, waiting: 0, lying: -1 }] : []),
    ]),
  ].sort((a, b) => a.atMs - b.atMs);
  const lasted = new Map<number, number>();
  let [waiting, lying, sinceMs] = [0, 0, 0];
  for (const step of steps) {
    if (waiting > 0) lasted.set(lying, (lasted.get(lying) ?? 0) + step.atMs - sinceMs);
    waiting += step.waiting;
    lying += step.lying;
    sinceMs = step.atMs;
  }
  const [most] = [...lasted].sort((a, b) => b[1] - a[1]);
  return Math.max(1, most?.[0] ?? 1);
}

/** `Main got 5 messages, in the order they were sent`; null where main got none, or not as many in each pass. */
export function messagesSentence(passes: PassTimeline[]): string | null {
  const counts = new Set(passes.map(gotByMain));
  const [count = 0] = counts;
  if (counts.size !== 1 || count === 0) return null;
  const order = count > 1 && passes.every(isInOrder) ? ', in the order they were sent' : '';
  const each = passes.every((pass) => isOneEach(pass)) && count > 1 ? ', one from each job' : '';
  return `Main got ${counted(count, 'message')}${each}${order}`;
}

function gotByMain({ state }: PassTimeline): number {
  return [...state.messages.values()].filter(({ received }) => received?.lane === 0 && received.job === null)
    .length;
}

function isOneEach(pass: PassTimeline): boolean {
  const from = [...pass.state.messages.values()].map(({ sent }) => sent.job);
  const done = jobsThat(pass, 'done');
  return from.length === done.length && done.every((job) => from.includes(job));
}

function isInOrder({ state }: PassTimeline): boolean {
  const put = [...state.messages.values()].toSorted((a, b) => a.sent.atMs - b.sent.atMs);
  return put.every(({ received }, i) => (received?.atMs ?? 0) >= (put[i - 1]?.received?.atMs ?? 0));
}
