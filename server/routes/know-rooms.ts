/** What other servers have changed about the rooms of somebody who opens a page. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';

/** Finds out, before a page is made, which rooms its reader is in: they may have entered one at another server. */
export function knowRooms({ rooms }: Pick<Playground, 'rooms'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method === 'GET' && (c.req.header('accept') ?? '').includes('text/html'))
      await rooms.know(c.get('person'));
    await next();
  };
}
