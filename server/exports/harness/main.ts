/** Main: starts jobs on lanes, joins them, and ends the program. */
import { runCheck } from '../../program/check.ts';
import { calibrate } from '../../program/compute.ts';
import { Gathered } from '../../program/gathered.ts';
import type { MainApi, Started } from '../../program/types.ts';
import { apiFor } from './api.ts';
import { describeWaits, forgetJob } from './hub.ts';
import { sendToMain, serveMain } from './lane.ts';
import { type Lane, lanes, open } from './lanes.ts';
import { buffer } from './memory.ts';
import { JOBS, MODE, WORK, WORKERS } from './settings.ts';
import { known, print, program, setup } from './setup.ts';

const idle: Lane[] = [];
/** Jobs that wait for a lane. */
const queued: { job: number; take(lane: Lane): void }[] = [];
/** How many more lanes may be opened. */
let lanesLeft =
  MODE === 'sequential' ? 1 : (WORKERS ?? (MODE === 'processes' ? 32 : Number.POSITIVE_INFINITY));
const ends = new Map<Started, Promise<void>>();
/** The ends of the jobs that keep the program alive: those that are not daemons. */
const nonDaemons = new Set<Promise<void>>();
/** Jobs that main waits for. */
export const joining = new Set<number>();

async function startJob(n: number, { daemon = false } = {}): Promise<Started> {
  const isNew = [...ends.keys()].every(({ job }) => job !== n);
  if (!Number.isInteger(n) || n < 0 || !isNew)
    throw new RangeError(`start(${n}): needs the number of a new job.`);
  const started = { job: n, name: null, pid: null, running: true, exitCode: null };
  const ended = runOnLane(started).finally(() => nonDaemons.delete(ended));
  ends.set(started, ended);
  if (!daemon) nonDaemons.add(ended);
  if (MODE === 'sequential') await ended;
  return started;
}

async function joinJob(started: Started): Promise<void> {
  if (!ends.has(started)) throw new TypeError('join(…): needs the result of start(…).');
  joining.add(started.job);
  await ends.get(started);
  joining.delete(started.job);
}

async function runOnLane(started: { -readonly [K in keyof Started]: Started[K] }): Promise<void> {
  let lane = idle.pop();
  if (!lane && lanesLeft > 0) {
    lanesLeft--;
    lane = open(started.job);
  }
  lane ??= await new Promise<Lane>((take) => queued.push({ job: started.job, take }));
  started.name = lane.name;
  started.pid = lane.pid;

  await lane.run(started.job);
  forgetJob(started.job);
  if (lane.alive && WORKERS !== null) {
    // A pool: the lane takes the next job.
    const next = queued.shift();
    if (next) next.take(lane);
    else idle.push(lane);
  } else {
    lane.send('end');
    await lane.ended;
    const next = queued.shift();
    if (next) next.take(open(next.job));
    else lanesLeft++;
  }
  started.exitCode = lane.exitCode;
  started.running = false;
}

/** The main of a program that has none: starts all jobs, then joins them in order. */
async function standardMain({ jobs, start, join }: MainApi): Promise<void> {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const job of started) await join(job);
}

export function giveUp(text: string): never {
  print(text);
  end(1);
}

/** Ends the program, and cuts off the daemons. */
function end(code: number): never {
  for (const lane of lanes) lane.kill();
  process.exit(code);
}

async function begin(): Promise<void> {
  const { job, main = standardMain, check } = await program;
  const gathered = new Gathered();
  if (check) known.gather = (evidence) => (setup ? sendToMain({ evidence }) : gathered.add(evidence));
  if (setup) {
    serveMain();
    return;
  }
  if (!['sequential', 'event-loop', 'threads', 'processes'].includes(MODE)) {
    giveUp(`There is no mode "${MODE}": choose sequential, event-loop, threads or processes`);
  }
  // Measured before jobs compete for the cores.
  if (WORK !== 'wait' || String(job).includes('compute')) known.blocksPerSecond = calibrate();
  known.begun = Date.now();
  // Nothing is left to run, but main has not ended.
  let isChecking = false;
  process.on('beforeExit', () =>
    giveUp(`Nothing can continue: ${isChecking ? 'check has not ended' : describeWaits()}`),
  );
  try {
    await main({ ...apiFor(null), jobs: JOBS, start: startJob, join: joinJob });
    while (nonDaemons.size > 0) await Promise.all(nonDaemons);
    isChecking = true;
    const failure = await runCheck({ check }, gathered.given(JOBS, buffer));
    if (failure) giveUp(`Check failed: ${failure.thrown}`);
    end(0);
  } catch (error) {
    giveUp(`Main failed: ${error}`);
  }
}

void begin();
