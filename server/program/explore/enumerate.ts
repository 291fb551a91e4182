/** Executes a program in all its orders, one after another, depth first. */
import type { ScheduleStep } from '../../spec/schedule.ts';
import type { Execution, Executor, Taken } from './execution.ts';

/**
 * Executes all orders of a program. Calls `onExecuted` after each execution; it returns false to stop. Returns whether
 * all were executed. At each choice the lane that took the last step goes on first, so that the first orders have few
 * switches.
 */
export async function enumerate(
  executor: Executor,
  onExecuted: (execution: Execution) => boolean | Promise<boolean>,
): Promise<boolean> {
  let prefix: { index: number; lane: number }[] = [];
  for (;;) {
    const execution = await executor.execute(
      (options, current, at) => prefix[at]?.index ?? firstOf(options, current),
      (lane, at) => (prefix[at]?.lane ?? lane) === lane,
    );
    const goesOn = await onExecuted(execution);
    const next = nextPrefix(execution.taken);
    // Whatever would stop it: there are no others.
    if (next === null) return true;
    if (!goesOn) return false;
    prefix = next;
  }
}

/** Returns the index of the option to take where nothing says otherwise: the lane goes on, or else the first does. */
export function firstOf(options: readonly ScheduleStep[], current: number | null): number {
  const index = options.findIndex(({ lane }) => lane === current);
  return Math.max(0, index);
}

/** Returns the choices of the next execution: the last that can be made otherwise is. Null if there is none. */
function nextPrefix(taken: readonly Taken[]): { index: number; lane: number }[] | null {
  const choiceAt = ({ options }: Taken, index: number) => ({ index, lane: options[index]?.lane ?? 0 });
  for (let at = taken.length - 1; at >= 0; at--) {
    const [one, next] = [taken[at], nextOption(taken, at)];
    if (one && next !== null)
      return [...taken.slice(0, at).map((before) => choiceAt(before, before.chosen)), choiceAt(one, next)];
  }
  return null;
}

/** Returns the option to try after the one that was taken. The first to be tried was that of `firstOf`. */
function nextOption(taken: readonly Taken[], at: number): number | null {
  const { options, chosen } = taken[at] ?? { options: [], chosen: 0 };
  const first = firstOf(options, laneBefore(taken, at));
  const rest = options
    .keys()
    .filter((index) => index !== first)
    .toArray();
  const next = chosen === first ? rest[0] : rest[rest.indexOf(chosen) + 1];
  return next ?? null;
}

function laneBefore(taken: readonly Taken[], at: number): number | null {
  const before = taken[at - 1];
  return before ? (before.options[before.chosen]?.lane ?? null) : null;
}

/** Returns the schedule of an execution. */
export function stepsOf({ taken }: Execution): ScheduleStep[] {
  return taken.flatMap(({ options, chosen }) => {
    const option = options[chosen];
    return option ? { lane: option.lane, answer: option.answer } : [];
  });
}

/** Counts how often the turn was taken from a lane that could go on. */
export function switchesOf({ taken }: Execution): number {
  let switches = 0;
  for (const [at, { options, chosen }] of taken.entries()) {
    const before = laneBefore(taken, at);
    if (before === null || options[chosen]?.lane === before) continue;
    if (options.some(({ lane }) => lane === before)) switches++;
  }
  return switches;
}
