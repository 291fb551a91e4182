/** Hints for a program while it is written: what TypeScript finds in it. */
import { type Context, Hono } from 'hono';
import { tooLong } from '../spec/code.ts';
import { problemJson } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';

/** When a person who has to wait may try again, in seconds. */
const RETRY_SECONDS = 2;
/** When anyone may try again if the type checker cannot start, in seconds. */
const DOWN_SECONDS = 10;

/**
 * Routes `POST /hints`, with `code` in a form or in JSON. Responds with a JSON array of hints (see `Hint`): empty if
 * there are none, or if the program cannot be checked within the limits.
 */
export function hintRoutes({ hints, settings }: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/hints', async (c) => {
    const code = await codeIn(c);
    if (code === null) return problemJson(c, 422, 'Send the program as code, in a form or in JSON.');
    const message = tooLong(code, { maxBytes: settings.CODE_BYTES });
    if (message !== null) return problemJson(c, 422, message, { errors: { code: message } });
    const found = await hints.of(code, c.get('person'));
    if (hints.trouble !== null) {
      c.header('Retry-After', String(DOWN_SECONDS));
      return problemJson(c, 503, 'The type checker does not work now. Programs run without it.');
    }
    if (found) return c.json(found);
    c.header('Retry-After', String(RETRY_SECONDS));
    return problemJson(c, 429, 'The type checker is busy. Try again shortly.');
  });
  return routes;
}

/** Returns the text of `code`; null if the body has none, or cannot be read. */
async function codeIn(c: Context): Promise<string | null> {
  const isJson = /^application\/json\b/i.test(c.req.header('content-type') ?? '');
  const body: unknown = await (isJson ? c.req.json() : c.req.parseBody()).catch(() => null);
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return typeof code === 'string' ? code : null;
}
