/** Main: starts jobs on lanes, joins them, and ends the program. */
import { calibrate } from '../../program/compute.ts';
import type { MainApi, Started } from '../../program/types.ts';
import { apiFor } from './api.ts';
import { forget, whoWaits } from './hub.ts';
import { serveMain } from './lane.ts';
import { type Lane, lanes, open } from './lanes.ts';
import { JOBS, MODE, WORK, WORKERS } from './settings.ts';
import { known, print, program, setup } from './setup.ts';

const idle: Lane[] = [];
/** Jobs that wait for a lane. */
const queued: ((lane: Lane) => void)[] = [];
/** How many more may be opened. */
let places = MODE === 'sequential' ? 1 : (WORKERS ?? (MODE === 'processes' ? 32 : Number.POSITIVE_INFINITY));
const ends = new Map<Started, Promise<void>>();
/** What keeps the program alive: the jobs that are no daemons, until they have ended. */
const keeping = new Set<Promise<void>>();
/** Jobs that main waits for. */
export const joining = new Set<number>();

async function startJob(n: number, { daemon = false } = {}): Promise<Started> {
  const isNew = [...ends.keys()].every(({ job }) => job !== n);
  if (!Number.isInteger(n) || n < 0 || !isNew)
    throw new RangeError(`start(${n}): needs the number of a new job.`);
  const started = { job: n, name: null, pid: null, running: true, exitCode: null };
  const ended = runOnLane(started).finally(() => keeping.delete(ended));
  ends.set(started, ended);
  if (!daemon) keeping.add(ended);
  if (MODE === 'sequential') await ended;
  return started;
}

async function joinJob(started: Started): Promise<void> {
  if (!ends.has(started)) throw new TypeError('join(…): needs what start returned.');
  joining.add(started.job);
  await ends.get(started);
  joining.delete(started.job);
}

async function runOnLane(started: { -readonly [K in keyof Started]: Started[K] }): Promise<void> {
  let lane = idle.pop();
  if (!lane && places > 0) {
    places--;
    lane = open();
  }
  lane ??= await new Promise<Lane>((resolve) => queued.push(resolve));
  started.name = lane.name;
  started.pid = lane.pid;

  await lane.run(started.job);
  forget(started.job);
  if (lane.alive && WORKERS !== null) {
    // A pool: the lane takes the next job.
    if (queued.length > 0) queued.shift()?.(lane);
    else idle.push(lane);
  } else {
    lane.send('end');
    await lane.ended;
    if (queued.length > 0) queued.shift()?.(open());
    else places++;
  }
  started.exitCode = lane.exitCode;
  started.running = false;
}

/** The main of a program that has none: start all, then join them in order. */
async function standardMain({ jobs, start, join }: MainApi): Promise<void> {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);
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
  const { job, main = standardMain } = await program;
  if (setup) {
    serveMain();
    return;
  }
  if (!['sequential', 'event-loop', 'threads', 'processes'].includes(MODE)) {
    giveUp(`There is no mode "${MODE}": choose sequential, event-loop, threads or processes`);
  }
  // How quick a core is must be known before jobs compete for it.
  if (WORK !== 'wait' || String(job).includes('compute')) known.blocksPerSecond = calibrate();
  known.begun = Date.now();
  // Nothing is left to run, and yet main has not come to its end.
  process.on('beforeExit', () => giveUp(`Nobody can go on: ${whoWaits()}`));
  try {
    await main({ ...apiFor(null), jobs: JOBS, start: startJob, join: joinJob });
    while (keeping.size > 0) await Promise.all(keeping);
    end(0);
  } catch (error) {
    giveUp(`Main failed: ${error}`);
  }
}

void begin();
