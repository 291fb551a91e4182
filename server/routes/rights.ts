/**
 * The rights to cancel and to delete a run or family. The person who started it has them, and so does any client with
 * its keys. Only the response to the request that started it contains the keys, so a permalink gives no right.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { type Env, isNamed } from './person.ts';
import type { Playground } from './playground.ts';

/** A run or a family. */
type Started = { id: string; person: string };

/** What a key is for. */
type Purpose = 'cancel' | 'delete';

/** Returns the key of the run or family `id`. Without the server's secret it cannot be guessed. */
export function keyFor(purpose: Purpose, { secret }: Pick<Playground, 'secret'>, id: string): string {
  return createHmac('sha256', secret).update(`${purpose} ${id}`).digest('base64url');
}

/** Returns the addresses that cancel and delete the run or family `id` at `url`. Having one is enough to do so. */
export function addressesOf(playground: Playground, url: string, id: string): Record<Purpose, string> {
  const address = (purpose: Purpose) => `${url}/${purpose}?key=${keyFor(purpose, playground, id)}`;
  return { cancel: address('cancel'), delete: address('delete') };
}

/**
 * Returns the key that a request has for the run or family `id`, as `?key=`; undefined if it has none, or another one.
 */
export function keyOf(purpose: Purpose, c: Context, playground: Playground, id: string): string | undefined {
  const key = keyFor(purpose, playground, id);
  const [given, valid] = [Buffer.from(c.req.query('key') ?? ''), Buffer.from(key)];
  return given.length === valid.length && timingSafeEqual(given, valid) ? key : undefined;
}

/** Reports whether a request comes from the person who started a run or family, or has its key. */
export function mayCancel(c: Context<Env>, playground: Playground, { id, person }: Started): boolean {
  return person === c.get('person') || keyOf('cancel', c, playground, id) !== undefined;
}

/**
 * Reports whether a request comes from the browser that started a run or family, or has its key. A shared address is
 * not enough, because it may be that of a class.
 */
export function mayDelete(c: Context<Env>, playground: Playground, { id, person }: Started): boolean {
  const isOwner = isNamed(person) && person === c.get('person');
  return isOwner || keyOf('delete', c, playground, id) !== undefined;
}
