/**
 * What the passes of a run that went well show: which was soonest and why, in a sentence. Whether jobs waited or
 * computed is read from their bars, not from what was asked for.
 */
import { atOnce, coresGot, startingMs } from '../figures/pass-jobs.ts';
import type { PassSummary } from '../figures/summary.ts';
import { hasWorkers, interleaves, MODE_TRAITS } from '../spec/modes.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { asNoun, capital, counted, inMode, inSeconds, listed, spelled, timesOf } from './english.ts';

/** Below this a pass counts as no sooner: its tenth would be rounded to 1.0. */
const SOONER = 1.05;
/** Passes whose times differ by less than this share of the best are told as equal. */
const EQUAL = 0.05;

/** A completed pass, with how many times sooner it was than what it is compared with. */
type Entry = { pass: PassTimeline; summary: PassSummary; wallMs: number; factor: number };

/** The most telling sentence on `passes`, all of which completed. */
export function fastestSentence(passes: PassTimeline[], summaries: PassSummary[]): string {
  const entries = passes.flatMap((pass, i): Entry[] => {
    const summary = summaries[i];
    const wallMs = pass.ended?.wallMs;
    return summary && wallMs !== undefined
      ? [{ pass, summary, wallMs, factor: summary.speedUp?.factor ?? 0 }]
      : [];
  });
  const withJobs = entries.filter((entry) => entry.pass.jobs.size > 0);
  if (withJobs.length === 0) {
    const first = entries[0];
    return first ? `The program ended after ${inSeconds(first.wallMs)} without a job.` : 'Nothing ran.';
  }
  const rivals = withJobs
    .filter((entry) => entry.summary.speedUp)
    .sort((a, b) => b.factor - a.factor || a.wallMs - b.wallMs);
  const best = rivals[0];
  if (!best) return alone(withJobs[0]!);
  if (best.summary.speedUp?.against === 'sequential') return againstOneByOne(rivals, best);
  return amongThemselves(rivals) ?? againstSum(rivals.toSorted((a, b) => a.wallMs - b.wallMs)[0]!);
}

/** A pass that there is nothing to compare with. */
function alone({ pass, wallMs }: Entry): string {
  const took = `${counted(pass.jobs.size, 'job')} took ${inSeconds(wallMs)} ${inMode(pass.mode)}`;
  if (MODE_TRAITS[pass.mode].overlaps || pass.jobs.size < 2) return `${took}.`;
  return `${took}: each began when the one before had ended.`;
}

function againstOneByOne(rivals: Entry[], best: Entry): string {
  if (best.factor < SOONER) {
    if (rivals.every(isBlocked)) return blocked();
    // The reason that holds for all is that of a mode that could have gained something.
    const why = reasonForNoGain(rivals.find((entry) => !isBlocked(entry)) ?? best, rivals);
    return `${subject(rivals)} finished no sooner than one by one${why}.`;
  }
  const equals = rivals.filter(({ factor }) => factor >= Math.max(SOONER, best.factor * (1 - EQUAL)));
  const by = timesOf(equals.map(({ factor }) => factor));
  if (rivals.some((entry) => isBlocked(entry))) {
    return `${subject(equals)} finished ${by} sooner than one by one; on the event loop computing jobs ran one after the other.`;
  }
  if (isShortOfCores(best) && best.factor < 0.75 * atOnce(best.pass)) {
    const many = equals.length === 1 ? workersOf(best) : subject(equals);
    return `${many} were only ${by} sooner: ${machine(best.pass)}.`;
  }
  return `${subject(equals)} finished ${by} sooner than one by one${reasonForGain(best)}.`;
}

/** Several passes without one by one: the first against the last, or null where they were about equal. */
function amongThemselves(rivals: Entry[]): string | null {
  const [first, ...others] = rivals.toSorted((a, b) => a.wallMs - b.wallMs);
  const last = others.at(-1);
  if (!first || !last || last.wallMs / first.wallMs < SOONER) return null;
  const by = timesOf([last.wallMs / first.wallMs]);
  const sooner = `${subject([first])} finished ${by} sooner than ${asNoun(last.pass.mode)}`;
  if (isBlocked(last)) return `${sooner}, where computing jobs ran one after the other.`;
  if (last.pass.otherRuns > 0 || sharesCores(last.pass)) return `${sooner}; ${machine(last.pass)}.`;
  const more = startingMs(last.pass) - startingMs(first.pass);
  return more > (last.wallMs - first.wallMs) / 2 ? `${sooner}, which took longer to start.` : `${sooner}.`;
}

/** A pass against the sum of its own job times, which tells nothing where jobs had to share cores. */
function againstSum(entry: Entry): string {
  const { pass, wallMs, factor } = entry;
  if (pass.jobs.size < 2) return alone(entry);
  if (isBlocked(entry)) return blocked();
  const jobs = counted(pass.jobs.size, 'job');
  if (isShortOfCores(entry)) {
    return `${workersOf(entry)} shared ${counted(pass.cores, 'core')}: ${jobs} took ${inSeconds(wallMs)}.`;
  }
  const took = `${capital(inMode(pass.mode))} ${jobs} took ${inSeconds(wallMs)}`;
  if (factor < SOONER)
    return `${took}, no sooner than one after the other${reasonForNoGain(entry, [entry])}.`;
  return `${took}, ${timesOf([factor])} sooner than one after the other${reasonForGain(entry)}.`;
}

function blocked(): string {
  return 'On the event loop computing jobs ran one after the other: no time was gained.';
}

function subject(entries: Entry[]): string {
  return capital(listed(entries.map((entry) => asNoun(entry.pass.mode))));
}

/** `Eight threads`; only `Threads` where not all of them ran at once. */
function workersOf({ pass }: Entry): string {
  const workers = pass.rows.filter((row) => row.kind !== 'main').length;
  return capital(workers === atOnce(pass) ? `${spelled(workers)} ${asNoun(pass.mode)}` : asNoun(pass.mode));
}

function machine(pass: PassTimeline): string {
  const { cores, otherRuns } = pass;
  const shared = otherRuns > 0 ? `, shared with ${counted(otherRuns, 'other run')}` : '';
  const got = coresGot(pass);
  const used = got === null ? '' : `, of which the jobs got ${got.toFixed(1)}`;
  return `this machine has ${counted(cores, 'core')}${shared}${used}`;
}

function reasonForGain({ pass }: Entry): string {
  const cores = Math.min(pass.cores, atOnce(pass));
  switch (nature(pass)) {
    case 'waited':
      return ': the jobs’ waits overlapped';
    case 'computed':
      return hasWorkers(pass.mode) && cores > 1 ? `: they computed on ${cores} cores at once` : '';
    case 'mixed':
      return ': jobs waited and computed at the same time';
    case 'locked':
      return ', though most of that time jobs waited for a lock';
  }
}

function reasonForNoGain({ pass, summary, wallMs, factor }: Entry, rivals: Entry[]): string {
  if (pass.jobs.size === 1) return ': there was only one job';
  if (nature(pass) === 'locked') return ': jobs waited for each other’s lock';
  if (atOnce(pass) < 2) return ': only one job ran at a time';
  if (pass.otherRuns > 0 || sharesCores(pass)) return `: ${machine(pass)}`;
  const oneByOneMs = summary.speedUp?.against === 'sequential' ? factor * wallMs : summary.jobMs;
  // The reason only if it is most of what was lost.
  if (startingMs(pass) <= (wallMs - oneByOneMs / atOnce(pass)) / 2) return '';
  return rivals.length === 1
    ? ': starting them took longer than was gained'
    : ': starting took longer than was gained';
}

/** Computing jobs on the event loop that gained nothing: each kept the one thread to itself. */
function isBlocked({ pass, factor }: Entry): boolean {
  const several = interleaves(pass.mode) && pass.jobs.size > 1;
  return several && factor < SOONER && nature(pass) === 'computed';
}

function isShortOfCores({ pass }: Entry): boolean {
  return nature(pass) === 'computed' && sharesCores(pass);
}

/** Whether more jobs that computed, all or some of their time, ran at once than there are cores. */
function sharesCores(pass: PassTimeline): boolean {
  const computed = nature(pass) === 'computed' || nature(pass) === 'mixed';
  return hasWorkers(pass.mode) && computed && atOnce(pass) > pass.cores;
}

/** What the jobs of a pass spent most of their time on, by their bars. */
function nature({ jobStateMs }: PassTimeline): 'waited' | 'computed' | 'mixed' | 'locked' {
  const all = Object.values(jobStateMs).reduce((sum, ms) => sum + ms, 0);
  if (jobStateMs.lock > all / 2) return 'locked';
  const computed = jobStateMs.computing / all;
  if (computed > 0.8) return 'computed';
  return computed > 0.2 ? 'mixed' : 'waited';
}
