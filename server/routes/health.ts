/** What works on this server, and its load: for its operator, and for what watches over it. */
import { Hono } from 'hono';
import { SERVER_RUNTIME } from '../launch/runtimes.ts';
import { within } from '../runs/within.ts';
import { StoreError } from '../store/store-error.ts';
import { noRunWords } from '../words/unavailable-words.ts';
import type { Playground } from './playground.ts';

/** How long the database may take to answer, in ms: less than whoever asks waits. */
const ANSWER_MS = 2000;

/**
 * Routes `GET /healthz`: 200 if runs can start, with `status` `degraded` if not all of them; 503 and `unavailable` if
 * none can. `problems` names what does not work. And `GET /readyz`: 200 if people are to be sent to this server, else 503
 * and `why`: it is about to stop, or cannot read what is stored. One that shares a database is also not ready while no
 * run can start. A server alone is: it has all the pages, and no other could do better.
 */
export function healthRoutes({ runs, settings, ready, sandbox, health, storage, cluster }: Playground): Hono {
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
      ...(cluster && { role: settings.ROLE, runners: health.runners }),
      ...(await runs.load()),
      // Program processes that have booted and wait for a run.
      ready: ready.counts,
      cores: settings.CORES,
      memoryMib: settings.MEMORY_MIB,
    };
    return c.json(body, canRun ? 200 : 503);
  });

  routes.get('/readyz', async (c) => {
    if (health.isStopping) return c.json({ status: 'stopping', why: 'This server is about to stop.' }, 503);
    const why = await unready();
    return why === null ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable', why }, 503);
  });

  /** Returns why nobody should be sent here, though the server is not about to stop; null if people should. */
  async function unready(): Promise<string | null> {
    if (cluster) await health.look();
    if (cluster && health.noRun !== null) return health.noRun;
    try {
      const answer = storage.store.hidden('').then(() => null);
      return await within(answer, ANSWER_MS, noRunWords.storage('unreachable'));
    } catch (error) {
      if (error instanceof StoreError) return noRunWords.storage(error.trouble);
      throw error;
    }
  }
  return routes;
}
