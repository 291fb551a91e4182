/** A family under way on this server. */
import { type Applicant, type PlaceLimits, placeFor } from '../admission/places.ts';
import type { Submitter } from '../runs.ts';

/** Why a server goes on with a family no more: it has left it to the others. */
export const LEFT = 'left';

export type Live = {
  applicant: Applicant;
  /** The room that it was started in; null if none. */
  room: string | null;
  stopping: AbortController;
  /** The current run; null until the first has been submitted. */
  runId: string | null;
  /** Why the next run cannot be submitted yet; null if it can. */
  held: string | null;
  /** Resolves when the last run has ended and no process is left. Never rejects. */
  ended: Promise<void>;
};

/** The last run that has been submitted of a family, and its number; 0 if there is none. */
export type Last = { number: number; runId: string | null };

/** Returns a family that begins. */
export function newLive(applicant: Applicant, { seat }: Pick<Submitter, 'seat'>): Live {
  return {
    applicant,
    room: seat?.room ?? null,
    stopping: new AbortController(),
    runId: null,
    held: null,
    ended: Promise.resolve(),
  };
}

/** Resolves when a family is left to other servers. */
export function left(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => signal.reason === LEFT && resolve();
    if (!look()) signal.addEventListener('abort', look, { once: true });
  });
}

/** A family that has a place: on this server, if `live` is there. */
type Holder = { id: string; applicant: Applicant; live?: Live };

/**
 * Finds a place for another family, by the same rules as for a run that waits: see `placeFor`. `elsewhere`: those under
 * way on all servers.
 */
export function placeForFamily(
  applicant: Applicant,
  live: ReadonlyMap<string, Live>,
  elsewhere: readonly { id: string; person: string }[],
  limits: PlaceLimits,
): Holder | null {
  const others = elsewhere
    .filter(({ id }) => !live.has(id))
    .map(({ id, person }): Holder => ({ id, applicant: { person, network: null, places: 0 } }));
  const own = [...live]
    .filter(([, { stopping }]) => !stopping.signal.aborted)
    .map(([id, one]): Holder => ({ id, applicant: one.applicant, live: one }));
  const holders = [...others, ...own];
  const isFirst = !holders.some((one) => one.applicant.person === applicant.person);
  return placeFor(applicant, isFirst, holders, limits, 0, ownFamilies);
}

/** A search may go on for minutes after its page was left, so it says where it can be cancelled. */
function ownFamilies(holding: number): string {
  return holding === 1
    ? 'You already have a search, or a series of runs, under way. Wait until it has ended, or cancel it: “My runs” leads to it.'
    : `You already have ${holding} searches or series of runs under way. Wait until one has ended, or cancel one: “My runs” leads to them.`;
}
