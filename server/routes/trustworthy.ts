/** Leaves out security headers that browsers ignore on plain http, with a warning in the console for each page. */
import type { MiddlewareHandler } from 'hono';

/**
 * Middleware that removes headers for trustworthy origins (https and localhost) from responses to other browsers. To
 * those origins alone, browsers send `Sec-Fetch-Site`. Must be registered before `secureHeaders`.
 */
export const trustworthyHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  if (c.req.header('sec-fetch-site') !== undefined) return;
  c.res.headers.delete('Cross-Origin-Opener-Policy');
  c.res.headers.delete('Origin-Agent-Cluster');
};
