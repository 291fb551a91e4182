/** The public address of this server, for links that leave it: in link cards, snippets and QR codes. */
import type { Context } from 'hono';
import type { Env } from './person.ts';

/**
 * Returns the origin of a request as its client sees it, without a trailing slash. Behind `proxies`, the number of
 * trusted ones, the host comes from X-Forwarded-Host.
 */
export function originOf(c: Context<Env>, proxies: number): string {
  const url = new URL(c.req.url);
  const forwarded = proxies > 0 ? c.req.header('x-forwarded-host')?.split(',')[0]?.trim() : undefined;
  const scheme = c.get('isSecure') ? 'https' : 'http';
  const seen = forwarded ? URL.parse(`${scheme}://${forwarded}`) : null;
  return seen?.origin ?? `${scheme}://${url.host}`;
}
