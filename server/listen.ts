/** How the server listens, and finds the address of a client, on each runtime. */
import type { ServerType } from '@hono/node-server';
import type { GetConnInfo } from 'hono/conninfo';
import { SERVER_RUNTIME } from './launch/runtimes.ts';
import { AwayError, SettingsError } from './settings.ts';

type Fetch = (request: Request, env?: unknown) => Response | Promise<Response>;
type Address = { HOST: string; PORT: number };

/** A server that listens. */
export type Server = {
  /** The URL to open in a browser. */
  url: string;
  /** Stops accepting requests, gives those in progress a moment to finish, and closes. */
  close(): Promise<void>;
};

/** The part of the server that depends on the runtime. */
export type Listen = {
  serve(fetch: Fetch, address: Address): Promise<Server>;
  /** Listens on a Unix socket, which does not exist yet. It does when this returns. */
  serveSocket(fetch: Fetch, path: string): Promise<Pick<Server, 'close'>>;
  /** Returns the address of a request's client, from what the runtime passes along with the request. */
  getConnInfo: GetConnInfo;
};

/** How long requests in progress may take to finish when the server stops, in ms. */
const CLOSE_MS = 1000;

/** Returns the implementation for the runtime that executes this. */
export async function listen(): Promise<Listen> {
  return SERVER_RUNTIME === 'deno' ? onDeno() : onNode();
}

/** Returns the error to show if the server cannot listen: what is wrong, and which setting would change it. */
export function listenError(error: Error, { HOST, PORT }: Address): SettingsError {
  const words = (why: string) => `Cannot listen on ${hostInUrl(HOST)}:${PORT}: ${why}`;
  switch ('code' in error && error.code) {
    case 'EADDRINUSE':
      return new AwayError(words('the port is in use. Stop what uses it, or set another PORT.'));
    case 'EADDRNOTAVAIL':
      return new AwayError(words('this machine does not have that address. Check HOST.'));
    case 'EACCES':
      return new SettingsError(words('this user may not. Set a PORT from 1024 on, with a proxy in front.'));
    default:
      return new AwayError(words(`${error.message}.`));
  }
}

async function onNode(): Promise<Listen> {
  const [{ createAdaptorServer, serve }, { getConnInfo }, { withStreams }] = await Promise.all([
    import('@hono/node-server'),
    import('@hono/node-server/conninfo'),
    import('./node-streams.ts'),
  ]);
  return {
    getConnInfo,
    serve: (fetch, { HOST, PORT }) =>
      new Promise((resolve, reject) => {
        const server = serve({ fetch: withStreams(fetch), hostname: HOST, port: PORT }, ({ port }) =>
          resolve({ url: urlOf(HOST, port), close: () => closeNodeServer(server) }),
        );
        server.once('error', reject);
      }),
    serveSocket: (fetch, path) =>
      new Promise((resolve, reject) => {
        const server = createAdaptorServer({ fetch });
        server.once('error', reject);
        server.listen(path, () => resolve({ close: () => closeNodeServer(server) }));
      }),
  };
}

function closeNodeServer(server: ServerType): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), CLOSE_MS).unref();
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}

/** The part of Deno's API that is used here. Its types are not available on Node. */
type DenoServer = { addr: { port: number }; shutdown(): Promise<void> };
type DenoApi = {
  serve(
    options: ({ hostname: string; port: number } | { path: string }) & { onListen: () => void },
    handler: (request: Request, info: unknown) => Response | Promise<Response>,
  ): DenoServer;
};

async function onDeno(): Promise<Listen> {
  const { getConnInfo } = await import('hono/deno');
  const { Deno } = globalThis as unknown as { Deno: DenoApi };
  const close = (server: DenoServer) =>
    Promise.race([server.shutdown(), new Promise<void>((done) => setTimeout(done, CLOSE_MS))]);
  return {
    getConnInfo,
    async serve(fetch, { HOST, PORT }) {
      const server = Deno.serve({ hostname: HOST, port: PORT, onListen: () => {} }, (request, info) =>
        fetch(request, info),
      );
      return { url: urlOf(HOST, server.addr.port), close: () => close(server) };
    },
    async serveSocket(fetch, path) {
      const server = Deno.serve({ path, onListen: () => {} }, (request) => fetch(request));
      return { close: () => close(server) };
    },
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : hostInUrl(host)}:${port}`;
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
