/**
 * What caches and search engines may do with responses. A handler decides what may be stored; by default, nothing may. A
 * run can be deleted or blocked at any moment, so nothing of it is used from a cache before this server was asked.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Log } from '../runs/log/log.ts';

/** What search engines may list: the lessons, and the pages about this site. */
const LISTED = /^\/(?:$|lessons\/|challenges$|notebook$|terms$|privacy$|static\/)/;

/**
 * Middleware for all responses. Those that say nothing about caches are not stored: many show what their reader may do,
 * or the reader's own runs. Errors never are. Search engines are asked not to list runs.
 */
export const storeNothing: MiddlewareHandler = async (c, next) => {
  await next();
  const { headers, status } = c.res;
  if (status >= 400 || !headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  if (!LISTED.test(c.req.path)) headers.set('X-Robots-Tag', 'noindex');
};

/** Lets caches keep a response that is the same for everyone, if they ask before each use. With an ETag it is sent once. */
export const ASK_AGAIN = { 'Cache-Control': 'no-cache' } as const;

/**
 * The same for a form that its reader fills in, in the reader's own browser. Not `no-store`: browsers may then not bring
 * back the page as the reader left it.
 */
export const KEEP_TYPED = { 'Cache-Control': 'private, no-cache' } as const;

/** Returns the header for a form of a run that is the same for everyone. */
export function cacheOf({ isEnded }: Pick<Log, 'isEnded'>): { 'Cache-Control': string } {
  return isEnded ? ASK_AGAIN : { 'Cache-Control': 'no-store' };
}

/** Asks search engines not to list a response. */
export function unlist(c: Context): void {
  c.header('X-Robots-Tag', 'noindex');
}
