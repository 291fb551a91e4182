/**
 * The places in the queue. Each person, each network and the queue as a whole have a limit, so one person cannot fill
 * it.
 */
import { counted } from '../../words/english.ts';

/** A person asking for a place. */
export type Applicant = {
  person: string;
  /** The person's network. Null if unknown: it then has no limit. */
  network: string | null;
  /** Most places that the person may have. */
  places: number;
};

/** The limits of the queue and of one network, which must be large enough for a class behind one address. */
export type PlaceLimits = { total: number; perNetwork: number };

/** Thrown if there is no place, or if the server is shutting down. */
export class BusyError extends Error {
  /** When to try again, in seconds. */
  readonly retryAfterSeconds: number;
  /** Whether the applicant has too many places, rather than everyone together. */
  readonly isOwn: boolean;
  constructor(message: string, retryAfterSeconds: number, isOwn = false) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
    this.isOwn = isOwn;
  }
}

/**
 * Finds a place for `applicant`. `holders` have places already, oldest first; `begun` is how many runs wait between two
 * passes, of which as many are allowed besides, since they cannot give up their places. Returns null if a place is free.
 * If none is free and the applicant has no run waiting or running (`isFirst`), returns the holder that must give up its
 * place: the newest one of the person with the most, if that person has more than one. Otherwise throws `BusyError`.
 * `ownWords` says why if the applicant has too many.
 */
export function placeFor<Holder extends { applicant: Applicant }>(
  applicant: Applicant,
  isFirst: boolean,
  holders: readonly Holder[],
  { total, perNetwork }: PlaceLimits,
  begun = 0,
  ownWords = ownRuns,
): Holder | null {
  const { person, network, places } = applicant;
  const own = holders.filter((holder) => holder.applicant.person === person);
  const retryAfterSeconds = 5 + holders.length + begun;
  if (own.length >= places) throw new BusyError(ownWords(own.length, places), retryAfterSeconds, true);
  if (begun > 0 && begun >= total) throw new BusyError(`${waiting(begun)}.`, retryAfterSeconds);
  const near = network === null ? [] : holders.filter((holder) => holder.applicant.network === network);
  if (near.length < perNetwork && holders.length < total) return null;
  const isNetworkFull = near.length >= perNetwork;
  const displaced = isFirst ? lastOfGreediest(isNetworkFull ? near : holders) : null;
  if (displaced) return displaced;
  if (isNetworkFull)
    throw new BusyError(`${waiting(near.length, ' from your network')}.`, retryAfterSeconds, true);
  throw new BusyError(`${waiting(holders.length)}.`, retryAfterSeconds);
}

function ownRuns(holding: number, places: number): string {
  return places === 1
    ? 'You already have a run waiting. You can start more once your first run has ended.'
    : `You already have ${holding} runs waiting.`;
}

/** `3 runs from your network are already waiting`. */
function waiting(runs: number, where = ''): string {
  return `${counted(runs, 'run')}${where} ${runs === 1 ? 'is' : 'are'} already waiting`;
}

/** Returns the newest holder of the person with the most places, or null if no person has more than one. */
function lastOfGreediest<Holder extends { applicant: Applicant }>(holders: readonly Holder[]): Holder | null {
  const byPerson = Map.groupBy(holders, ({ applicant }) => applicant.person);
  const most = Math.max(0, ...[...byPerson.values()].map(({ length }) => length));
  if (most < 2) return null;
  return holders.findLast(({ applicant }) => byPerson.get(applicant.person)?.length === most) ?? null;
}
