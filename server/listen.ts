/** The one place where the runtimes differ for the server: how to listen, and how to learn a sender's address. */
import { ServerResponse } from 'node:http';
import type { GetConnInfo } from 'hono/conninfo';
import { SERVER_RUNTIME } from './launch/runtimes.ts';

type Fetch = (request: Request, env?: unknown) => Response | Promise<Response>;
type Where = { HOST: string; PORT: number };

export type Server = {
  /** Where it listens, as a person would type it. */
  url: string;
  /** Takes no more requests, gives those under way a moment, and closes. */
  close(): Promise<void>;
};

export type Listen = {
  serve(fetch: Fetch, where: Where): Promise<Server>;
  /** Where a request comes from, by what the runtime hands over with it. */
  getConnInfo: GetConnInfo;
  /** Closes the connection of a request. False where the runtime does so itself when the answer's stream fails. */
  hangUp(env: unknown): boolean;
};

/** How long requests under way may take when the server stops, in ms. */
const CLOSE_MS = 1000;

/** The way of the runtime that this is. */
export async function listen(): Promise<Listen> {
  return SERVER_RUNTIME === 'deno' ? onDeno() : onNode();
}

async function onNode(): Promise<Listen> {
  const [{ serve }, { getConnInfo }] = await Promise.all([
    import('@hono/node-server'),
    import('@hono/node-server/conninfo'),
  ]);
  return {
    getConnInfo,
    // A stream that fails would close it too, but @hono/node-server prints each such failure with its stack.
    hangUp: (env) => {
      const outgoing = typeof env === 'object' && env !== null && 'outgoing' in env ? env.outgoing : null;
      if (!(outgoing instanceof ServerResponse)) return false;
      outgoing.destroy();
      return true;
    },
    serve: (fetch, { HOST, PORT }) =>
      new Promise((resolve, reject) => {
        const server = serve({ fetch, hostname: HOST, port: PORT }, ({ port }) => {
          const close = () =>
            new Promise<void>((done) => {
              server.close(() => done());
              setTimeout(
                () => 'closeAllConnections' in server && server.closeAllConnections(),
                CLOSE_MS,
              ).unref();
              if ('closeIdleConnections' in server) server.closeIdleConnections();
            });
          resolve({ url: urlOf(HOST, port), close });
        });
        server.once('error', reject);
      }),
  };
}

/** What is used of Deno's own API: it has no types on Node. */
type DenoServer = { addr: { port: number }; shutdown(): Promise<void> };
type DenoApi = {
  serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request, info: unknown) => Response | Promise<Response>,
  ): DenoServer;
};

async function onDeno(): Promise<Listen> {
  const { getConnInfo } = await import('hono/deno');
  const { Deno } = globalThis as unknown as { Deno: DenoApi };
  return {
    getConnInfo,
    hangUp: () => false,
    async serve(fetch, { HOST, PORT }) {
      const server = Deno.serve({ hostname: HOST, port: PORT, onListen: () => {} }, (request, info) =>
        fetch(request, info),
      );
      const pause = () => new Promise<void>((done) => setTimeout(done, CLOSE_MS));
      return { url: urlOf(HOST, server.addr.port), close: () => Promise.race([server.shutdown(), pause()]) };
    },
  };
}

function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
