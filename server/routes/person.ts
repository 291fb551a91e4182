/** Identifies the person behind a request: a browser by a random cookie, other clients by address. No accounts. */
import type { Context, MiddlewareHandler } from 'hono';
import type { GetConnInfo } from 'hono/conninfo';
import { getCookie, setCookie } from 'hono/cookie';
import { nanoid } from 'nanoid';

/** What the middleware passes to handlers. */
export type Env = {
  Variables: {
    /** The owner of submitted runs: for fair admission, for "My runs", and for the right to cancel. */
    person: string;
    /** Whether the browser's own connection is encrypted. */
    isSecure: boolean;
  };
};

const COOKIE = 'person';
const YEAR_SECONDS = 365 * 86_400;

/**
 * Middleware that sets the person of a request. `getConnInfo` returns the client's address. Behind `proxies`, the
 * number of trusted ones, the address is the one that the outermost of them received the request from.
 */
export function identify(proxies: number, getConnInfo?: GetConnInfo): MiddlewareHandler<Env> {
  return async (c, next) => {
    const known = getCookie(c, COOKIE);
    const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim());
    const seen = proxies > 0 ? forwarded.at(-proxies)?.slice(0, 100) : undefined;
    const isSecure = proxies > 0 && c.req.header('x-forwarded-proto') === 'https';
    c.set('isSecure', isSecure || new URL(c.req.url).protocol === 'https:');
    c.set(
      'person',
      known && /^[\w-]{21}$/.test(known)
        ? known
        : `at ${seen || getConnInfo?.(c).remote.address || 'unknown'}`,
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
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: c.get('isSecure'),
    maxAge: YEAR_SECONDS,
  });
  c.set('person', person);
  return person;
}
