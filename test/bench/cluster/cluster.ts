/**
 * `npm run bench -- cluster`: what 1 + 1, 2 + 2 and 4 + 4 web servers and runners do on this machine with jobs that
 * sleep, and what that takes of PostgreSQL and of each part; `cluster 2+2` measures only those. All processes share this
 * machine's cores, so that more servers show what they cost, not what more machines would bring. Takes two to three
 * minutes; nothing else should run meanwhile.
 */
import os from 'node:os';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { follow, submit } from '../client.ts';
import { ms, pair, quantile } from '../figures.ts';
import { Counter, type Counts, Servers } from './servers.ts';
import { note } from './stand-ins.ts';

const SIZES = [1, 2, 4];
/** Runs one after the other, first, and then learners at once who start the next run when theirs has ended. */
const ALONE = 15;
const LEARNERS = 30;
const BUSY_MS = 20_000;
/** Readers of each run, on all web servers in turn. */
const READERS = 4;
/** Pause of a learner whose run failed, in ms. */
const RETRY_MS = 500;
const SPEC = { lesson: 'pace', modes: ['event-loop'], jobs: 10, minSeconds: 0.3, maxSeconds: 1 };

/** What was seen of one run, in ms: from the request to its first event, and from each job's end to a reader. */
type Seen = { firstMs: number; ways: number[]; delivered: number };

/** Measures each size in turn, and prints what came of it. */
export async function clusters(words: readonly string[]): Promise<boolean> {
  const given = words.flatMap((word) => /^(\d+)(\+\d+)?$/.exec(word)?.[1] ?? []).map(Number);
  console.log(
    `${os.availableParallelism()} cores; PostgreSQL, all servers, programs and readers share them.`,
  );
  for (const each of given.length > 0 ? given : SIZES) await measure(each);
  return true;
}

async function measure(each: number): Promise<void> {
  const servers = await Servers.start(each);
  const counter = await Counter.open(servers.databaseUrl);
  try {
    const [alone, busy]: [Seen[], Seen[]] = [[], []];
    for (let n = 0; n < 3 + ALONE; n++) {
      const seen = await run(servers.urls, n, { ...SPEC, jobs: 2, minSeconds: 0, maxSeconds: 0.05 });
      // The first few warm up the servers.
      if (n >= 3) alone.push(seen);
    }
    const before = { counts: await counter.now(), cpu: servers.cpu(), own: ownCpu(), at: performance.now() };
    const troubles = new Map<string, number>();
    let begun = 0;
    const learner = async () => {
      while (performance.now() < before.at + BUSY_MS)
        try {
          busy.push(await run(servers.urls, begun++, SPEC));
        } catch (error) {
          note(troubles, error);
          await pause(RETRY_MS);
        }
    };
    await Promise.all(Array.from({ length: LEARNERS }, learner));
    const seconds = (performance.now() - before.at) / 1000;
    const cpu = servers.cpu();
    const parts = Object.entries({ ...cpu, readers: ownCpu() }).map(([name, now]) => {
      const then = name === 'readers' ? before.own : before.cpu[name as keyof typeof cpu];
      return { name, cores: (now - then) / seconds };
    });
    report(each, alone, busy, seconds, { from: before.counts, to: await counter.now() });
    const total = parts.reduce((sum, { cores }) => sum + cores, 0);
    const sorted = parts.toSorted((a, b) => b.cores - a.cores);
    console.log(
      `  cores: ${sorted.map(({ name, cores }) => `${name} ${cores.toFixed(2)}`).join(', ')}; in all ${total.toFixed(2)} of ${os.availableParallelism()}`,
    );
    if (troubles.size > 0) console.log('  troubles:', troubles);
  } finally {
    await counter.close();
    await servers.close();
  }
}

function report(
  each: number,
  alone: Seen[],
  busy: Seen[],
  seconds: number,
  counts: { from: Counts; to: Counts },
) {
  const ways = (seen: Seen[]) => seen.flatMap((one) => one.ways);
  const delivered = busy.reduce((sum, one) => sum + one.delivered, 0);
  const perRun = (key: keyof Counts) => (counts.to[key] - counts.from[key]) / busy.length;
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const firsts = (seen: Seen[]) => seen.map(({ firstMs }) => firstMs);
  console.log(`${each} + ${each}:
  submit to first event: alone ${pair(firsts(alone))}; ${LEARNERS} at once ${pair(firsts(busy))}
  job-ended to reader: alone p50 ${ms(quantile(ways(alone), 0.5))}; ${LEARNERS} at once ${pair(ways(busy))}
  ${((60 * busy.length) / seconds).toFixed()} runs a minute, ${(delivered / seconds).toFixed()} deliveries a second
  a run: ${perRun('statements').toFixed()} statements, ${perRun('notices').toFixed()} notifications, ${kb(perRun('wal'))} of WAL, ${kb(perRun('size'))} kept`);
}

/** The CPU seconds of this process: it submits and reads. */
function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Starts a run on one of the web servers, and reads it on all of them in turn. `n`: how many were before it. */
async function run(urls: readonly string[], n: number, spec: Record<string, unknown>): Promise<Seen> {
  const at = (index: number) => urls[index % urls.length] ?? '';
  const seen: Seen = { firstMs: Number.NaN, ways: [], delivered: 0 };
  const began = performance.timeOrigin + performance.now();
  const events = new URL(await submit(at(n), spec)).pathname;
  const reader = async (index: number) => {
    const stamps = new Map<unknown, number>();
    let isFirst = index === 0;
    await follow(at(n + 1 + index) + events, (event, arrivedAt) => {
      if (isFirst) seen.firstMs = arrivedAt - began;
      isFirst = false;
      seen.delivered++;
      const said = typeof event.text === 'string' && /^stamp ([\d.]+)$/.exec(event.text)?.[1];
      if (said) stamps.set(event.job, Number(said));
      const stamp = stamps.get(event.job);
      if (event.type === 'job-ended' && stamp) seen.ways.push(arrivedAt - stamp);
    });
  };
  await Promise.all(Array.from({ length: READERS }, (_, index) => reader(index)));
  return seen;
}
