/**
 * Begins what a scheduler of ours executes in this process: a search, a schedule, or a game; or, in a thread of it, one
 * of the lanes. It is compiled to a file of its own, `ordered.mjs`, which most processes never load.
 */
import type { Order, Ordered } from '../../protocol/orders.ts';
import { MAX_STEPS } from '../../protocol/search.ts';
import { uniform } from '../../spec/random.ts';
import { misfitError, parseSchedule, tooLongError } from '../../spec/schedule.ts';
import { isMainThread, parentPort, workerData } from '../builtins.ts';
import { writeLog } from '../console.ts';
import { emit } from '../emit.ts';
import '../graphics.ts';
import { newMemory } from '../memory.ts';
import { firstOf, switchesOf } from './enumerate.ts';
import type { Choose } from './execution.ts';
import { beginOrderedLane } from './lane.ts';
import { LaneThreads, LoadError } from './lane-threads.ts';
import { isFailing, reportable } from './outcome.ts';
import { type HearSchedules, play } from './play.ts';
import { Scheduler } from './scheduler.ts';
import { search } from './search.ts';

/** The generator of a search, beside those of jobs and lanes. */
const SEARCH_DRAW = 200_000;

const afterOthers = globalThis.setImmediate;

if (!isMainThread && parentPort) await beginOrderedLane(parentPort, workerData);

/**
 * Executes what is ordered. Resolves with an error if main failed, or the program could not be executed; or null. `hear`
 * brings further orders.
 */
export async function beginOrdered(
  { settings }: Order & { type: 'begin-main' },
  order: Ordered,
  hear: HearSchedules,
): Promise<string | null> {
  const memory = newMemory();
  const isHeard = order.kind === 'play' || (order.kind === 'schedule' && !order.isQuiet);
  const shareCore = order.kind === 'search' && order.sharesCore === true;
  const threads = new LaneThreads(settings, memory, isHeard, shareCore);
  const scheduler = new Scheduler(settings, threads, memory, order.kind !== 'schedule' && order.reloads);
  try {
    if (order.kind === 'search') {
      const breathe = () => new Promise<void>((resolve) => afterOthers(resolve));
      const random = uniform(settings.seed, SEARCH_DRAW);
      await search(scheduler, { ...order, random }, (fact) => emit(fact), breathe);
      return null;
    }
    if (order.kind === 'play') return await play(scheduler, hear);
    return await executeSchedule(scheduler, order.schedule, order.isQuiet);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    writeLog(0, null, 'stderr', `The program cannot be loaded: ${error.message}`, error.line);
    return error.message;
  }
}

/** Executes one schedule. Beyond its end, each lane goes on for as long as it can. */
async function executeSchedule(scheduler: Scheduler, text: string, isQuiet: boolean): Promise<string | null> {
  const steps = parseSchedule(text, MAX_STEPS);
  if (steps === null) return `“${text}” is no schedule.`;
  let misfit: string | null = null;
  const choose: Choose = (options, current, at) => {
    const step = steps[at];
    if (!step) return firstOf(options, current);
    const index = options.findIndex(({ lane, answer }) => lane === step.lane && answer === step.answer);
    if (index >= 0) return index;
    misfit = misfitError(at, step, options);
    return null;
  };
  const execution = await scheduler.execute(choose);
  if (misfit !== null) return misfit;
  const { ending, accesses, taken } = execution;
  // A lane that did not come to its next step in time has ended the execution early.
  if (taken.length < steps.length && !ending.isCut) return tooLongError(steps.length, taken.length);
  if (isQuiet) {
    const counts = { orders: 1, steps: accesses.length, switches: switchesOf(execution) };
    const isWrong = isFailing(ending);
    emit({
      type: 'outcome',
      number: 0,
      isFailing: isWrong,
      schedule: text,
      ...counts,
      ...reportable(ending, text),
    });
    return null;
  }
  // The server finds out why, as in any pass, and ends the process.
  if (ending.stuck.length > 0) await new Promise(() => {});
  const ofMain = ending.failed.find(({ job }) => job === null)?.error;
  return ofMain ?? (ending.check === null ? null : `Check failed: ${ending.check}`);
}
