/** Pages whose address somebody typed, or copied, with a slash at its end. */
import type { Context } from 'hono';

/**
 * A path of plain names, such as all our pages have; the files of the page have no folders. Two slashes at its beginning
 * would name another host.
 */
const PLAIN = /^(?!\/static\/)((?:\/[\w.-]+)+)\/+$/;

/**
 * Returns the redirect to the address without the slash at its end; null if the address does not end in one, or could
 * not be that of a page. Not Hono's own middleware, which redirects to the server's own address: behind a proxy, that is
 * not the one that people use. `base`: see `baseOf`.
 */
export function withoutSlash(c: Context, base: string): Response | null {
  const { method, path, url } = c.req;
  const page = method === 'GET' || method === 'HEAD' ? PLAIN.exec(path)?.[1] : undefined;
  return page === undefined ? null : c.redirect(`${base}${page}${new URL(url).search}`, 308);
}
