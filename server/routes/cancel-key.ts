/**
 * The right to cancel: of the person who started something, and of whoever has its key. The answer to the request that
 * started it carries the key, for clients without cookies; no other answer does, so a permalink gives no right.
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

/** Returns the address at which whoever has it may cancel the run or family `id`, which is at `url`. */
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
