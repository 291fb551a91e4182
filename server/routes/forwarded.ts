/** What trusted proxies in front of the server wrote about a request, and the address of its client. */
import net from 'node:net';
import type { Context } from 'hono';
import type { GetConnInfo } from 'hono/conninfo';

/** Headers by which a proxy shows that it passes on a request of another client. */
const PASSED_ON = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];

/**
 * Returns what the outermost of `proxies`, the number of trusted ones, wrote to the header `x-forwarded-${name}`. Each
 * proxy adds a value at the end, so values before that one are the client's own, and are not believed.
 */
export function forwarded(c: Context, name: 'for' | 'host' | 'proto', proxies: number): string | undefined {
  if (proxies === 0) return undefined;
  const values = (c.req.header(`x-forwarded-${name}`) ?? '').split(',').map((value) => value.trim());
  // Some proxies replace the values before theirs, so there may be fewer than proxies.
  return values.at(-Math.min(proxies, values.length)) || undefined;
}

/**
 * Returns the address of a request's client: of the connection, or behind `proxies` trusted ones the address that the
 * outermost of them saw. Returns null if it is unknown: the request comes from a proxy on this machine that `proxies`
 * does not count, behind which all clients would look the same.
 */
export function clientAddress(c: Context, proxies: number, getConnInfo?: GetConnInfo): string | null {
  const seen = forwarded(c, 'for', proxies)?.slice(0, 100);
  if (seen !== undefined) return seen;
  const peer = getConnInfo?.(c).remote.address ?? null;
  const isPassedOn = PASSED_ON.some((name) => c.req.header(name) !== undefined);
  return peer !== null && isPassedOn && isLoopback(peer) ? null : peer;
}

const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Reports whether only this machine can reach a literal address. Of a name it is not known. */
export function isLoopback(address: string): boolean {
  return net.isIP(address) !== 0 && loopback.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Browsers never look up these names: they are the computer itself. */
export function isLocalhost(name: string): boolean {
  return /^(?:.+\.)?localhost$/i.test(name);
}

/** Returns the address in a URL's host: IPv6 is in brackets there. */
export function literalIn(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
