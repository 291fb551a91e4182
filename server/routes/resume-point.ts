/** Where a client continues to read the events of a run. */
import type { Context } from 'hono';

/** The response to a client that gives something else: 400. */
export const NOT_A_NUMBER = 'Send the number of the last event that you have, as ?after= or Last-Event-ID.';

/**
 * Returns the number of the last event that the client has, 0 if it has none, or null if what it gives is not a number.
 * The header, which browsers send when they reconnect to a stream, takes precedence over `?after=`.
 */
export function resumePoint(c: Context): number | null {
  const given = c.req.header('last-event-id') || c.req.query('after') || '0';
  return /^\d{1,15}$/.test(given) ? Number(given) : null;
}
