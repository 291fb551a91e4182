/** Refuses what a page of another site sends, with the setting that would allow it if the page is this server's. */
import type { Context, MiddlewareHandler } from 'hono';
import { baseOf, isOwnOrigin } from './address.ts';
import { failure } from './failure.ts';
import type { Playground } from './playground.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
/** Before a page sends this to another site, the browser asks that site, and this one does not agree. */
const ASKED_FIRST = /^application\/json\b/i;

/**
 * Middleware that refuses requests of other sites' pages that could change something: whatever their type, if the
 * browser marks them. Browsers send `Sec-Fetch-Site` to https and localhost only, and `Origin` with every such request.
 * A client that sends neither is not a browser, and cannot be misled into sending a user's cookies.
 */
export function refuseOtherSites(playground: Playground): MiddlewareHandler {
  return async (c, next) => {
    const reason = SAFE_METHODS.includes(c.req.method) ? null : reasonToRefuse(c, playground);
    return reason === null ? next() : failure(c, playground, 403, reason);
  };
}

/** Returns why a request is refused; null if a page of this server, or no browser, sent it. */
function reasonToRefuse(c: Context, { settings }: Playground): string | null {
  const site = c.req.header('sec-fetch-site') ?? '';
  const origin = c.req.header('origin') ?? '';
  if (site === 'same-origin' || (site === '' && origin === '')) return null;
  if (site === 'cross-site') {
    const sandbox = ' If it is a page of this server in a sandboxed frame, open it in its own tab.';
    return `This was sent by a page of another site, so it was refused.${origin === 'null' ? sandbox : ''}`;
  }
  if (ASKED_FIRST.test(c.req.header('content-type') ?? '')) return null;
  if (isOwnOrigin(c, origin, settings)) return null;
  if (!/^https?:/.test(origin))
    return 'The browser did not say which page sent this. A proxy in front of this server must not change Referrer-Policy.';
  return `This was sent by a page at ${origin}, which this server does not know as its own. If that is this server’s address, set PUBLIC_URL=${origin}${baseOf(settings)}.`;
}
