/**
 * The sentence on what jobs shared: updates that were lost or not, one list or several, daemons that main waited for.
 * null if there is nothing of the kind.
 */
import { wanted } from '../protocol/wanted.ts';
import { MODE_TRAITS } from '../spec/modes.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { lostWrites } from '../timeline/updates.ts';
import { asNoun, capital, counted, inMode, jobOrMain, listed, uncapital } from './english.ts';
import { isolated } from './isolated.ts';
import { listsSentence } from './list-sentence.ts';
import { grouped } from './units.ts';

/** The most telling sentence on what was shared in `passes`, all of which completed. */
export function sharingSentence(passes: PassTimeline[]): string | null {
  return updatesSentence(passes) ?? listsSentence(passes) ?? daemonsSentence(passes);
}

/**
 * A circle of waiting: `Deadlock: job 2 waits for lock B, which job 3 holds; job 3 waits for lock A, which job 2
 * holds.`
 */
export function deadlockSentence(circle: NonNullable<PassTimeline['deadlock']>): string {
  const steps = circle.map((one, i) => {
    const next = circle[(i + 1) % circle.length] ?? one;
    const held = wanted({ for: one.for, on: isolated(one.on) });
    const what = one.for === 'join' ? jobOrMain(next) : `${held}, which ${jobOrMain(next)} holds`;
    return `${jobOrMain(one)} waits for ${what}`;
  });
  return `Deadlock: ${steps.join('; ')}.`;
}

/** How often the counter was changed, and how many of the changes were lost. */
export type Updates = {
  /** A read, and then a write of what was made of it. */
  inTwoSteps: { all: number; lost: number };
  /** An add. */
  inOneStep: { all: number; lost: number };
  /** Whether several jobs changed one counter. */
  isShared: boolean;
};

/** Counts the updates of a pass. */
function updatesOf({ state }: PassTimeline): Updates {
  const updates: Updates = {
    inTwoSteps: { all: 0, lost: 0 },
    inOneStep: { all: 0, lost: 0 },
    isShared: false,
  };
  const hasRead = new Set<string>();
  const who = new Map<number, string>();
  const lost = lostWrites(state);
  for (const access of state.accesses) {
    const { kind, pid, lane, job } = access;
    const own = `${lane} ${job}`;
    const wasRead = hasRead.delete(own);
    if (kind === 'read') hasRead.add(own);
    // A write without a read before it is not an update: it resets the counter.
    if (kind === 'read' || (kind === 'written' && !wasRead) || job === null) continue;
    const step = kind === 'added' ? updates.inOneStep : updates.inTwoSteps;
    step.all++;
    if (lost.has(access)) step.lost++;
    if ((who.get(pid) ?? own) !== own) updates.isShared = true;
    who.set(pid, own);
  }
  return updates;
}

function updatesSentence(passes: PassTimeline[]): string | null {
  const all = passes.map((pass) => ({ pass, updates: updatesOf(pass) }));
  const changed = all.filter(({ updates }) => updates.inTwoSteps.all + updates.inOneStep.all > 0);
  const lossy = changed
    .map((one) => ({ ...one, words: lossWords(one.updates) }))
    .filter(({ updates }) => updates.inTwoSteps.lost + updates.inOneStep.lost > 0);
  const worst = lossy.reduce<(typeof lossy)[number] | null>(
    (most, one) => (most && most.updates.inTwoSteps.lost >= one.updates.inTwoSteps.lost ? most : one),
    null,
  );
  if (worst) {
    const alike = lossy.filter(({ words }) => words === worst.words);
    const where =
      alike.length === passes.length ? '' : `${listed(alike.map(({ pass }) => inMode(pass.mode)))} `;
    return `${capital(`${where}${worst.words}`)}.`;
  }
  const shared = changed.filter(({ updates }) => updates.isShared).map(({ pass }) => pass);
  const apart = changed.map(({ pass }) => pass).filter(({ mode }) => !MODE_TRAITS[mode].sharesMemory);
  if (shared.length === 0)
    return apart.length > 0 && apart.length === changed.length ? `${apartWords(apart)}.` : null;
  const taking = shared.filter(({ mode }) => MODE_TRAITS[mode].overlaps);
  const hasTurns = taking.length > 0 && taking.every(({ jobStateMs }) => jobStateMs.lock > 0);
  const why = hasTurns ? ': only one job at a time held the lock' : '';
  if (apart.length === 0) return `No update was lost${why}.`;
  const where = listed(shared.map(({ mode }) => inMode(mode)));
  const modes = listed(apart.map(({ mode }) => inMode(mode)));
  return `${capital(where)} no update was lost${why}; ${modes} ${uncapital(apartWords(apart))}.`;
}

/** What changes of a counter come to if each process has one of its own. Main's is named if they agree on it. */
function apartWords(passes: PassTimeline[]): string {
  const ofMain = new Set(passes.map(({ state }) => state.memoryOf.get(0)?.counter ?? 0));
  const [counter] = ofMain;
  const main = ofMain.size === 1 ? `, and main’s is ${counter}` : '';
  return `Each process changed a counter of its own${main}`;
}

/** `3 of 4 updates were lost; of 4 made in one step, none`. */
function lossWords({ inTwoSteps, inOneStep }: Updates): string {
  const isApart = inOneStep.lost === 0 && inOneStep.all > 0;
  const all = inTwoSteps.all + (isApart ? 0 : inOneStep.all);
  const lost = inTwoSteps.lost + inOneStep.lost;
  const words = `${lost} of ${grouped(all)} updates ${lost === 1 ? 'was' : 'were'} lost`;
  return isApart ? `${words}; of ${inOneStep.all} made in one step, none` : words;
}

/** Daemons that main joined, and that were therefore not cut off. */
function daemonsSentence(passes: PassTimeline[]): string | null {
  const joined = passes.map(joinedDaemons);
  const count = joined[0] ?? 0;
  if (count === 0 || joined.some((one) => one !== count)) return null;
  const modes = passes.map(({ mode }) => asNoun(mode));
  const who = count === 1 ? 'The daemon was' : `${counted(count, 'daemon')} were`;
  const it = count === 1 ? 'it' : 'them';
  return `${capital(who)} not cut off: main waited for ${it}${modes.length > 1 ? `, in ${listed(modes)}` : ''}.`;
}

function joinedDaemons({ rows, jobs }: PassTimeline): number {
  const daemons = new Set(rows.filter(({ daemon }) => daemon).map(({ lane }) => lane));
  const joins = new Set(
    rows.flatMap(({ kind, bars }) =>
      kind === 'main' ? bars.filter(({ state }) => state === 'join').map(({ on }) => on) : [],
    ),
  );
  return [...jobs.values()].filter(({ job, lane }) => daemons.has(lane) && joins.has(`job ${job}`)).length;
}
