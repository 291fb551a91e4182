/**
 * `npm run bench`: the figures from form to timeline, each with a lower bound or a peer, measured alternately in one
 * run. Takes about six minutes; nothing else should run meanwhile. `npm run bench e f` takes only those; `g`, for
 * which npm fetches Lighthouse, runs only if named. `npm run bench -- soak`, `-- class`, `-- explore`, `-- log`,
 * `-- cluster`, `-- kills` and `-- learners` do something else: see soak/soak.ts, class/class.ts, explore.ts and
 * cluster/.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { executable } from '../../server/launch/runtimes.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import { JAVASCRIPT, type JavaScript } from '../../server/spec/runtimes.ts';
import { bigPage } from './big.ts';
import { classes } from './class/class.ts';
import { type Event, follow, settled, submit } from './client.ts';
import { clusters } from './cluster/cluster.ts';
import { kills } from './cluster/kills.ts';
import { learners } from './cluster/learners.ts';
import { logs } from './cluster/log.ts';
import { compiling, editedCode } from './code.ts';
import { explore } from './explore.ts';
import { type Figure, ms, print, quantile } from './figures.ts';
import { firstView } from './first-view.ts';
import { fullHouse } from './house.ts';
import { lighthouse } from './lighthouse.ts';
import { end, ranMs, startServer, watchMemory } from './processes.ts';
import { soak } from './soak/soak.ts';

if (process.argv[2] === 'soak') process.exit((await soak(process.argv.slice(3))) ? 0 : 1);
if (process.argv[2] === 'log') process.exit((await logs()) ? 0 : 1);
if (process.argv[2] === 'cluster') process.exit((await clusters(process.argv.slice(3))) ? 0 : 1);
if (process.argv[2] === 'kills') process.exit((await kills(process.argv.slice(3))) ? 0 : 1);
if (process.argv[2] === 'learners') process.exit((await learners(process.argv.slice(3))) ? 0 : 1);
if (process.argv[2] === 'explore') process.exit((await explore()) ? 0 : 1);
if (process.argv[2] === 'class') process.exit((await classes(process.argv.slice(3))) ? 0 : 1);

const here = path.dirname(fileURLToPath(import.meta.url));
const only = new Set(process.argv.slice(2));
const wants = (name: string) => only.size === 0 || only.has(name);
const data = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-bench-'));
const playground = await startServer(path.join(here, 'server.ts'), {
  PORT: '0',
  DATA_DIR: data,
  RUNS_PER_MINUTE: '100000',
});
const floor = await startServer(path.join(here, 'floor.ts'), {});
const figures: Figure[] = [];

try {
  await settled(playground.url);
  if (wants('a')) await firstEvent();
  if (wants('b')) await wayToReader();
  if (wants('c')) await againstBareScripts();
  if (wants('d')) await manyReaders();
  if (wants('e')) figures.push(...(await bigPage(data)));
  if (wants('f')) figures.push(...(await firstView(playground.url)));
  if (wants('h')) figures.push(...(await editedCode(playground.url)));
  if (wants('i')) figures.push(...(await compiling(data)));
  if (wants('j')) figures.push(...(await fullHouse(playground.url, floor.url)));
  if (only.has('g')) figures.push(...(await lighthouse(`${playground.url}/`)));
} finally {
  await end(playground.child);
  await end(floor.child);
  fs.rmSync(data, { recursive: true, force: true });
}
print(figures);

/** (a) From POST until a reader has the first job-started. */
async function firstEvent(): Promise<void> {
  const spec = { lesson: 'wait', modes: ['sequential'], jobs: 1, minSeconds: 0, maxSeconds: 0 };
  const first = async (base: string) => {
    const began = performance.timeOrigin + performance.now();
    let took = Number.NaN;
    await follow(await submit(base, spec), (event, arrivedAt) => {
      if (event.type === 'job-started') took = arrivedAt - began;
    });
    return took;
  };
  const measured: number[] = [];
  const bare: number[] = [];
  for (let n = 0; n < 105; n++) {
    await settled(playground.url);
    measured.push(await first(playground.url));
    bare.push(await first(floor.url));
  }
  // The first few warm up the servers.
  const [ours, least] = [measured.slice(5), bare.slice(5)];
  const pair = (values: number[]) => `p50 ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}`;
  figures.push({
    name: '(a) POST to first job-started',
    measured: pair(ours),
    floor: `bare HTTP ${pair(least)}`,
    target: 'p50 15 ms',
    isMet: quantile(ours, 0.5) <= 15,
  });
}

/** (b) From job-ended in the job until a reader has it. */
async function wayToReader(): Promise<void> {
  for (const runtime of JAVASCRIPT) {
    const times: number[] = [];
    const modes: Mode[] = ['sequential', 'event-loop', 'threads', 'processes'];
    for (let n = 0; n < 5; n++) {
      await settled(playground.url);
      const stamps = new Map<string, number>();
      const spec = { lesson: 'stamp', modes, jobs: 10, runtime, workers: 2 };
      await follow(await submit(playground.url, spec), (event, arrivedAt) => {
        const key = `${event.pass} ${event.job}`;
        const stamp = typeof event.text === 'string' && /^stamp ([\d.]+)$/.exec(event.text)?.[1];
        if (stamp) stamps.set(key, Number(stamp));
        if (event.type === 'job-ended') times.push(arrivedAt - (stamps.get(key) ?? Number.NaN));
      });
    }
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
    figures.push({
      name: `(b) job-ended to reader, ${runtime}, ${times.length} jobs`,
      measured: `p50 ${ms(p50)}, p99 ${ms(p99)}`,
      floor: '–',
      target: 'p50 2 ms, p99 10 ms',
      isMet: p50 <= 2 && p99 <= 10,
    });
  }
}

/** (c) A pass of 5 jobs of half a second, compared with a bare script that does the same. */
async function againstBareScripts(): Promise<void> {
  for (const runtime of JAVASCRIPT) {
    for (const mode of MODES) {
      const wall: number[] = [];
      const memory: number[] = [];
      const bareWall: number[] = [];
      const bareMemory: number[] = [];
      for (let n = 0; n < 7; n++) {
        await settled(playground.url);
        const ours = await pass(runtime, mode);
        const bare = await bareScript(runtime, mode);
        wall.push(ours.wallMs);
        memory.push(ours.peakBytes);
        bareWall.push(bare.wallMs);
        bareMemory.push(bare.peakBytes);
      }
      const wallRatio = quantile(wall, 0.5) / quantile(bareWall, 0.5);
      const memoryRatio = quantile(memory, 0.5) / quantile(bareMemory, 0.5);
      const show = (times: number[], bytes: number[]) =>
        `${quantile(times, 0.5).toFixed(0)} ms, ${(quantile(bytes, 0.5) / 2 ** 20).toFixed(0)} MiB`;
      figures.push({
        name: `(c) ${mode} on ${runtime}`,
        measured: `${show(wall, memory)}: ${wallRatio.toFixed(3)} and ${memoryRatio.toFixed(2)} of it`,
        floor: `bare script ${show(bareWall, bareMemory)}`,
        target: '1.05 and 1.25 of it',
        isMet: wallRatio <= 1.05 && memoryRatio <= 1.25,
      });
    }
  }
}

type Measured = { wallMs: number; peakBytes: number };

/** Measures a pass, including the boot of its main process, which a script's time includes too. */
async function pass(runtime: JavaScript, mode: Mode): Promise<Measured> {
  const pids = new Set<number>();
  const memory = watchMemory(() => [...pids]);
  let wallMs = 0;
  const onEvent = (event: Event) => {
    if (event.type === 'lane-started') pids.add(Number(event.pid));
    if (event.type === 'lane-started' && event.kind === 'main') wallMs += Number(event.bootMs);
    if (event.type === 'pass-ended') wallMs += Number(event.wallMs);
  };
  const spec = { lesson: 'wait', modes: [mode], runtime, jobs: 5, minSeconds: 0.5, maxSeconds: 0.5 };
  await follow(await submit(playground.url, spec), onEvent);
  return { wallMs, peakBytes: memory.stop() };
}

async function bareScript(runtime: JavaScript, mode: Mode): Promise<Measured> {
  const script = path.join(here, 'bare', `${mode}.mjs`);
  const args = runtime === 'deno' ? ['run', '-A', '--no-config', '--no-lock', script] : [script];
  const began = performance.now();
  const child = spawn(executable(runtime), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const memory = watchMemory(() => (child.pid ? [child.pid] : []));
  await once(child, 'exit');
  return { wallMs: performance.now() - began, peakBytes: memory.stop() };
}

/** (d) A thousand readers of one run that logs 200 lines per second. */
async function manyReaders(): Promise<void> {
  await settled(playground.url);
  const spec = { lesson: 'chatty', modes: ['sequential'], jobs: 1, minSeconds: 15, maxSeconds: 15 };
  const ours = await readers(await submit(playground.url, spec), playground.child);
  const least = await readers(`${floor.url}/stream`, floor.child);
  const show = ({ perSecond, p50Ms, p99Ms, messageMs }: typeof ours) =>
    `${Math.round(perSecond).toLocaleString('en-US')}/s, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, ` +
    `CPU for a message ${(1000 * messageMs).toFixed(1)} µs`;
  figures.push({
    name: `(d) ${ours.opened} readers, 200 lines/s`,
    measured: show(ours),
    floor: `bare HTTP ${show(least)}`,
    target: 'to be told',
    isMet: null,
  });
}

/** `messageMs` is the processor time of the server for each message to a reader. */
async function readers(
  url: string,
  { pid = 0 }: ChildProcess,
): Promise<{ opened: number; perSecond: number; p50Ms: number; p99Ms: number; messageMs: number }> {
  const child = spawn(process.execPath, [path.join(here, 'readers.ts'), url, '1000', '20'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let openMs = 0;
  child.stderr.once('data', () => {
    openMs = ranMs(pid);
  });
  let text = '';
  for await (const part of child.stdout) text += part;
  const found = JSON.parse(text);
  return { ...found, messageMs: (ranMs(pid) - openMs) / found.messages };
}
