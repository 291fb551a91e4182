/** Identifies the person behind a request: a browser by a random cookie, other clients by address. No accounts. */
import type { Context, MiddlewareHandler } from 'hono';
import type { GetConnInfo } from 'hono/conninfo';
import { getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { nanoid } from 'nanoid';
import type { Settings } from '../settings.ts';
import { cookieOptions } from './cookie.ts';
import { clientAddress } from './forwarded.ts';

/** What the middleware passes to handlers. */
export type Env = {
  Variables: {
    /** The owner of submitted runs: for fair admission, for "My runs", and for the right to cancel. */
    person: string;
    /** Attributes of the person's cookie. */
    cookie: CookieOptions;
  };
};

const COOKIE = 'person';

/** Middleware that sets the person of a request. `getConnInfo` returns the address of its connection. */
export function identify(settings: Settings, getConnInfo?: GetConnInfo): MiddlewareHandler<Env> {
  return async (c, next) => {
    const known = getCookie(c, COOKIE);
    c.set('cookie', cookieOptions(c, settings));
    c.set(
      'person',
      known && /^[\w-]{21}$/.test(known)
        ? known
        : `at ${clientAddress(c, settings.TRUST_PROXY, getConnInfo) ?? 'unknown'}`,
    );
    await next();
  };
}

/** Sets the cookie of a browser that has none yet. Returns the person, as in later requests of the browser. */
export function remember(c: Context<Env>): string {
  const known = c.get('person');
  if (!known.startsWith('at ')) return known;
  const person = nanoid();
  setCookie(c, COOKIE, person, c.get('cookie'));
  c.set('person', person);
  return person;
}
