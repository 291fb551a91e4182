/** The api that is passed to a program's functions, for one job or for main. */
import type { Evidence } from '../protocol/evidence.ts';
import type { PassSettings } from '../protocol/orders.ts';
import { secondsBetween, uniform } from '../spec/random.ts';
import type { Asker } from './asker.ts';
import { delay, threadId } from './builtins.ts';
import { spin } from './compute.ts';
import { reportComputing } from './computing.ts';
import { writeOutput } from './console.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { sharedApi } from './shared.ts';
import { asText, shown } from './shown.ts';
import type { LaneSteps } from './steps.ts';
import { noteFired } from './timer-waits.ts';
import type { JobApi, Program } from './types.ts';
import { waiting } from './waiting.ts';

/** What a lane needs to run jobs. */
export type LaneContext = {
  lane: number;
  name: string;
  /** The number of its process, as the system's tools show it. */
  pid: number;
  settings: PassSettings;
  program: Program;
  /** Memory of this process, behind `shared`. */
  memory: SharedArrayBuffer;
  /** Access to the queue, the locks, the semaphores and the conditions. */
  asker: Asker;
  /** Lines of the program. */
  lines: Lines;
  /** Jobs under way on the lane. */
  running: Set<number>;
  /** How it takes its steps, if a scheduler of ours gives their order. */
  steps?: LaneSteps | undefined;
  /** Passes on to main what the program's check is given; left out if it has none. */
  gather?: ((evidence: Evidence) => void) | undefined;
};

/** Returns the api for `job` on the lane, or for main (null). */
export function apiFor(
  job: number | null,
  { lane, name, pid, settings, memory, asker, lines, steps }: LaneContext,
): JobApi {
  const draw = uniform(settings.seed, job ?? -1);

  async function sleep(seconds: number): Promise<void> {
    checkSeconds('sleep', seconds);
    const wait = { lane, job, for: 'sleep', on: `${seconds} s` } as const;
    const line = lines.ofCall(sleep, MAX_FRAMES);
    await waiting(wait, line, () => (steps ? steps.sleep(seconds, { job, line }) : pause(seconds * 1000)));
  }

  function compute(seconds: number): void {
    checkSeconds('compute', seconds);
    reportComputing(lane, job, seconds, () => lines.ofCall(compute, MAX_FRAMES));
    // Where the order of steps is given, time is of no importance.
    if (!steps) spin(Math.round(seconds * settings.blocksPerSecond));
  }

  const log = (text: unknown) => writeOutput(lane, job, 'stdout', asText(text), lines.ofCall(log));

  return {
    ...MAIN_ONLY,
    sleep,
    compute,
    async work(seconds) {
      checkSeconds('work', seconds);
      const waits = settings.work === 'wait' || (settings.work === 'mixed' && (job ?? 0) % 2 === 0);
      if (waits) await sleep(seconds);
      else compute(seconds);
    },
    random(min = settings.minSeconds, max = settings.maxSeconds) {
      if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max)) {
        throw new RangeError(`random(${shown(min)}, ${shown(max)}): needs two numbers, the smaller first.`);
      }
      return secondsBetween(min, max, draw());
    },
    log,
    lane: { name, pid, threadId: steps ? lane : threadId },
    shared: sharedApi(memory, lane, job, lines, steps?.before),
    queue: asker.queue(job),
    lock: (lockName) => asker.lock(lockName, job),
    semaphore: (semaphoreName, permits) => asker.semaphore(semaphoreName, permits, job),
    condition: (conditionName) => asker.condition(conditionName, job),
  };
}

/** Functions that only main has. The types hide them from jobs; a job that calls one anyway gets a clear error. */
const MAIN_ONLY = {
  start(n: unknown) {
    throw new Error(`start(${shown(n)}): only main can start jobs.`);
  },
  join(started: unknown) {
    throw new Error(`join(${shown(started)}): only main can join jobs.`);
  },
};

async function pause(ms: number): Promise<void> {
  await delay(ms);
  noteFired();
}

function checkSeconds(name: string, seconds: number): void {
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= 1e6)) {
    throw new RangeError(`${name}(${shown(seconds)}): needs a number of seconds from 0 to 1,000,000.`);
  }
}
