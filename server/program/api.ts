/** What a program's functions are handed: the types a program is written against, and `JobApi` itself. */
import { setTimeout as delay } from 'node:timers/promises';
import { spin } from './compute.ts';
import { writeLog } from './console.ts';
import { emit } from './emit.ts';
import type { PassSettings } from './protocol.ts';
import { secondsBetween, uniform } from './random.ts';

/** What a job can do. */
export type JobApi = {
  /** Works for `seconds`: waits or computes, as the form says. */
  work(seconds: number): Promise<void>;
  /** Waits for `seconds`, and lets others run. */
  sleep(seconds: number): Promise<void>;
  /** Does the work that one idle core does in `seconds`, and lets nobody else run on its thread meanwhile. */
  compute(seconds: number): void;
  /** Seconds drawn from the form's range, or from `min` to `max`: the same in every pass. */
  random(min?: number, max?: number): number;
  /** A line in the console. `console.log` comes there too. */
  log(text: string): void;
};

/** A job that was started. */
export type Started = {
  readonly job: number;
  /** The lane that runs it; null while it waits for one. */
  readonly lane: number | null;
  readonly running: boolean;
};

/** What a program's main can do. */
export type MainApi = {
  /** How many jobs the form asks for. */
  jobs: number;
  /** Starts job `n` in the mode's way. */
  start(n: number, options?: { daemon?: boolean }): Promise<Started>;
  /** Waits until a started job has ended. */
  join(started: Started): Promise<void>;
  log(text: string): void;
};

/** A program: what a run executes. */
export type Program = {
  job(n: number, api: JobApi): unknown;
  main?(api: MainApi): unknown;
};

/** The api for job `n` on `lane`. */
export function jobApi(n: number, lane: number, settings: PassSettings): JobApi {
  const draw = uniform(settings.seed, n);

  async function sleep(seconds: number): Promise<void> {
    checkSeconds('sleep', seconds);
    const wait = { lane, job: n, for: 'sleep', on: `${seconds} s` } as const;
    emit({ type: 'wait-started', ...wait });
    await delay(seconds * 1000);
    emit({ type: 'wait-ended', ...wait });
  }

  function compute(seconds: number): void {
    checkSeconds('compute', seconds);
    spin(Math.round(seconds * settings.blocksPerSecond));
  }

  return {
    sleep,
    compute,
    async work(seconds) {
      checkSeconds('work', seconds);
      const waits = settings.work === 'wait' || (settings.work === 'mixed' && n % 2 === 0);
      if (waits) await sleep(seconds);
      else compute(seconds);
    },
    random(min = settings.minSeconds, max = settings.maxSeconds) {
      if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max)) {
        throw new RangeError(`random(${min}, ${max}): needs two numbers, the smaller first.`);
      }
      return secondsBetween(min, max, draw());
    },
    log: (text) => writeLog(lane, n, 'stdout', String(text)),
  };
}

function checkSeconds(name: string, seconds: number): void {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= 1e6)) {
    throw new RangeError(`${name}(${String(seconds)}): needs a number of seconds from 0 to 1,000,000.`);
  }
}
