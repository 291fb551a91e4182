/** What this server runs on and how busy it is, for who looks after it. */
import { Hono } from 'hono';
import { SERVER_RUNTIME } from '../launch/runtimes.ts';
import type { Playground } from './playground.ts';

export function healthRoutes({ runs, settings, ready }: Playground): Hono {
  const routes = new Hono();
  routes.get('/healthz', async (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json({
      status: 'ok',
      runtime: SERVER_RUNTIME,
      // No edited code is run yet, so there is nothing to shut in.
      sandbox: 'lessons only',
      ...(await runs.load()),
      // Program processes that are booted and wait for a run.
      ready: ready.counts,
      cores: settings.CORES,
      memoryMib: settings.MEMORY_MIB,
    });
  });
  return routes;
}
