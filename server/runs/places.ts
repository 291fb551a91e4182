/**
 * Places to wait, and who may have one: bounded for each person, for each address, and in all, so that nobody can take
 * them all.
 */

/** A person who asks for a place. */
export type Applicant = {
  person: string;
  /** The network that the person is in; null if it is unknown, and then it has no bound. */
  network: string | null;
  /** Most places that the person may have. */
  places: number;
};

/** Most places in all, and for one network: wide enough for a class behind one address. */
export type PlaceLimits = { total: number; perNetwork: number };

/** There is no place, or the server is about to stop. */
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
 * Finds a place for `applicant` beside those who have one, `holders`, in the order in which they got it. Returns null if
 * one is free. If none is, but `isFirst`, because nothing of the applicant's waits or runs, returns the holder that must
 * give up its place: the last one of the person who has most, if that is more than one. Otherwise throws `BusyError`.
 */
export function placeFor<Holder extends { applicant: Applicant }>(
  applicant: Applicant,
  isFirst: boolean,
  holders: readonly Holder[],
  { total, perNetwork }: PlaceLimits,
): Holder | null {
  const { person, network, places } = applicant;
  const own = holders.filter((holder) => holder.applicant.person === person);
  const retryAfterSeconds = 5 + holders.length;
  if (own.length >= places) {
    const message =
      places === 1
        ? 'A run of yours is waiting already. More may wait once your first has ended.'
        : `${own.length} runs of yours are waiting already.`;
    throw new BusyError(message, retryAfterSeconds, true);
  }
  const near = network === null ? [] : holders.filter((holder) => holder.applicant.network === network);
  if (near.length < perNetwork && holders.length < total) return null;
  const isNetworkFull = near.length >= perNetwork;
  const displaced = isFirst ? lastOfGreediest(isNetworkFull ? near : holders) : null;
  if (displaced) return displaced;
  if (isNetworkFull)
    throw new BusyError(
      `${near.length} runs from your network are waiting already.`,
      retryAfterSeconds,
      true,
    );
  throw new BusyError(`${holders.length} runs are waiting already.`, retryAfterSeconds);
}

/** Returns the last holder of the person who has most; null if nobody has more than one. */
function lastOfGreediest<Holder extends { applicant: Applicant }>(holders: readonly Holder[]): Holder | null {
  const byPerson = Map.groupBy(holders, ({ applicant }) => applicant.person);
  const most = Math.max(0, ...[...byPerson.values()].map(({ length }) => length));
  if (most < 2) return null;
  return holders.findLast(({ applicant }) => byPerson.get(applicant.person)?.length === most) ?? null;
}
