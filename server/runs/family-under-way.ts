/** A family under way on this server. */
import type { Applicant } from './places.ts';
import type { Submitter } from './runs.ts';

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
