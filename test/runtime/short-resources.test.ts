/** The server on both runtimes with few files, and stopped for a while: what it tells of its runs stays true. */
import { describe, expect, test } from 'vitest';
import type { PassSummary } from '../../server/figures/summary.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { isTried } from '../everyday.ts';
import { dataFolder, serverStarter, until } from './server-process.ts';

const start = serverStarter();

/** Starts a run of jobs on Node, and returns its address. */
async function submit(url: string, spec: Record<string, unknown>): Promise<string> {
  const body = JSON.stringify({ runtime: 'node', ...spec });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/api/runs`, { method: 'POST', headers, body });
  return `${url}${((await response.json()) as { url: string }).url}`;
}

/** Resolves with the figures of a run once it has ended. */
async function figures(run: string): Promise<{ status: string; passes: PassSummary[] }> {
  await (await fetch(`${run}/events`)).text();
  return (await (await fetch(`${run}.json`)).json()) as { status: string; passes: PassSummary[] };
}

describe.each(JAVASCRIPT)('the server on %s', (runtime) => {
  test.skipIf(!isTried('few files', runtime))(
    `the server on ${runtime}: jobs for which it has too few files never begin, and nothing is claimed`,
    async () => {
      const few = ['/bin/sh', '-c', 'ulimit -n 64; exec "$0" "$@"'];
      const url = await start(runtime, { READY: '0' }, dataFolder(), few).url();
      // No job ends before the last is started, so that none leaves its files to another.
      const times = { minSeconds: 5, maxSeconds: 5 };
      const run = await submit(url, { modes: ['threads', 'processes'], jobs: 20, ...times });
      const { status, passes } = await figures(run);
      expect(status).toBe('failed');
      expect(passes.map(({ speedUp }) => speedUp)).toEqual([null, null]);
      for (const { done, neverBegan, error } of passes) {
        expect(neverBegan).toBeGreaterThan(0);
        expect(done + neverBegan).toBe(20);
        expect(error).toBe(`${neverBegan} jobs never began: too many open files (limit: ulimit -n).`);
      }
      const page = await (await fetch(run)).text();
      // In processes it may be as many.
      const who = passes[0]?.error === passes[1]?.error ? 'Every mode' : 'Threads';
      expect(page).toContain(`${who} failed: ${passes[0]?.error}`);
      expect(page).not.toContain('as fast as');
    },
  );

  test.skipIf(!isTried('stopped', runtime))(
    `the server on ${runtime}: while it is stopped, a program goes by its own clock, and the page says so`,
    async () => {
      const server = start(runtime, { READY: '0' });
      const url = await server.url();
      const run = await submit(url, { modes: ['threads'], jobs: 2, minSeconds: 0.5, maxSeconds: 0.5 });
      for await (const bytes of (await fetch(`${run}/events`)).body ?? []) {
        if (new TextDecoder().decode(bytes).includes('"for":"sleep"')) break;
      }
      server.kill('SIGSTOP');
      const stoppedAt = performance.now();
      await until('it has been stopped for four seconds', () => performance.now() - stoppedAt > 4000);
      server.kill('SIGCONT');

      const { status, passes } = await figures(run);
      const [threads] = passes;
      expect([status, threads?.done]).toEqual(['completed', 2]);
      expect(threads?.paused?.server).toBeGreaterThan(2000);
      expect(threads?.wallMs).toBeLessThan(threads?.paused?.server ?? 0);
      const events = (await (await fetch(`${run}.ndjson`)).text()).trim().split('\n');
      const times = events.map((line): RunEvent => JSON.parse(line)).filter(({ pass }) => pass === 0);
      expect(Math.max(...times.map(({ atMs }) => atMs))).toBe(threads?.wallMs);
      expect(await (await fetch(run)).text()).toContain(
        'While this ran in threads, the server was frozen for',
      );
    },
  );
});
