/** How long pages take while a house full of runs computes on every core, beside an idle server and a bare one. */
import os from 'node:os';
import { follow, settled, submit } from './client.ts';
import { type Figure, pair, quantile } from './figures.ts';

const PAGES = 150;
const SECONDS = 40;
const CORES = os.availableParallelism();
/** Computes, although the form says that it waits: admission takes ten of them for one core. */
const GREEDY = `export async function job() {
  const until = performance.now() + ${1000 * SECONDS};
  while (performance.now() < until);
}
`;

/** (j) Pages while lessons compute on all cores, and while programs do that people wrote, ten for each core. */
export async function fullHouse(base: string, floor: string): Promise<Figure[]> {
  await settled(base);
  const done = await submit(base, {
    lesson: 'wait',
    modes: ['sequential'],
    jobs: 2,
    minSeconds: 0,
    maxSeconds: 0,
  });
  await follow(done, () => {});
  const pages = ['/', done.replace(base, '').replace(/\/events$/, '')];
  const idle = await times(base, pages);
  const lesson = { lesson: 'wait', work: 'compute', minSeconds: SECONDS, maxSeconds: SECONDS };
  const people = { code: GREEDY, jobs: 1, minSeconds: 0, maxSeconds: 0, modes: ['sequential'] };
  const [lessons, written] = [
    await whileRunning(base, [{ ...lesson, modes: ['threads'], jobs: CORES }]),
    await whileRunning(
      base,
      Array.from({ length: 10 * CORES }, () => people),
    ),
  ];
  return [
    { name: '(j) pages while lessons compute on all cores', ...lessons },
    { name: `(j) pages while ${10 * CORES} programs of people compute`, ...written },
  ].map(({ name, ours, bare }) => ({
    name,
    measured: pair(ours),
    floor: `bare HTTP ${pair(bare)}; idle ${pair(idle)}`,
    target: 'p99 100 ms',
    isMet: quantile(ours, 0.99) <= 100,
  }));

  /** Starts runs, requests pages of both servers when all are under way, and cancels them. */
  async function whileRunning(from: string, specs: Record<string, unknown>[]) {
    const started = await Promise.all(specs.map((spec) => start(from, spec)));
    await Promise.all(started.map(({ events }) => begun(from + events)));
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let n = 0; n < PAGES; n++) {
      ours.push(...(await times(from, pages, 1)));
      bare.push(...(await times(floor, ['/'], 1)));
    }
    await Promise.all(started.map(({ cancel }) => fetch(from + cancel, { method: 'POST' })));
    await settled(from);
    return { ours, bare };
  }
}

async function start(
  base: string,
  spec: Record<string, unknown>,
): Promise<{ events: string; cancel: string }> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${base}/api/runs`, { method: 'POST', headers, body: JSON.stringify(spec) });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json();
}

/** Resolves when a job of a run has started. */
async function begun(events: string): Promise<void> {
  const stop = new AbortController();
  const response = await fetch(events, { signal: stop.signal });
  let text = '';
  for await (const part of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.includes('"job-started"')) break;
  }
  stop.abort();
}

/** Requests pages one after the other; returns how long each took, in ms. */
async function times(base: string, paths: string[], rounds = PAGES): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < rounds; n++)
    for (const path of paths) {
      const began = performance.now();
      await (await fetch(base + path, { headers: { Accept: 'text/html' } })).text();
      took.push(performance.now() - began);
    }
  return took;
}
