/** Identifies the person behind a request: a browser by a random cookie, other clients by address. No accounts. */
import type { Context, MiddlewareHandler } from 'hono';
import type { GetConnInfo } from 'hono/conninfo';
import { getCookie, setCookie } from 'hono/cookie';
import { nanoid } from 'nanoid';
import type { Settings } from '../settings.ts';
import { baseOf, isSecure } from './address.ts';
import { clientAddress } from './forwarded.ts';

/** What the middleware passes to handlers. */
export type Env = {
  Variables: {
    /** The owner of submitted runs: for fair admission, for "My runs", and for the right to cancel. */
    person: string;
    /** Whether the browser's own connection is encrypted. */
    isSecure: boolean;
    /** The path of the person's cookie. */
    cookiePath: string;
  };
};

const COOKIE = 'person';
const YEAR_SECONDS = 365 * 86_400;

/** Middleware that sets the person of a request. `getConnInfo` returns the address of its connection. */
export function identify(settings: Settings, getConnInfo?: GetConnInfo): MiddlewareHandler<Env> {
  return async (c, next) => {
    const known = getCookie(c, COOKIE);
    c.set('isSecure', isSecure(c, settings));
    c.set('cookiePath', baseOf(settings) || '/');
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
  setCookie(c, COOKIE, person, {
    path: c.get('cookiePath'),
    httpOnly: true,
    sameSite: 'Lax',
    secure: c.get('isSecure'),
    maxAge: YEAR_SECONDS,
  });
  c.set('person', person);
  return person;
}
