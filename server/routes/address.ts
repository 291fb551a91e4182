/** The address at which people reach this server: for what leaves it, such as link cards, snippets and QR codes. */
import type { Context } from 'hono';
import type { Env } from './person.ts';

/**
 * The origin of a request as its sender sees it, without a slash at its end. Behind `proxies` that are believed, the
 * host is the one that they were asked for.
 */
export function originOf(c: Context<Env>, proxies: number): string {
  const url = new URL(c.req.url);
  const forwarded = proxies > 0 ? c.req.header('x-forwarded-host')?.split(',')[0]?.trim() : undefined;
  const scheme = c.get('isSecure') ? 'https' : 'http';
  const seen = forwarded ? URL.parse(`${scheme}://${forwarded}`) : null;
  return seen?.origin ?? `${scheme}://${url.host}`;
}
