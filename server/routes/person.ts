/** Who sends a request: a browser by a cookie of random letters, anything else by its address. No names, no accounts. */
import type { Context, MiddlewareHandler } from 'hono';
import type { GetConnInfo } from 'hono/conninfo';
import { getCookie, setCookie } from 'hono/cookie';
import { nanoid } from 'nanoid';

/** What middleware leaves for handlers. */
export type Env = {
  Variables: {
    /** Whose runs these are: for fairness, for "My runs", and for who may cancel. */
    person: string;
    /** Whether the browser's own connection is encrypted. */
    isSecure: boolean;
  };
};

const COOKIE = 'person';
const YEAR_SECONDS = 365 * 86_400;

/**
 * Middleware that tells who sends a request. `getConnInfo` knows the sender's address; behind `proxies` that are
 * believed, it is the one that the outermost of them saw.
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

/** Gives a browser that is shown a page its cookie, if it has none, and returns who it is from now on. */
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
