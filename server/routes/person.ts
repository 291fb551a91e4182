/**
 * Identifies the person behind a request: a browser by a random, signed cookie, other clients by the network of their
 * address. No accounts.
 */
import type { Context, MiddlewareHandler } from 'hono';
import type { GetConnInfo } from 'hono/conninfo';
import { getCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { nanoid } from 'nanoid';
import { personAt, type User } from '../runs/admission/fair-use.ts';
import type { Submitter } from '../runs/runs.ts';
import { cookieOptions } from './cookie.ts';
import { clientAddress } from './forwarded.ts';
import { networkOf } from './network.ts';
import type { Playground } from './playground.ts';

/** What the middleware passes to handlers. */
export type Env = {
  Variables: {
    /** The owner of submitted runs: for fair admission, for "My runs", and for the right to cancel. */
    person: string;
    /** Who the request counts towards in fair use: without a cookie its address, also once it is given one. */
    user: User;
    /** Whether the person is that of a signed cookie. */
    isSigned: boolean;
    /** The network of the client's address; null if unknown. */
    network: string | null;
    /** Signs cookies. */
    secret: string;
    /** Attributes of the person's cookie. */
    cookie: CookieOptions;
  };
};

const COOKIE = 'person';

/** A person in a cookie. What else the secret signs does not look like one. */
const PERSON = /^[\w-]{21}$/;

/**
 * Middleware that sets the person of a request. `getConnInfo` returns the address of its connection. A cookie that
 * this server did not sign is no person's, unless an earlier version, which did not sign them, has kept runs of it.
 */
export function identify(playground: Playground, getConnInfo?: GetConnInfo): MiddlewareHandler<Env> {
  const { settings, secret, runs } = playground;
  return async (c, next) => {
    const address = clientAddress(c, settings.TRUST_PROXY, getConnInfo);
    const network = address === null ? null : networkOf(address);
    const signed = await getSignedCookie(c, secret, COOKIE);
    const isSigned = typeof signed === 'string' && PERSON.test(signed);
    const unsigned = isSigned ? '' : (getCookie(c, COOKIE) ?? '');
    const old = PERSON.test(unsigned) && (await runs.knows(unsigned)) ? unsigned : null;
    const person = isSigned ? signed : (old ?? personAt(network));
    c.set('person', person);
    c.set('user', { person, network });
    c.set('isSigned', isSigned);
    c.set('network', network);
    c.set('secret', secret);
    c.set('cookie', cookieOptions(c, settings));
    await next();
  };
}

/** Sets the cookie of a browser that has none yet, or an unsigned one. Returns the person, as in its later requests. */
export async function remember(c: Context<Env>): Promise<string> {
  const known = c.get('person');
  if (c.get('isSigned')) return known;
  const person = PERSON.test(known) ? known : nanoid();
  await setSignedCookie(c, COOKIE, person, c.get('secret'), c.get('cookie'));
  c.set('person', person);
  c.set('isSigned', true);
  return person;
}

/** Reports whether a person is that of a cookie, rather than of a network address. */
export function isNamed(person: string): boolean {
  return PERSON.test(person);
}

/** Returns the submitter for a program, which gets no cookie. */
export function submitterOf(c: Context<Env>): Submitter {
  return { person: c.get('person'), network: c.get('network') };
}

/**
 * Returns the submitter for a browser, and sets its cookie. If it had none, its runs count towards its address: a
 * client that discards cookies would otherwise be a new person each time.
 */
export async function rememberSubmitter(c: Context<Env>): Promise<Submitter> {
  const { person: countsAs, network } = c.get('user');
  return { person: await remember(c), countsAs, network };
}
