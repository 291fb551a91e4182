/**
 * What caches and search engines may do with responses about runs. A run can be deleted or blocked at any moment, so
 * nothing of it is used from a cache before this server was asked.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { Log } from '../runs/log.ts';
import type { Spec } from '../spec/spec.ts';

/** Middleware for pages about runs, which also show what their reader may do. */
export const askAgain: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'private, no-cache');
};

/** Returns the header for a form of a run that is the same for everyone. With an ETag it is not sent twice. */
export function cacheOf({ isEnded }: Pick<Log, 'isEnded'>): { 'Cache-Control': string } {
  return { 'Cache-Control': isEnded ? 'no-cache' : 'no-store' };
}

/** Reports whether search engines may list pages about a run: not if somebody wrote its program. */
export function isListed({ code }: Pick<Spec, 'code'>): boolean {
  return code === '';
}

/** Asks search engines not to list a response about a run whose program somebody wrote. */
export function unlist(c: Context, spec: Pick<Spec, 'code'>): void {
  if (!isListed(spec)) c.header('X-Robots-Tag', 'noindex');
}
