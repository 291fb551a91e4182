/** How long a group of jobs took with a lock, and one in which readers share, and how many were inside at once. */
import type { PassTimeline } from '../../timeline/model.ts';
import { inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, secondsOf } from '../../words/english.ts';

/** A job inside, while it works. */
type Stay = { job: number; fromMs: number; toMs: number };
/** `most` jobs were inside at once; `tookMs` is from the first that went in to the last that came out. */
type Group = { jobs: number; most: number; tookMs: number; longestMs: number };
type Both = { pass: PassTimeline; lock: Group; permits: Group; isWriterAlone: boolean };

/** Two lengths are alike within this part. */
const NOISE = 0.15;
/** What goes on around a job that stayed for less, in ms, may take as long. */
const SHORT_MS = 100;

/** Returns when the jobs of a pass were inside: their longest sleep or computation. */
function staysOf({ rows }: PassTimeline): Stay[] {
  const stays = new Map<number, Stay>();
  for (const { job, state, startMs, endMs } of rows.flatMap(({ bars }) => bars)) {
    if (job === null || endMs === null || (state !== 'sleep' && state !== 'computing')) continue;
    const known = stays.get(job);
    if (!known || endMs - startMs > known.toMs - known.fromMs)
      stays.set(job, { job, fromMs: startMs, toMs: endMs });
  }
  return [...stays.values()];
}

/** Returns how many of `stays` went on when `one` began, with itself. */
const beside = (one: Stay, stays: Stay[]) =>
  stays.filter(({ fromMs, toMs }) => fromMs <= one.fromMs && toMs > one.fromMs).length;

function groupOf(stays: Stay[]): Group {
  return {
    jobs: stays.length,
    most: Math.max(...stays.map((one) => beside(one, stays))),
    tookMs: Math.max(...stays.map(({ toMs }) => toMs)) - Math.min(...stays.map(({ fromMs }) => fromMs)),
    longestMs: Math.max(...stays.map(({ fromMs, toMs }) => toMs - fromMs)),
  };
}

/** Returns the passes in which both groups have jobs, and the second a writer. */
function known(passes: readonly PassTimeline[]): Both[] {
  return passes.flatMap((pass) => {
    const stays = staysOf(pass);
    const [even, odd] = [0, 1].map((rest) => stays.filter(({ job }) => job % 2 === rest));
    const writers = odd?.filter(({ job }) => Math.floor(job / 2) % 4 === 2) ?? [];
    if (!even || !odd || even.length === 0 || writers.length === 0) return [];
    const isWriterAlone = writers.every((writer) =>
      odd.every((one) => one === writer || one.toMs <= writer.fromMs || one.fromMs >= writer.toMs),
    );
    const [lock, permits] = [groupOf(even), groupOf(odd)];
    const isShort = stays.some(({ fromMs, toMs }) => toMs - fromMs < SHORT_MS);
    return isShort ? [] : [{ pass, lock, permits, isWriterAlone }];
  });
}

const modesOf = (some: Both[]) => inModes(some.map(({ pass }) => pass));

/** Returns what is said of passes in which readers were inside together, and in which they never were. */
function parts(all: Both[]): string[] {
  const shared = all.filter(({ lock, permits }) => lock.most === 1 && permits.most > 1);
  const single = all.filter(({ lock, permits }) => lock.most === 1 && permits.most === 1);
  const said: string[] = [];
  const tell = (some: Both[], text: string) =>
    said.push(some.length === all.length ? text : `${modesOf(some)} ${text}`);
  const [first] = shared;
  if (first) {
    const [lock, permits] = (['lock', 'permits'] as const).map((name) =>
      secondsOf(shared.map((both) => both[name].tookMs)),
    );
    tell(
      shared,
      `${counted(first.lock.jobs, 'job')} took ${lock} with a lock, and ${many(first)}${permits} when readers were let in together`,
    );
  }
  if (single.length > 0) tell(single, 'only one job was inside at a time');
  return said;
}

/** Names the jobs of the second group, if they are not as many: of an odd number. */
const many = ({ lock, permits }: Both) => (permits.jobs === lock.jobs ? '' : `${permits.jobs} took `);

function headline(passes: readonly PassTimeline[]): string | null {
  const said = parts(known(passes));
  return said.length > 0 ? `${capital(said.join('; '))}.` : null;
}

/** The choices say how long as many jobs took: as long as with the lock, less, or only as long as one of them. */
function choiceOf({ lock, permits }: Both): number | null {
  if (permits.tookMs <= permits.longestMs * (1 + NOISE)) return 2;
  // With one worker, no two jobs can be inside together, whatever else holds them up.
  if (lock.most === 1 && permits.most === 1) return 0;
  const part = (permits.tookMs / lock.tookMs) * (lock.jobs / permits.jobs);
  if (Math.abs(part - 1) <= NOISE) return 0;
  return part < 1 ? 1 : null;
}

function answer(passes: readonly PassTimeline[]): Answer | null {
  const all = known(passes);
  const said = parts(all);
  if (said.length === 0) return null;
  const shared = all.filter(({ permits }) => permits.most > 1);
  const most = Math.max(0, ...shared.map(({ permits }) => permits.most));
  const alone = shared.every(({ isWriterAlone }) => isWriterAlone) ? ', and a writer was always alone' : '';
  if (most > 1) said.push(`up to ${counted(most, 'reader')} were inside together${alone}`);
  const right = new Set(all.flatMap((both) => choiceOf(both) ?? []));
  return { right: [...right].sort(), why: said.map((one) => `${capital(one)}.`).join(' ') };
}

export default { headline, answer } satisfies Claim;
