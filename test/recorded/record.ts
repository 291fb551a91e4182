/**
 * Plays the runs of specs.ts, in the real modes, and writes their logs beside it: `npm run record`, or with names after
 * it only those that begin so. What is in the files has happened; nobody edits them. Play them again when events change.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import process from 'node:process';
import { DEFAULTS, type Spec } from '../../server/spec/spec.ts';
import { follow, type Ground, openGround, play, submit } from '../contract/play.ts';
import prepare from '../prepare.ts';
import { writeRecorded } from './read.ts';
import { type Disturbance, RECORDED, type Recorded } from './specs.ts';

const asked = process.argv.slice(2);
const cleanUp = await prepare();
try {
  for (const [name, recorded] of Object.entries(RECORDED)) {
    if (asked.length > 0 && !asked.some((start) => name.startsWith(start))) continue;
    await record(name, recorded);
  }
} finally {
  cleanUp?.();
}

async function record(name: string, { from, env, spec, ...happens }: Recorded): Promise<void> {
  const ground = await openGround(env ?? {}, from ? `test/${from}` : 'server/lessons');
  const disturbance = await disturb(ground, happens.disturbed);
  try {
    const whole = complete(ground, spec);
    let [ended, pid] = [0, 0];
    let isStopped = false;
    const played = await play(ground, whole, (event, run) => {
      if (event.type === 'job-ended') ended++;
      if (isStopped || event.type === 'run-queued') return;
      isStopped = true;
      if (ended >= (happens.cancelAfter ?? Number.POSITIVE_INFINITY)) void ground.runs.cancel(run.id);
      else if (ended >= (happens.closeAfter ?? Number.POSITIVE_INFINITY)) void ground.runs.close();
      else if (event.type === 'job-started' && happens.disturbed === 'stopped program') stopForAWhile(pid);
      else isStopped = false;
      if (event.type === 'lane-started') pid = event.pid;
    });
    writeRecorded({ name, spec: whole, events: played.events });
    console.log(`${name}: ${played.events.length} events`);
  } finally {
    disturbance();
    await ground.end();
  }
}

/** Returns the spec with the lesson's settings and the defaults for what it leaves out. */
function complete({ lessons }: Ground, spec: Recorded['spec']): Spec {
  const lesson = lessons.find(({ slug }) => slug === spec.lesson);
  if (!lesson) throw new Error(`There is no program ${spec.lesson}.`);
  const { modes = DEFAULTS.modes, workers = null, seed = 7, ...rest } = { ...lesson.settings, ...spec };
  return { ...DEFAULTS, ...rest, modes: [...modes], workers, seed, lesson: spec.lesson };
}

/** Disturbs what runs from now on; returns what ends that. */
async function disturb(ground: Ground, how: Disturbance | undefined): Promise<() => void> {
  if (how === 'busy cores') {
    const endless = () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    const busy = Array.from({ length: os.availableParallelism() }, endless);
    return () => {
      for (const one of busy) one.kill('SIGKILL');
    };
  }
  if (how === 'other runs') {
    const { id, log } = await submit(ground, {
      lesson: 'one-by-one',
      work: 'compute',
      minSeconds: 1,
      maxSeconds: 1,
    });
    for await (const { type } of follow(log)) if (type === 'job-started') break;
    return () => void ground.runs.cancel(id);
  }
  return () => {};
}

/** Stops a process for 1.5 s, as a machine does that is short of memory. */
function stopForAWhile(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  setTimeout(() => process.kill(pid, 'SIGCONT'), 1500);
}
