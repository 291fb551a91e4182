/** Hints for a program while it is written: what TypeScript finds in it. */
import { type Context, Hono } from 'hono';
import { tooLong } from '../spec/code.ts';
import { PYTHONS } from '../spec/runtimes.ts';
import { problemJson } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';

/** When a person who has to wait may try again, in seconds. */
const RETRY_SECONDS = 2;
/** When anyone may try again if the type checker cannot start, in seconds. */
const DOWN_SECONDS = 10;

/**
 * Routes `POST /hints`, with `code` in a form or in JSON, and the `runtime`. Responds with a JSON array of hints (see
 * `Hint`): empty if there are none, if the program cannot be checked within the limits, and for one in Python.
 */
export function hintRoutes({ hints, settings }: Playground): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/hints', async (c) => {
    const { code, runtime } = await sentIn(c);
    if (code === null) return problemJson(c, 422, 'Send the program as code, in a form or in JSON.');
    const message = tooLong(code, { maxBytes: settings.CODE_BYTES });
    if (message !== null) return problemJson(c, 422, message, { errors: { code: message } });
    if (isPythonName(runtime)) return c.json([]);
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

function isPythonName(runtime: unknown): boolean {
  return PYTHONS.some((one) => one === runtime);
}

/** Returns the text of `code`, null if the body has none, or cannot be read; and the runtime, if it is sent. */
async function sentIn(c: Context): Promise<{ code: string | null; runtime?: unknown }> {
  const isJson = /^application\/json\b/i.test(c.req.header('content-type') ?? '');
  const body: unknown = await (isJson ? c.req.json() : c.req.parseBody()).catch(() => null);
  const { code, runtime }: { code?: unknown; runtime?: unknown } = Object(body);
  return { code: typeof code === 'string' ? code : null, runtime };
}
