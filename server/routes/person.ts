/** Who sends a request: a browser by a cookie of random letters, anything else by its address. No names, no accounts. */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { nanoid } from 'nanoid';

/** What middleware leaves for handlers. */
export type Env = {
  Variables: {
    /** Whose runs these are: for fairness, for "My runs", and for who may cancel. */
    person: string;
  };
};

const COOKIE = 'person';
const YEAR_SECONDS = 365 * 86_400;

/** Middleware that tells who sends a request. `addressOf` reads the sender's address from the runtime's environment. */
export function identify(addressOf?: (env: unknown) => string | undefined): MiddlewareHandler<Env> {
  return async (c, next) => {
    const known = getCookie(c, COOKIE);
    c.set('person', known && /^[\w-]{21}$/.test(known) ? known : `at ${addressOf?.(c.env) ?? 'unknown'}`);
    await next();
  };
}

/** Gives a browser that is shown a page its cookie, if it has none, and returns who it is from now on. */
export function remember(c: Context<Env>): string {
  const known = c.get('person');
  if (!known.startsWith('at ')) return known;
  const person = nanoid();
  const isSecure = new URL(c.req.url).protocol === 'https:';
  setCookie(c, COOKIE, person, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure,
    maxAge: YEAR_SECONDS,
  });
  c.set('person', person);
  return person;
}
