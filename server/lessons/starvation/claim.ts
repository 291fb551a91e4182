/** How long the neighbours of a busy job waited for their first turn, without a line and with one. */
import { MODE_TRAITS } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, inSeconds } from '../../words/english.ts';
import { NOISE_MS } from '../../words/noise.ts';

/** What a turn is in the log: a sleep of this length. The pauses between tries are shorter. */
const TURN = '0.1 s';

/** A neighbour's first wait: how long, and how many of its remaining turns (`left`) the busy job began in that time. */
type Wait = { job: number; ms: number; turns: number; left: number };

function turnsOf({ rows }: PassTimeline, job: number): number[] {
  return rows.flatMap(({ bars }) =>
    bars.flatMap((bar) => (bar.job === job && bar.state === 'sleep' && bar.on === TURN ? [bar.startMs] : [])),
  );
}

/** Returns the first waits of the two neighbours of `busy`; null if they are not known. */
function waitsOf(pass: PassTimeline, busy: number): Wait[] | null {
  const waits = [busy + 1, busy + 2].flatMap((job): Wait[] => {
    const fromMs = pass.jobs.get(job)?.startMs;
    const [toMs] = turnsOf(pass, job);
    if (fromMs === undefined || toMs === undefined) return [];
    const later = turnsOf(pass, busy).filter((ms) => ms > fromMs);
    return [{ job, ms: toMs - fromMs, turns: later.filter((ms) => ms < toMs).length, left: later.length }];
  });
  return waits.length === 2 ? waits : null;
}

const longest = (waits: Wait[]) => waits.reduce((most, one) => (one.ms > most.ms ? one : most));

type Both = { pass: PassTimeline; without: Wait; with: Wait };

function bothOf(passes: readonly PassTimeline[]): Both[] {
  return passes.flatMap((pass) => {
    const [without, inLine] = [waitsOf(pass, 0), waitsOf(pass, 3)];
    return without && inLine ? [{ pass, without: longest(without), with: longest(inLine) }] : [];
  });
}

function headline(passes: readonly PassTimeline[]): string | null {
  const all = bothOf(passes);
  const kindOf = ({ without: { ms, turns, left } }: Both) =>
    ms < NOISE_MS ? 'none' : turns === left && left > 1 ? 'starved' : 'some';
  const parts = (['starved', 'some', 'none'] as const).flatMap((kind) => {
    const group = all.filter((one) => kindOf(one) === kind);
    if (group.length === 0) return [];
    const text = kind === 'none' ? aboutNone(group) : aboutWaits(group);
    const where = group.length === passes.length ? '' : `${inModes(group.map(({ pass }) => pass))} `;
    return [`${capital(`${where}${text}`)}.`];
  });
  return parts.length > 0 ? parts.join(' ') : null;
}

function aboutWaits(all: Both[]): string {
  const [without, inLine] = [all.map((one) => one.without), all.map((one) => one.with)];
  return (
    `jobs 1 and 2 waited ${upTo(without)} for their first turn, while job 0 had ${turns(without)}; ` +
    `with a line, jobs 4 and 5 waited ${upTo(inLine)}, while job 3 had ${turns(inLine)}`
  );
}

function aboutNone(all: Both[]): string {
  const isApart = all.every(({ pass }) => !MODE_TRAITS[pass.mode].sharesMemory);
  const inLine = all.map((one) => one.with);
  const why = isApart ? ', because each had its own flag' : '';
  const line = inLine.some(({ ms }) => ms >= NOISE_MS)
    ? `; with a line, jobs 4 and 5 waited ${upTo(inLine)}`
    : '';
  return `jobs 1 and 2 had their first turn at once${why}${line}`;
}

function upTo(waits: Wait[]): string {
  return `up to ${inSeconds(Math.max(...waits.map(({ ms }) => ms)))}`;
}

/** `11 turns`, `1 turn`, `at most 11 turns`. */
function turns(waits: Wait[]): string {
  const counts = waits.map((wait) => wait.turns);
  const most = Math.max(...counts);
  return `${counts.every((one) => one === most) ? '' : 'at most '}${counted(most, 'turn')}`;
}

/**
 * The question is when job 1 had its first turn: after the next turn of job 0, after all of them, or never. Passes in
 * which it did not wait for job 0 answer nothing.
 */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const waited = passes.flatMap((pass) => {
    const wait = waitsOf(pass, 0)?.find(({ job }) => job === 1);
    return wait && wait.ms >= NOISE_MS && wait.left > 1 ? [{ pass, wait }] : [];
  });
  if (waited.length === 0) return null;
  const right = new Set(
    waited.flatMap(({ wait }) => (wait.turns === wait.left ? [1] : wait.turns <= 1 ? [0] : [])),
  );
  const why = waited.map(({ pass, wait: { ms, turns: had, left } }) => {
    const after = had === left ? `all ${left}` : `${had} of the ${left}`;
    const text = `job 1 had its first turn after ${inSeconds(ms)}, and after ${after} turns that job 0 still wanted`;
    return `${capital(passes.length === 1 ? text : `${inModes([pass])} ${text}`)}.`;
  });
  return { right: [...right].sort(), why: why.join(' ') };
}

export default { headline, answer } satisfies Claim;
