/**
 * Refuses requests by names that are not the server's, where it listens on loopback only: a page of another site could
 * point its own name at the visitor's computer (DNS rebinding), and then run code there with the visitor's browser.
 */
import net from 'node:net';
import type { MiddlewareHandler } from 'hono';
import type { Settings } from '../settings.ts';
import { failure } from './failure.ts';
import { isLocalhost, isLoopback, literalIn } from './forwarded.ts';
import type { Playground } from './playground.ts';

/**
 * Middleware that refuses a `Host` that is no host. Must come before anything that reads the URL, which is invalid in
 * such a request on Deno.
 */
export const refuseBadHost: MiddlewareHandler = async (c, next) => {
  const host = c.req.header('host') ?? '';
  const isHost = host === '' || (/^[^\s/\\?#@%]+$/.test(host) && URL.canParse(`http://${host}`));
  if (!isHost || !URL.canParse(c.req.url))
    return c.text('The Host header of this request is not valid.\n', 400);
  return next();
};

/** Middleware that refuses unknown names, with the setting that would allow them. */
export function refuseUnknownHosts(playground: Playground): MiddlewareHandler {
  const { settings } = playground;
  return async (c, next) => {
    const name = withoutDot(new URL(c.req.url).hostname);
    if (listensWider(settings) || isKnown(name, settings)) return next();
    const message = `This server does not know the name “${name}”. If that is one of its names, set ALLOWED_HOSTS=${name}.`;
    return failure(c, playground, 403, message, []);
  };
}

/** Reports whether other machines can reach the server. A name to listen on could stand for loopback. */
function listensWider({ HOST }: Settings): boolean {
  const address = literalIn(HOST);
  return net.isIP(address) !== 0 && !isLoopback(address);
}

function isKnown(name: string, { HOST, PUBLIC_URL, ALLOWED_HOSTS }: Settings): boolean {
  if (isLocalhost(name) || net.isIP(literalIn(name)) !== 0) return true;
  if (name === withoutDot(HOST.toLowerCase())) return true;
  if (PUBLIC_URL !== null && name === withoutDot(new URL(PUBLIC_URL).hostname)) return true;
  return ALLOWED_HOSTS.map(withoutDot).some(
    (one) => name === one.replace(/^\./, '') || (one.startsWith('.') && name.endsWith(one)),
  );
}

/** Returns a name without the dot at its end, which says only that the name is whole. */
function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
