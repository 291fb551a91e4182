/** Limits the body of a request, and refuses one that does not arrive whole. */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { failure } from './failure.ts';
import type { Playground } from './playground.ts';

/** Largest body of a request, in bytes: 64 KiB of code, twice over for its encoding in a form, and the other fields. */
const BODY_BYTES = 256 * 1024;

/** Middleware that reads a body of unknown length before the handlers, and answers 413 or 400 if it cannot be used. */
export function limitBody(playground: Playground): MiddlewareHandler {
  const onError = (c: Context) =>
    failure(c, playground, 413, `The request is larger than ${BODY_BYTES / 1024} KiB.`);
  const limit = bodyLimit({ maxSize: BODY_BYTES, onError });
  return async (c, next) => {
    // On Node, a look at the body makes a whole Request of the request, which takes 0.2 ms.
    const { method } = c.req;
    const length = c.req.header('content-length');
    if (method === 'GET' || method === 'HEAD') return next();
    if (length !== undefined && c.req.header('transfer-encoding') === undefined)
      return Number(length) > BODY_BYTES ? onError(c) : next();
    let isRead = false;
    const handle = () => {
      isRead = true;
      return next();
    };
    try {
      return await limit(c, handle);
    } catch (error) {
      if (isRead) throw error;
      // The client has hung up, or has broken off the encoding: its fault, and nothing to log.
      return failure(c, playground, 400, 'The request did not arrive completely. Send it again.');
    }
  };
}
