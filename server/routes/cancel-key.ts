/**
 * The right to cancel a run or family. The person who started it has it, and so does any client with its key. Only the
 * response to the request that started it contains the key, so a permalink gives no right to cancel.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';

/** A run or a family. */
type Started = { id: string; person: string };

/** Returns the key of the run or family `id`. Without the server's secret it cannot be guessed. */
export function cancelKey({ secret }: Pick<Playground, 'secret'>, id: string): string {
  return createHmac('sha256', secret).update(`cancel ${id}`).digest('base64url');
}

/** Returns the address that cancels the run or family `id` at `url`. Having it is enough to cancel. */
export function cancelAddress(playground: Playground, url: string, id: string): string {
  return `${url}/cancel?key=${cancelKey(playground, id)}`;
}

/**
 * Returns the key that a request has for the run or family `id`, as `?key=`; undefined if it has none, or another one.
 */
export function keyOf(c: Context, playground: Playground, id: string): string | undefined {
  const key = cancelKey(playground, id);
  const [given, valid] = [Buffer.from(c.req.query('key') ?? ''), Buffer.from(key)];
  return given.length === valid.length && timingSafeEqual(given, valid) ? key : undefined;
}

/** Reports whether a request comes from the person who started a run or family, or has its key. */
export function mayCancel(c: Context<Env>, playground: Playground, { id, person }: Started): boolean {
  return person === c.get('person') || keyOf(c, playground, id) !== undefined;
}
