/** What works on this server, and its load: for its operator, and for what watches over it. */
import { Hono } from 'hono';
import { SERVER_RUNTIME } from '../launch/runtimes.ts';
import type { Playground } from './playground.ts';

/**
 * Routes `GET /healthz`: 200 if runs can start, with `status` `degraded` if not all of them; 503 and `unavailable` if
 * none can. `problems` names what does not work. And `GET /readyz`: 200 if this server answers requests, which it also
 * does while no run can start; 503 if it is shutting down, or cannot read what is stored.
 */
export function healthRoutes({ runs, settings, ready, sandbox, health, storage }: Playground): Hono {
  const routes = new Hono();
  routes.get('/healthz', async (c) => {
    await health.verify();
    const problems = health.problems();
    const canRun = health.noRun === null;
    const body = {
      status: canRun ? (problems.length === 0 ? 'ok' : 'degraded') : 'unavailable',
      problems,
      runtime: SERVER_RUNTIME,
      // Whether each runtime starts, for the lessons' programs: `unknown` before it was tried.
      runtimes: health.fitness,
      // What programs that somebody wrote are in, what it is made of, and what could not be had.
      sandbox: {
        level: sandbox.level,
        runtimes: health.sandboxed,
        versions: sandbox.versions,
        missing: sandbox.missing,
      },
      ...(await runs.load()),
      // Program processes that have booted and wait for a run.
      ready: ready.counts,
      cores: settings.CORES,
      memoryMib: settings.MEMORY_MIB,
    };
    return c.json(body, canRun ? 200 : 503);
  });

  routes.get('/readyz', async (c) => {
    if (runs.isClosing) return c.json({ status: 'closing' }, 503);
    await storage.store.hidden('');
    return c.json({ status: 'ok' });
  });
  return routes;
}
