/** The memory and the computing time of the server, and of all processes below it. */
import fs from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { below } from '../../attack/remains.ts';

/** Pause between looks at the memory of everything, in ms: adding up the pages of a hundred processes takes a while. */
const LOOK_MS = 1500;

/** In bytes. Memory that several processes share counts in the RSS of each, and in part in the PSS of each. */
type Sizes = { rssBytes: number; pssBytes: number };
/** The largest that was seen. */
export type Peaks = { server: Sizes; all: Sizes; processes: number };

/** Watches in a thread, so that measuring does not delay what is measured beside it. */
export class MemoryWatch {
  #worker: Worker;

  constructor(server: number) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: server });
  }

  /** Ends the watch. */
  async stop(): Promise<Peaks> {
    const { promise, resolve } = Promise.withResolvers<Peaks>();
    this.#worker.once('message', resolve);
    this.#worker.postMessage('stop');
    const peaks = await promise;
    await this.#worker.terminate();
    return peaks;
  }
}

/** Returns the memory that a process has now; nothing once it has ended. */
export function sizesOf(pid: number): Sizes {
  try {
    const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
    return { rssBytes: bytes('Rss'), pssBytes: bytes('Pss') };
  } catch {
    return { rssBytes: 0, pssBytes: 0 };
  }
}

/** Returns the CPU seconds of a process itself, and of all processes below it that have ended. */
export function cpuSecondsOf(pid: number): { own: number; below: number } {
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  const seconds = (...at: number[]) => at.reduce((sum, one) => sum + (fields[one - 3] ?? 0), 0) / 100;
  return { own: seconds(14, 15), below: seconds(16, 17) };
}

function watch(server: number): void {
  const peaks: Peaks = {
    server: { rssBytes: 0, pssBytes: 0 },
    all: { rssBytes: 0, pssBytes: 0 },
    processes: 0,
  };
  const most = (a: Sizes, b: Sizes): Sizes => ({
    rssBytes: Math.max(a.rssBytes, b.rssBytes),
    pssBytes: Math.max(a.pssBytes, b.pssBytes),
  });
  const look = () => {
    const own = sizesOf(server);
    const others = below(server).map(sizesOf);
    const sum = (of: keyof Sizes) => others.reduce((total, one) => total + one[of], own[of]);
    peaks.server = most(peaks.server, own);
    peaks.all = most(peaks.all, { rssBytes: sum('rssBytes'), pssBytes: sum('pssBytes') });
    peaks.processes = Math.max(peaks.processes, others.length);
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  parentPort?.once('message', () => {
    clearInterval(timer);
    parentPort?.postMessage(peaks);
  });
}

if (!isMainThread) watch(workerData);
