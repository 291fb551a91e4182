/**
 * The addresses of this server: the path below which all of its pages are, the address that people use, and the origins
 * of its own pages. With PUBLIC_URL they follow it, whatever host a proxy sends; else they follow the request.
 */
import type { Context, MiddlewareHandler } from 'hono';
import { getPath } from 'hono/utils/url';
import type { Site } from '../../views/page/page.ts';
import { type Settings, SettingsError } from '../settings.ts';
import { forwarded, isLocalhost, isLoopback, literalIn } from './forwarded.ts';
import { ownRoom } from './own-room.ts';
import type { Playground } from './playground.ts';

/** Returns what the server's paths begin with in links, redirects and cookies: empty, or as `/play`. */
export function baseOf({ PUBLIC_URL }: Pick<Settings, 'PUBLIC_URL'>): string {
  return PUBLIC_URL === null ? '' : new URL(PUBLIC_URL).pathname.replace(/\/$/, '');
}

/**
 * Throws `SettingsError` if a path of `routes` begins as PUBLIC_URL's does: a request for it would not show whether a
 * proxy has stripped the prefix.
 */
export function checkBase({ PUBLIC_URL }: Settings, routes: readonly { path: string }[]): void {
  const base = baseOf({ PUBLIC_URL });
  if (base === '' || !routes.some(({ path }) => `${path}/`.startsWith(`${base}/`))) return;
  throw new SettingsError(`PUBLIC_URL=${PUBLIC_URL}: its path must not be one of the server's own`);
}

/**
 * Returns what pages need to link to the server's files and pages, for the reader of a request. `room`: the one that the
 * page is in, null for none; left out, the reader's own.
 */
export function siteOf(
  playground: Pick<Playground, 'settings' | 'built' | 'rooms' | 'sandbox'>,
  c: Context,
  room: Site['room'] | null = ownRoom(c, playground),
): Site {
  const { settings, built, sandbox } = playground;
  const hasOwnPrograms = sandbox.runtimes.length > 0;
  return { base: baseOf(settings), assets: built.page, hasOwnPrograms, room: room ?? undefined };
}

/**
 * Returns the function that finds the path by which a request is routed: without `base`, which some proxies strip and
 * others pass on, and with one slash at its begin, where a proxy that strips a prefix may leave two.
 */
export function pathBelow(base: string): (request: Request) => string {
  const prefix = decodeURI(base);
  return (request) => {
    const path = getPath(request);
    if (base === '') return path;
    const isBelow = path === prefix || path.startsWith(`${prefix}/`);
    return (isBelow ? path.slice(prefix.length) : path).replace(/^\/*/, '/');
  };
}

/** Where the context keeps the address of this server for other devices, if the request's own works only here. */
const FOR_OTHERS = 'forOthers';

/**
 * Middleware for a server whose address for other devices is known: whoever opens it on its own computer as `localhost`
 * also gets links and QR codes that work on others.
 */
export function linkForOthers(addressForOthers: () => string | null): MiddlewareHandler {
  return (c, next) => {
    const url = addressForOthers();
    const { hostname } = new URL(c.req.url);
    if (url !== null && (isLocalhost(hostname) || isLoopback(literalIn(hostname)))) c.set(FOR_OTHERS, url);
    return next();
  };
}

/**
 * Returns the address that people use for this server, without a slash at its end, for links that leave it: in link
 * cards, scripts, snippets and QR codes.
 */
export function publicUrlOf(c: Context, settings: Settings): string {
  if (settings.PUBLIC_URL !== null) return settings.PUBLIC_URL;
  const forOthers: string | undefined = c.get(FOR_OTHERS);
  if (forOthers !== undefined) return forOthers;
  const scheme = isSecure(c, settings) ? 'https' : 'http';
  const seen = forwarded(c, 'host', settings.TRUST_PROXY);
  return (seen && URL.parse(`${scheme}://${seen}`)?.origin) || `${scheme}://${new URL(c.req.url).host}`;
}

/** Returns the address of a page as people use it, without a key that only its reader has. */
export function addressOf(c: Context, settings: Settings): string {
  const query = new URL(c.req.url).searchParams;
  query.delete('key');
  return `${publicUrlOf(c, settings)}${c.req.path}${query.size > 0 ? `?${query}` : ''}`;
}

/**
 * Reports whether the browser's own connection is encrypted, as PUBLIC_URL says, or else a trusted proxy. If the
 * browser names the origin of its page, that decides: people may use the server's own address beside an https one.
 */
export function isSecure(c: Context, settings: Settings): boolean {
  const { PUBLIC_URL, TRUST_PROXY } = settings;
  if (PUBLIC_URL === null)
    return /^https\b/i.test(forwarded(c, 'proto', TRUST_PROXY) ?? new URL(c.req.url).protocol);
  const origin = c.req.header('origin') ?? '';
  return (isOwnOrigin(c, origin, settings) ? origin : PUBLIC_URL).startsWith('https:');
}

/**
 * Reports whether an origin is one of this server's pages: at the host of the request, at the one that a trusted proxy
 * received, or at PUBLIC_URL. Compares hosts only: behind a proxy that terminates TLS, the schemes differ.
 */
export function isOwnOrigin(c: Context, origin: string, { PUBLIC_URL, TRUST_PROXY }: Settings): boolean {
  const url = URL.parse(origin);
  if (url === null || !/^https?:$/.test(url.protocol)) return false;
  const hosts = [
    new URL(c.req.url).host,
    forwarded(c, 'host', TRUST_PROXY),
    PUBLIC_URL && new URL(PUBLIC_URL).host,
  ];
  // Parsed with the origin's scheme, so that its usual port counts as none.
  return hosts.some((host) => host && URL.parse(`${url.protocol}//${host}`)?.host === url.host);
}
