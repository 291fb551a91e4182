/** Reads what there is now of a run's events: one answer, which ends, unlike the stream. */
import type { RunEvent } from '../../server/protocol/events.ts';
import { type Place, parsePlace } from '../../server/protocol/place.ts';

/** How long an answer may take, in ms. */
const TIMEOUT_MS = 10_000;

/**
 * `late`: why the server has no more of them, although more has happened; null if it has. `place`: the run's place in
 * the queue; null if it does not wait.
 */
export type Answer = { events: RunEvent[]; late: string | null; place: Place | null };

/**
 * Requests the events at `address`. Returns 'gone' if the server no longer has the run, and null if the server is not
 * reached, if something else answers, or if `signal` aborts.
 */
export async function fetchEvents(address: string, signal: AbortSignal): Promise<Answer | 'gone' | null> {
  try {
    const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(address, { cache: 'no-store', signal: either });
    if (!response.ok) return isGone(response) ? 'gone' : null;
    const text = await response.text();
    const events: unknown = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    const late = decodeURIComponent(response.headers.get('Events-Late') ?? '') || null;
    const place = parsePlace(response.headers.get('Queue-Place') ?? '');
    return isEvents(events) ? { events, late, place } : null;
  } catch {
    return null;
  }
}

/** A gateway may have no page while the server restarts, but it does not answer as our own server does. */
function isGone({ status, headers }: Response): boolean {
  return status === 404 && headers.get('Content-Type') === 'application/problem+json';
}

/** Our own server checked each event before logging it, so this only distinguishes events from other content. */
export function isEvents(value: unknown): value is RunEvent[] {
  return (
    Array.isArray(value) && value.every((one) => typeof one?.seq === 'number' && typeof one.type === 'string')
  );
}
