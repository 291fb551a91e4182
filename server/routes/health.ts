/** The runtime and load of this server, for its operator. */
import { Hono } from 'hono';
import { SERVER_RUNTIME } from '../launch/runtimes.ts';
import type { Playground } from './playground.ts';

/** Routes `GET /healthz`. */
export function healthRoutes({ runs, settings, ready }: Playground): Hono {
  const routes = new Hono();
  routes.get('/healthz', async (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json({
      status: 'ok',
      runtime: SERVER_RUNTIME,
      // Only the lessons' own code runs, so there is nothing to sandbox yet.
      sandbox: 'lessons only',
      ...(await runs.load()),
      // Program processes that have booted and wait for a run.
      ready: ready.counts,
      cores: settings.CORES,
      memoryMib: settings.MEMORY_MIB,
    });
  });
  return routes;
}
