/** What pages of other sites may do with this server's responses: show its pictures, frame its pages. */
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Settings } from '../settings.ts';

/**
 * Middleware that relaxes the app's security headers for responses that other sites may use. Pictures contain their own
 * style. The page to embed may be framed anywhere, also in a sandbox, where it has no origin: its own files are then
 * those of another site. Must be registered before `secureHeaders`.
 */
export const relaxHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  const { status, headers } = c.res;
  if (status !== 200) return;
  const { path } = c.req;
  const isPicture = /^\/runs\/[\w-]+(?:\.svg|\.png|\/qr\.svg)$/.test(path);
  const isEmbed = /^\/runs\/[\w-]+\/embed$/.test(path);
  if (isPicture || isEmbed || path.startsWith('/static/'))
    headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  if (isPicture) headers.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
  if (!isEmbed) return;
  headers.delete('X-Frame-Options');
  // In a sandbox the browser cannot grant it, and says so.
  headers.delete('Origin-Agent-Cluster');
  const policy = headers.get('Content-Security-Policy') ?? '';
  headers.set('Content-Security-Policy', policy.replace(/frame-ancestors [^;]*/, 'frame-ancestors *'));
};

/** What the page to embed requests by script. */
export const READ_BY_EMBED = ['/static/*', '/runs/:id/events', '/runs/:file{[\\w-]+\\.ndjson}'];

/** Middleware that lets scripts of all sites read a response, without cookies. */
export const letRead: MiddlewareHandler = cors({ allowMethods: ['GET', 'HEAD'] });

/** Returns the header for browsers that do not know `frame-ancestors`; false where it cannot say the same. */
export function frameOptions({ FRAME_ANCESTORS: [first, ...others] }: Settings): string | false {
  if (others.length > 0) return false;
  return first === "'self'" ? 'SAMEORIGIN' : first === "'none'" && 'DENY';
}

/** Reports whether pages of other sites may frame this server's pages. */
export function isFramedElsewhere({ FRAME_ANCESTORS }: Settings): boolean {
  return FRAME_ANCESTORS.some((source) => source !== "'self'" && source !== "'none'");
}
