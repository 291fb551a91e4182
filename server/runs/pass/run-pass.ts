/** Executes a pass in a process that is ready, or in another if that one is lost before it begins. */
import fs from 'node:fs';
import type { Booted, Ready } from '../../launch/ready.ts';
import type { Status } from '../../protocol/facts.ts';
import { shortageOf } from '../../words/shortage.ts';
import type { RunLog } from '../log/run-log.ts';
import { Pass } from './pass.ts';
import { PassLog } from './pass-log.ts';
import { addressFor, type PassOptions, startOf } from './pass-plan.ts';

/** How many processes are tried, if they end before the pass begins. */
const ATTEMPTS = 3;
/**
 * Executes a pass. Resolves with its status when no process of it is left: `failed` if main could not be launched. A
 * pass that `signal` stops before main has booted leaves no events.
 */
export async function runPass(
  plan: PassOptions,
  ready: Ready,
  log: RunLog,
  signal: AbortSignal,
  attempts = ATTEMPTS,
): Promise<Status> {
  const begun: { pass?: Promise<Pass> } = {};
  const begin = (booted: Booted) => {
    begun.pass = beginPass(plan, ready, log, booted);
    // If the process does not answer, it is not awaited.
    begun.pass.catch(() => {});
  };
  const booted = await ready.take(plan.kind, signal, begin).catch((error) => {
    if (!signal.aborted) failToStart(plan, log, error);
    return null;
  });
  if (!booted) return signal.aborted ? signal.reason : 'failed';
  const another = () => runPass(plan, ready, log, signal, attempts - 1);
  try {
    const pass = await begun.pass;
    // It ended before it had the program, as if it had not been ready.
    if (booted.child.exitedAt !== null && !pass?.hasBegun && attempts > 1) return another();
    return (await pass?.run(signal)) ?? 'failed';
  } catch (error) {
    const isPlaceGone = booted.place !== null && !fs.existsSync(booted.place.folder);
    await booted.child.stop();
    if (isPlaceGone && attempts > 1 && !signal.aborted) return another();
    // The program could not be written: the disk is full.
    throw error;
  }
}

/** Gives a booted process its program. Rejects if that cannot be put where the process can read it. */
async function beginPass(plan: PassOptions, ready: Ready, log: RunLog, booted: Booted): Promise<Pass> {
  const pass = new Pass(plan, ready, log, booted, addressFor(plan.program, booted));
  await pass.begin(booted.bootMs);
  return pass;
}

/** Logs a pass that failed because its program process could not be started. */
function failToStart(plan: PassOptions, runLog: RunLog, cause: unknown): void {
  console.error('pass: cannot start the program’s process', cause);
  const log = new PassLog(runLog, plan.pass, startOf(plan));
  const short = shortageOf(cause);
  const error = `The program’s process could not be started${short ? `: ${short}` : ''}.`;
  log.remark('stderr', error);
  log.append({ type: 'pass-ended', status: 'failed', error, wallMs: 0, cpuMs: null, peakRssBytes: null });
}
