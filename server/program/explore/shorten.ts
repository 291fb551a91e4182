/** Makes the example of an outcome easier to follow: the same outcome with fewer switches between lanes. */
import type { ScheduleStep } from '../../spec/schedule.ts';
import { firstOf } from './enumerate.ts';
import type { Choose, Execution, Executor } from './execution.ts';

/**
 * Executes orders that are like `steps`, each with two blocks of a lane moved together, for as long as that leads to
 * something better, at most `most` of them. `onExecuted` returns the steps of an execution if it is better, else null.
 */
export async function shorten(
  executor: Executor,
  steps: readonly ScheduleStep[],
  most: number,
  onExecuted: (execution: Execution) => readonly ScheduleStep[] | null,
): Promise<void> {
  let best = steps;
  for (let tries = 0; tries < most; ) {
    let better: readonly ScheduleStep[] | null = null;
    for (const candidate of merged(blocksOf(best))) {
      if (tries++ >= most) return;
      better = onExecuted(await executor.execute(following(candidate)));
      if (better) break;
    }
    if (!better) return;
    best = better;
  }
}

/** Follows steps as far as they are possible: what is not is left out. Beyond them, each lane goes on. */
export function following(steps: readonly ScheduleStep[]): Choose {
  let next = 0;
  return (options, current) => {
    for (; next < steps.length; next++) {
      const wanted = steps[next];
      const index = options.findIndex(
        ({ lane, answer }) => lane === wanted?.lane && answer === wanted.answer,
      );
      if (index < 0) continue;
      next++;
      return index;
    }
    return firstOf(options, current);
  };
}

/** Returns the steps in blocks, each of one lane. */
function blocksOf(steps: readonly ScheduleStep[]): ScheduleStep[][] {
  const blocks: ScheduleStep[][] = [];
  for (const step of steps) {
    const last = blocks.at(-1);
    if (last?.[0]?.lane === step.lane) last.push(step);
    else blocks.push([step]);
  }
  return blocks;
}

/** Yields the steps with a block moved to the one before of the same lane, or that to it. */
function* merged(blocks: readonly ScheduleStep[][]): Generator<ScheduleStep[]> {
  for (const [at, block] of blocks.entries()) {
    const before = blocks.slice(0, at).findLastIndex(([step]) => step?.lane === block[0]?.lane);
    if (before < 0) continue;
    const between = blocks.slice(before + 1, at);
    const [start, own, end] = [blocks.slice(0, before), blocks[before] ?? [], blocks.slice(at + 1)];
    yield [...start, own, block, ...between, ...end].flat();
    yield [...start, ...between, own, block, ...end].flat();
  }
}
