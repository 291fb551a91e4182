/** Tells about each request that was answered: for metrics and logs. Never whose it was, or about what. */
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';

/** An answered request. */
export type Answered = {
  method: string;
  /** The pattern of the address, such as `/runs/:id`: what fills it in is not told. */
  route: string;
  status: number;
  /** Until the response began: that of a stream lasts on. */
  seconds: number;
};

/** Methods that are told apart; a client may make up others. */
const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** Middleware that calls `listener` for each request. */
export function watchRequests(listener: (answered: Answered) => void): MiddlewareHandler {
  return async (c, next) => {
    const startMs = performance.now();
    await next();
    const route = routePath(c);
    listener({
      method: METHODS.includes(c.req.method) ? c.req.method : 'other',
      // Middleware alone has answered: there is nothing at this address, or it was refused.
      route: /^\/?\*$/.test(route) ? 'none' : route.replace(/\{.*?\}(?=\/|$)/g, ''),
      status: c.res.status,
      seconds: Math.round((performance.now() - startMs) * 1000) / 1e6,
    });
  };
}
