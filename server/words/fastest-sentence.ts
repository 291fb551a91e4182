/**
 * What the passes of a run that went well show: which was fastest and why, in a sentence. Whether jobs waited or
 * computed is read from their bars, not from what was asked for.
 */
import { atOnce, coresGot, hasRested, shareOf, startingMs } from '../figures/pass-jobs.ts';
import { isTimedOnly, type PassSummary } from '../figures/summary.ts';
import { hasWorkers, interleaves, MODE_TRAITS } from '../spec/modes.ts';
import type { PassTimeline } from '../timeline/model.ts';
import {
  asNoun,
  capital,
  counted,
  inPass,
  inSeconds,
  listed,
  secondsOf,
  spelled,
  timesOf,
} from './english.ts';
import { CLEAR, isSameTime, NOISE_MS, TRUSTED } from './noise.ts';

/** A completed pass, with how many times as fast it was as what it is compared with. */
type Entry = { pass: PassTimeline; summary: PassSummary; wallMs: number; factor: number };

/** The most telling sentence on `passes`, all of which completed. */
export function fastestSentence(passes: PassTimeline[], summaries: PassSummary[]): string {
  const entries = passes.flatMap((pass, i): Entry[] => {
    const summary = summaries[i];
    const wallMs = pass.ended?.wallMs;
    return summary && wallMs !== undefined
      ? [{ pass, summary, wallMs, factor: clearFactor(summary.speedUp?.factor ?? 0, wallMs) }]
      : [];
  });
  const withJobs = entries.filter((entry) => entry.pass.jobs.size > 0);
  if (withJobs.length === 0) {
    const first = entries[0];
    return first
      ? `The program ended after ${inSeconds(first.wallMs)} without running a job.`
      : 'Nothing ran.';
  }
  const rivals = withJobs
    .filter(({ pass, summary }) => summary.speedUp || isTimedOnly(pass))
    .sort((a, b) => b.factor - a.factor || a.wallMs - b.wallMs);
  const best = rivals[0];
  if (!best) return alone(withJobs[0]!);
  if (best.summary.speedUp?.against === 'sequential') return againstOneByOne(rivals, best);
  return amongThemselves(rivals) ?? againstSum(rivals.toSorted((a, b) => a.wallMs - b.wallMs)[0]!);
}

/** `factor`, or 1 if the time that it compares with `wallMs` differs by no more than noise. */
function clearFactor(factor: number, wallMs: number): number {
  return Math.abs(factor * wallMs - wallMs) < NOISE_MS ? 1 : factor;
}

/** A pass that there is nothing to compare with. */
function alone({ pass, wallMs }: Entry): string {
  const took = `${counted(pass.jobs.size, 'job')} took ${inSeconds(wallMs)} ${inPass(pass)}`;
  if (MODE_TRAITS[pass.mode].overlaps || pass.jobs.size < 2) return `${took}.`;
  return `${took}: each began when the one before had ended.`;
}

function againstOneByOne(rivals: Entry[], best: Entry): string {
  if (best.factor < CLEAR) {
    if (rivals.every(isBlocked)) return blocked();
    const [alike, slower] = [rivals.filter((one) => !isSlower(one)), rivals.filter(isSlower)];
    if (alike.length > 0 && slower.length > 0 && slower.every(isSlowByStarting)) {
      const same = `${subject(alike)} took about as long as one by one`;
      return `${same}; ${nouns(slower)} were slower: starting them took time.`;
    }
    // The reason that holds for all is that of a mode that could have gained something.
    const why = reasonForNoGain(rivals.find((entry) => !isBlocked(entry)) ?? best, rivals);
    const than = alike.length === 0 ? 'slower than' : 'no faster than';
    return `${subject(rivals)} ${were(rivals)} ${than} one by one${why}.`;
  }
  const equals = rivals.filter(({ factor }) => factor >= Math.max(CLEAR, best.factor / CLEAR));
  const by = timesOf(equals.map(({ factor }) => factor));
  const fast = `${subject(equals)} ${were(equals)} ${by} as fast as one by one`;
  const most = limitOf(best);
  if (best.factor > TRUSTED * most) return `${fast}, which ${limitWords(best)} cannot do: ${DISTURBED}.`;
  if (rivals.some((entry) => isBlocked(entry))) {
    return `${fast}; on the event loop computing jobs ran one after the other.`;
  }
  if (isShortOfCores(best) && best.factor < 0.75 * atOnce(best.pass)) {
    const many = equals.length === 1 ? workersOf(best) : subject(equals);
    return `${many} ${were(equals)} only ${by} as fast as one by one: ${machine(best.pass)}.`;
  }
  return `${fast}${reasonForGain(best)}.`;
}

function isSlower({ factor }: Entry): boolean {
  return factor * CLEAR <= 1;
}

/** Whether most of what a pass lost against one by one went into starting its workers. */
function isSlowByStarting({ pass, wallMs, factor }: Entry): boolean {
  return hasWorkers(pass.mode) && startingMs(pass) > (wallMs - factor * wallMs) / 2;
}

const DISTURBED = 'something else slowed down one by one';

/** Most times that computing jobs can be as fast together as one by one; infinite if they did not only compute. */
function limitOf({ pass }: Entry): number {
  if (nature(pass) !== 'computed') return Number.POSITIVE_INFINITY;
  return hasWorkers(pass.mode) ? Math.min(pass.cores, atOnce(pass)) : 1;
}

function limitWords(entry: Entry): string {
  const most = limitOf(entry);
  return hasWorkers(entry.pass.mode) && most > 1 ? `${most} cores` : 'one thread';
}

/** Several passes without one by one: the fastest against the slowest, or null if there is only one. */
function amongThemselves(rivals: Entry[]): string | null {
  const sorted = rivals.toSorted((a, b) => a.wallMs - b.wallMs);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last || first === last || last.pass.jobs.size < 2) return null;
  if (isSameTime(first.wallMs, last.wallMs)) return alike(sorted);
  const equals = sorted.filter(
    ({ wallMs }) => wallMs < CLEAR * first.wallMs && wallMs * CLEAR <= last.wallMs,
  );
  const by = timesOf(equals.map(({ wallMs }) => last.wallMs / wallMs));
  const fast = `${subject(equals)} ${were(equals)} ${by} as fast as ${asNoun(last.pass.mode)}`;
  if (isBlocked(last)) return `${fast}, where computing jobs ran one after the other.`;
  const more = startingMs(last.pass) - startingMs(first.pass);
  if (more > (last.wallMs - first.wallMs) / 2) return `${fast}, which took longer to start.`;
  return isHeldUpByCores(last.pass) ? `${fast}; ${machine(last.pass)}.` : `${fast}.`;
}

/** Several passes that took about as long; null if nothing but their times can be said of them. */
function alike(sorted: Entry[]): string | null {
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  if (sorted.every(isBlocked)) return null;
  const took = secondsOf([first.wallMs, last.wallMs]);
  return `${subject(sorted)} took about the same time, ${took}${reasonForAlike(sorted)}.`;
}

/** A reason that holds for all of them. */
function reasonForAlike(entries: Entry[]): string {
  if (entries.every(({ pass }) => atOnce(pass) < 2)) return ': only one job ran at a time';
  const reasons = new Set(entries.map((entry) => (atOnce(entry.pass) < 2 ? '' : reasonForGain(entry))));
  return reasons.size === 1 ? [...reasons][0]! : '';
}

/** Fewer cores than this are 0.0 of them. */
const HARDLY = 0.05;
/** What threads that take turns use, in cores: less means that others kept the machine busy. */
const ONE_CORE = { least: 0.8, most: 1.3 };

/** A pass against the sum of its own job times, which shows nothing if jobs had to share cores. */
function againstSum(entry: Entry): string {
  const { pass, summary, wallMs, factor } = entry;
  // Jobs that do nothing are over before anything can be said of them.
  if (pass.jobs.size < 2 || (wallMs < NOISE_MS && summary.jobMs < NOISE_MS)) return alone(entry);
  if (isBlocked(entry)) return blocked();
  const jobs = counted(pass.jobs.size, 'job');
  const took = `${capital(inPass(pass))} ${jobs} took ${inSeconds(wallMs)}`;
  // Where threads take turns on one core, as Python's do, or nothing tells what kept the jobs from their cores.
  const used = (pass.ended?.cpuMs ?? 0) / wallMs;
  const isThreads = MODE_TRAITS[pass.mode].lane === 'thread' && pass.cores > 1 && atOnce(pass) > 1;
  const tookTurns = nature(pass) === 'computed' && used > ONE_CORE.least && used < ONE_CORE.most;
  if (nature(pass) === 'unknown' && used < HARDLY) return `${took}, and hardly used a core.`;
  if (nature(pass) === 'unknown' || (isThreads && tookTurns))
    return `${took}, and used ${used.toFixed(1)} of ${counted(pass.cores, 'core')}.`;
  if (isShortOfCores(entry)) {
    return `${workersOf(entry)} shared ${counted(pass.cores, 'core')}: ${jobs} took ${inSeconds(wallMs)}.`;
  }
  if (summary.speedUp === null) return `${took}: ${machine(pass)}.`;
  if (factor < CLEAR) return `${took}, no faster than one after another${reasonForNoGain(entry, [entry])}.`;
  return `${took}, ${timesOf([factor])} as fast as one after another${reasonForGain(entry)}.`;
}

function blocked(): string {
  return 'On the event loop computing jobs ran one after the other: no time was gained.';
}

/** The modes in the order in which they ran. */
function nouns(entries: Entry[]): string {
  const inOrder = entries.toSorted((a, b) => a.pass.pass - b.pass.pass);
  return listed(inOrder.map(({ pass }) => asNoun(pass.mode)));
}

function subject(entries: Entry[]): string {
  return capital(nouns(entries));
}

/** The verb for `subject`: `The event loop was`, `Threads were`. */
function were(entries: Entry[]): string {
  return entries.length === 1 && !hasWorkers(entries[0]!.pass.mode) ? 'was' : 'were';
}

/** `Eight threads`; only `Threads` where not all of them ran at once. */
function workersOf({ pass }: Entry): string {
  const workers = pass.rows.filter((row) => row.kind !== 'main').length;
  return capital(workers === atOnce(pass) ? `${spelled(workers)} ${asNoun(pass.mode)}` : asNoun(pass.mode));
}

/**
 * The cores, and how few of them the jobs got if that was much less than they could use. Other runs alone slow nothing.
 */
function machine(pass: PassTimeline): string {
  const { cores, otherRuns } = pass;
  const got = coresGot(pass);
  const has = `this machine has ${counted(cores, 'core')}`;
  if (got === null) return has;
  const beside = otherRuns > 0 ? `, with ${counted(otherRuns, 'other run')} at the same time` : '';
  return `${has}, of which the jobs got ${got.toFixed(1)}${beside}`;
}

function reasonForGain({ pass }: Entry): string {
  // Their times can differ by chance, or by what main did meanwhile.
  if (pass.jobs.size === 1) return ', though there was only one job';
  if (atOnce(pass) < 2) return ', though only one job ran at a time';
  const cores = Math.min(pass.cores, atOnce(pass));
  switch (nature(pass)) {
    case 'waited':
      return ': the jobs’ waits overlapped';
    case 'computed':
      return hasWorkers(pass.mode) && cores > 1 ? `: they computed on ${cores} cores at once` : '';
    case 'mixed':
      return ': jobs waited and computed at the same time';
    case 'unknown':
      return '';
    case 'locked':
      return `, though most of that time jobs waited for ${mostWaitedFor(pass)}`;
  }
}

function reasonForNoGain({ pass, summary, wallMs, factor }: Entry, rivals: Entry[]): string {
  if (pass.jobs.size === 1) return ': there was only one job';
  if (nature(pass) === 'locked')
    return `: jobs waited for ${mostWaitedFor(pass).replace('a lock', 'each other’s lock')}`;
  if (atOnce(pass) < 2) return ': only one job ran at a time';
  const oneByOneMs = (summary.speedUp?.factor ?? factor) * wallMs;
  // The reason only if it is most of what was lost.
  if (startingMs(pass) > (wallMs - oneByOneMs / atOnce(pass)) / 2)
    return rivals.length === 1
      ? ': starting them took more time than it saved'
      : ': starting workers took more time than it saved';
  if (nature(pass) === 'unknown') return ': the jobs hardly used a core';
  return isHeldUpByCores(pass) ? `: ${machine(pass)}` : '';
}

/** Whether the jobs computed, with fewer cores than they could use. Waiting needs none. */
function isHeldUpByCores(pass: PassTimeline): boolean {
  const computed = nature(pass) === 'computed' || nature(pass) === 'mixed';
  return computed && (coresGot(pass) !== null || sharesCores(pass));
}

/** Computing jobs on the event loop that gained nothing: each kept the one thread to itself. */
function isBlocked({ pass, factor }: Entry): boolean {
  const several = interleaves(pass.mode) && pass.jobs.size > 1;
  return several && factor < CLEAR && nature(pass) === 'computed';
}

function isShortOfCores({ pass }: Entry): boolean {
  return nature(pass) === 'computed' && sharesCores(pass);
}

/** Whether more jobs that computed, all or some of their time, ran at once than there are cores. */
function sharesCores(pass: PassTimeline): boolean {
  const computed = nature(pass) === 'computed' || nature(pass) === 'mixed';
  return hasWorkers(pass.mode) && computed && atOnce(pass) > pass.cores;
}

/** A part of their time that makes no difference to what jobs did. */
const LITTLE = 0.2;

/** What the jobs of a pass spent most of their time on, by their bars. */
function nature(pass: PassTimeline): 'waited' | 'computed' | 'mixed' | 'locked' | 'unknown' {
  if (shareOf(pass, 'lock', 'semaphore', 'condition') > 0.5) return 'locked';
  const computed = shareOf(pass, 'computing');
  if (computed <= LITTLE) return 'waited';
  if (hasRested(pass)) return 'unknown';
  return computed > 0.8 ? 'computed' : 'mixed';
}

/** What the jobs of a pass waited for longest, of what they hold or notify. */
function mostWaitedFor({ jobStateMs: { lock, semaphore, condition } }: PassTimeline): string {
  const mostMs = Math.max(lock, semaphore, condition);
  return mostMs === lock ? 'a lock' : mostMs === semaphore ? 'a semaphore' : 'a condition';
}
