/**
 * The channels on which servers tell each other what is worth a look, and what their notifications say. Playgrounds in
 * other schemas of a database hear of each other, which does no harm.
 */

/** Logs have something new: ids of runs. */
export const LOG_CHANNEL = 'playground_log';
/** The queue has changed: nothing. */
export const QUEUE_CHANNEL = 'playground_queue';
/** A family of a server is to be stopped: its id. */
export const FAMILY_CHANNEL = 'playground_family';
/** A server has new instructions about its runs: its id. */
export const RUNNER_CHANNEL = 'playground_runner';

/** PostgreSQL takes fewer than 8000 bytes. */
const MAX_BYTES = 7999;

/** Returns the payloads that name runs: ids, which are ASCII without commas, as few payloads as possible. */
export function payloadsOf(ids: Iterable<string>): string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const id of new Set(ids)) {
    if (payload !== '' && payload.length + 1 + id.length > MAX_BYTES) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? id : `,${id}`;
  }
  if (payload !== '') payloads.push(payload);
  return payloads;
}

/** Returns the ids in a payload. */
export function idsIn(payload: string): string[] {
  return payload.split(',');
}
