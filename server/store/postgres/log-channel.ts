/** The channel on which servers tell each other that logs have something new: what its notifications say. */

/** Its name, in each database. Playgrounds in other schemas of a database hear of each other, which does no harm. */
export const CHANNEL = 'playground_log';

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
