/** The runtime and load of this server, for its operator. */
import { Hono } from 'hono';
import { SERVER_RUNTIME } from '../launch/runtimes.ts';
import type { Playground } from './playground.ts';

/** Routes `GET /healthz`. */
export function healthRoutes({ runs, settings, ready, sandbox }: Playground): Hono {
  const routes = new Hono();
  routes.get('/healthz', async (c) => {
    return c.json({
      status: 'ok',
      runtime: SERVER_RUNTIME,
      // What programs that somebody wrote are in, what it is made of, and what could not be had.
      sandbox: {
        level: sandbox.level,
        runtimes: sandbox.runtimes,
        versions: sandbox.versions,
        missing: sandbox.missing,
      },
      ...(await runs.load()),
      // Program processes that have booted and wait for a run.
      ready: ready.counts,
      cores: settings.CORES,
      memoryMib: settings.MEMORY_MIB,
    });
  });
  return routes;
}
