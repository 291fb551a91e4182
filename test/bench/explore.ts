/**
 * `npm run bench -- explore`: how many orders of a program are tried in a second, beside the least that handing the turn
 * to a thread on another core and back takes, once for each access; and the same on one core, which is where a search
 * keeps its threads. They are measured alternately.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { executable } from '../../server/launch/runtimes.ts';
import { JAVASCRIPT, type JavaScript } from '../../server/spec/runtimes.ts';
import { type Event, follow, settled } from './client.ts';
import { type Figure, print, quantile } from './figures.ts';
import { end, startServer } from './processes.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const TIMES = 5;
/** Accesses of each order: two by each of four jobs. */
const STEPS = 8;

/** Whether the two threads are on two cores, or on one. */
type Where = 'apart' | 'together';

/** Measures, and prints the figures. Returns whether all are met. */
export async function explore(): Promise<boolean> {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-bench-'));
  const playground = await startServer(path.join(here, 'server.ts'), {
    PORT: '0',
    DATA_DIR: data,
    RUNS_PER_MINUTE: '100000',
  });
  const figures: Figure[] = [];
  try {
    for (const runtime of JAVASCRIPT) {
      const rates: number[] = [];
      const turns: Record<Where, number[]> = { apart: [], together: [] };
      for (let n = 0; n < TIMES; n++) {
        await settled(playground.url);
        rates.push(await ordersPerSecond(playground.url, runtime));
        for (const where of ['apart', 'together'] as const)
          turns[where].push(microsecondsPerTurn(runtime, where));
      }
      const rate = quantile(rates, 0.5);
      const [turn, onOneCore] = [quantile(turns.apart, 0.5), quantile(turns.together, 0.5)];
      const most = 1e6 / (STEPS * turn);
      figures.push({
        name: `orders of ${STEPS} accesses on ${runtime}`,
        measured: `${Math.round(rate)} a second, ${((rate / most) * 100).toFixed(0)} % of it`,
        floor: `${STEPS} turns of ${turn.toFixed(1)} µs: ${Math.round(most)} a second (on one core ${onOneCore.toFixed(1)} µs)`,
        target: '50 % of it',
        isMet: rate >= most / 2,
      });
    }
  } finally {
    await end(playground.child);
    fs.rmSync(data, { recursive: true });
  }
  print(figures);
  return figures.every(({ isMet }) => isMet);
}

/** Returns how many orders a search tries in a second, from its first report on: its threads have started by then. */
async function ordersPerSecond(base: string, runtime: JavaScript): Promise<number> {
  const response = await fetch(`${base}/api/runs`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ lesson: 'counts', runtime, jobs: 4, modes: ['threads'], explore: true }),
  });
  const { runs } = await response.json();
  const reports: { schedules: number; atMs: number }[] = [];
  await follow(`${base}${runs[0]}/events`, ({ type, schedules, atMs }: Event) => {
    if (type === 'search-progress' || type === 'search-ended')
      reports.push({ schedules: Number(schedules), atMs });
  });
  const [first, last] = [reports[0], reports.at(-1)];
  if (!first || !last || last.schedules !== 2520) throw new Error('The search did not try all 2,520 orders.');
  return ((last.schedules - first.schedules) * 1000) / (last.atMs - first.atMs);
}

function microsecondsPerTurn(runtime: JavaScript, where: Where): number {
  const script = path.join(here, 'bare', 'turns.mjs');
  const args =
    runtime === 'deno' ? ['run', '-A', '--no-config', '--no-lock', script, where] : [script, where];
  return Number(execFileSync(executable(runtime), args, { encoding: 'utf8' }));
}
