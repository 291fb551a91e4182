/**
 * The sentence on how two runs differ: the largest difference, and the setting that may have caused it. If they did
 * different work, it says that first, and calls neither faster. Pure.
 */
import {
  bothWentAlike,
  type Comparison,
  EQUAL,
  isCut,
  isNothingDone,
  type ModePair,
} from '../figures/comparison.ts';
import { isHeldUp, type PassSummary } from '../figures/summary.ts';
import { hasWorkers, type Mode } from '../spec/modes.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { asNoun, capital, counted, inMode, listed, spelled, timesOf } from './english.ts';
import { ENDINGS } from './incomparable.ts';
import { orderComparison } from './order-comparison.ts';
import { pauseWords } from './pause-words.ts';
import { insteadWords } from './setting-words.ts';

/** A mode that completed in both runs, and how many times as long B took. */
type Timed = { mode: Mode; ratio: number };

/** The logarithm of the smallest ratio of times that counts as a difference. */
const NOTABLE = Math.log(1 + EQUAL);
/** Most settings of the work that the sentence names. */
const MOST_REASONS = 3;

/** Returns the sentence on how B differs from A, from their events so far. */
export function comparisonSentence(difference: Comparison): string {
  const { a, b, modes } = difference;
  if (a.id === b.id) return 'Both links lead to the same run.';
  const orders = orderComparison(difference);
  if (orders !== null) return orders;
  if (modes.length === 0) {
    return `These runs have no mode in common: A ran ${modesOf(a.spec.modes)}, B ${modesOf(b.spec.modes)}.`;
  }
  return difference.isSameWork
    ? (outcomeSentence(difference) ?? timesSentence(difference, modes.flatMap(timedOf)))
    : [workSentence(difference), outcomeSentence(difference)].filter((told) => told !== null).join(' ');
}

/** Returns the sentence on how the work differed. */
function workSentence({ a, b, settings }: Comparison): string {
  const reasons = settings.filter(({ makesWork }) => makesWork).map((one) => insteadWords(one, a, b));
  const how = reasons.length > MOST_REASONS ? 'see the settings that differ' : listed(reasons);
  return `A and B did different work, so neither counts as better: ${how}.`;
}

/** Names a mode with another outcome in B, or says that no mode can be compared; null if times can be compared. */
function outcomeSentence({ a, b, modes }: Comparison): string | null {
  for (const pair of modes) {
    const unlike = endingsSentence(pair) ?? cutSentence(pair) ?? heldUpSentence(pair) ?? jobsSentence(pair);
    if (unlike !== null) return unlike;
  }
  if (modes.flatMap(timedOf).length > 0) return null;
  if (a.timeline.state !== 'ended' || b.timeline.state !== 'ended') {
    return 'There is nothing to compare yet: no mode has ended in both runs.';
  }
  return 'No mode completed in both runs, so their times cannot be compared.';
}

function modesOf(modes: Mode[]): string {
  return listed(modes.map(inMode));
}

/** Says how a mode ended in A and in B; null if that does not differ. */
function endingsSentence({ mode, a, b }: ModePair): string | null {
  if (!a?.status || !b?.status || a.status === b.status) return null;
  return `${capital(inMode(mode))}, A ${ENDINGS[a.status]} and B ${ENDINGS[b.status]}.`;
}

/** Says that the log of a mode was cut; null if both are whole. */
function cutSentence({ mode, a, b }: ModePair): string | null {
  const cut = [...(isCut(a) ? ['A'] : []), ...(isCut(b) ? ['B'] : [])];
  if (cut.length === 0) return null;
  return `${capital(inMode(mode))}, the log of ${listed(cut)} was cut, so part of what its jobs did is unknown.`;
}

/** Says what held up a pass from outside; null if nothing did. */
function heldUpSentence({ mode, a, b }: ModePair): string | null {
  for (const [name, summary] of Object.entries({ A: a, B: b })) {
    if (!summary?.paused || !isHeldUp(mode, summary)) continue;
    return `${capital(inMode(mode))}, ${pauseWords(summary.paused)} during ${name}, so their times cannot be compared.`;
  }
  return null;
}

/** Says how many jobs did not complete in A and in B, or that none did; null if the numbers are equal. */
function jobsSentence({ mode, a, b }: ModePair): string | null {
  if (a?.status !== 'completed' || b?.status !== 'completed' || bothWentAlike(a, b)) return null;
  const where = capital(inMode(mode));
  if (isNothingDone(a) && isNothingDone(b))
    return `${where}, no job of A or B was done, so their times cannot be compared.`;
  const what = (['failed', 'cutOff', 'neverBegan'] as const).find((one) => a[one] !== b[one]) ?? 'failed';
  return `${where}, ${jobsThat(a, what)} of A ${verb(a[what], what)}, and ${jobsThat(b, what)} of B.`;
}

type Undone = 'failed' | 'cutOff' | 'neverBegan';

function jobsThat(summary: PassSummary, what: Undone): string {
  return counted(summary[what], 'job');
}

function verb(count: number, what: Undone): string {
  if (what === 'cutOff') return `${count < 2 ? 'was' : 'were'} cut off`;
  return what === 'failed' ? 'failed' : 'never began';
}

function timedOf({ mode, a, b }: ModePair): Timed[] {
  return bothWentAlike(a, b) && a?.wallMs && b?.wallMs ? [{ mode, ratio: b.wallMs / a.wallMs }] : [];
}

function timesSentence(difference: Comparison, timed: Timed[]): string {
  const size = ({ ratio }: Timed) => Math.abs(Math.log(ratio));
  const [most] = timed.toSorted((one, other) => size(other) - size(one));
  const all = timed.map(({ mode }) => mode);
  if (most === undefined || size(most) <= NOTABLE) {
    const reasons = reasonsFor(difference, (matters) => all.some(matters));
    const though = reasons.length === 0 ? sameSettings(difference) : withReasons(reasons);
    return `A and B took about the same time ${modesOf(all)}${though}.`;
  }
  const ratios = timed.map(({ ratio }) => ratio);
  const isEverywhere =
    timed.length > 1 &&
    Math.min(...timed.map(size)) > NOTABLE &&
    Math.max(...ratios) / Math.min(...ratios) < 1.1;
  const told = isEverywhere ? all : [most.mode];
  const what = isEverywhere
    ? `B ${tookWords(ratios, 'was')} ${everywhere(difference, all)}`
    : `${subject(most.mode)} ${tookWords([most.ratio], hasWorkers(most.mode) ? 'were' : 'was')}`;
  return `${what}${because(difference, told)}.`;
}

/** Names all modes with times to compare. */
function everywhere({ modes, onlyA, onlyB }: Comparison, timed: Mode[]): string {
  if (timed.length < modes.length) return modesOf(timed);
  return onlyA.length + onlyB.length === 0
    ? 'in every mode'
    : `in the ${spelled(timed.length)} modes that both ran`;
}

/** `B’s threads`, or `One by one, B` if the mode has no lanes of its own. */
function subject(mode: Mode): string {
  if (hasWorkers(mode)) return `B’s ${asNoun(mode)}`;
  return `${capital(inMode(mode))}, B`;
}

/** `took 2.0 times as long` or `was 2.0 times as fast`. All ratios are above one, or all below. */
function tookWords(ratios: number[], verb: 'was' | 'were'): string {
  return ratios.every((ratio) => ratio > 1)
    ? `took ${timesOf(ratios)} as long`
    : `${verb} ${timesOf(ratios.map((ratio) => 1 / ratio))} as fast`;
}

/** A single setting that differs is the reason; several only went with it; without one, the machine may be. */
function because(difference: Comparison, modes: Mode[]): string {
  const reasons = reasonsFor(difference, (matters) => modes.every(matters));
  const [only] = reasons;
  if (only === undefined) return around(difference, modes[0]) ?? sameSettings(difference);
  return reasons.length === 1 ? `: ${only}` : withReasons(reasons);
}

type Matters = Comparison['settings'][number]['matters'];

function reasonsFor({ a, b, settings }: Comparison, counts: (matters: Matters) => boolean): string[] {
  return settings.filter(({ matters }) => counts(matters)).map((one) => insteadWords(one, a, b));
}

function withReasons(reasons: string[]): string {
  return `, with ${listed(reasons)}`;
}

/** Empty if any setting but the modes differs: it may not matter here. The page has the modes elsewhere. */
function sameSettings({ settings }: Comparison): string {
  return settings.every(({ name }) => name === 'modes') ? ', with the same settings' : '';
}

/** Says that the machine differed, or how many other runs it had. */
function around(difference: Comparison, mode: Mode | undefined): string | null {
  const { a, b } = difference;
  const find = (passes: PassTimeline[]) => passes.find((pass) => pass.mode === mode);
  const [inA, inB] = [find(a.timeline.passes), find(b.timeline.passes)];
  if (!inA || !inB) return null;
  if (inA.cores !== inB.cores) return `: ${counted(inB.cores, 'core')} instead of ${inA.cores}`;
  if (inA.machine !== inB.machine) return `${sameSettings(difference)}, but on different machines`;
  if (inA.otherRuns === inB.otherRuns) return null;
  return `${sameSettings(difference)}, but ${counted(inB.otherRuns, 'other run')} at the same time instead of ${inA.otherRuns || 'none'}`;
}
