/** Executes a program whose steps somebody chooses, one after another: see protocol/play.ts. */
import { MAX_CHOICES } from '../../protocol/play.ts';
import { MAX_STEPS } from '../../protocol/search.ts';
import { formatSchedule, parseSchedule, type ScheduleStep } from '../../spec/schedule.ts';
import { emit } from '../emit.ts';
import { switchesOf } from './enumerate.ts';
import type { Execution, Option } from './execution.ts';
import { isFailing, reportable } from './outcome.ts';
import type { Scheduler } from './scheduler.ts';

/** Calls `listen` with each schedule that the server orders. */
export type HearSchedules = (listen: (schedule: string) => void) => void;

/** Executes what is ordered until the process is ended. A schedule that goes on from the one before is not begun again. */
export async function play(scheduler: Scheduler, hear: HearSchedules): Promise<never> {
  let wanted: ScheduleStep[] = [];
  let next = Promise.withResolvers<void>();
  const first = next.promise;
  // It may have been ordered already.
  hear((text) => {
    wanted = parseSchedule(text, MAX_STEPS) ?? [];
    next.resolve();
    next = Promise.withResolvers();
  });
  await first;
  for (;;) {
    const taken: ScheduleStep[] = [];
    let isOver = false;
    emit({ type: 'play-begun' });
    const execution = await scheduler.execute(async (options) => {
      for (let ordered = next.promise; ; ordered = next.promise) {
        isOver = !beginsWith(wanted, taken);
        if (isOver) return null;
        const step = wanted[taken.length];
        const index = step ? options.findIndex((option) => isSame(option, step)) : -1;
        if (step && index >= 0) {
          taken.push(step);
          return index;
        }
        offer(options, taken.length, step !== undefined);
        await ordered;
      }
    });
    if (isOver) continue;
    conclude(execution, taken);
    while (beginsWith(wanted, taken)) await next.promise;
  }
}

function isSame(one: ScheduleStep, other: ScheduleStep | undefined): boolean {
  return one.lane === other?.lane && one.answer === other.answer;
}

function beginsWith(steps: readonly ScheduleStep[], first: readonly ScheduleStep[]): boolean {
  return first.every((step, at) => isSame(step, steps[at]));
}

/** Reports what can come next. */
function offer(options: readonly Option[], at: number, isMisfit: boolean): void {
  for (const { lane, answer, access, line, sleep, job } of options.slice(0, MAX_CHOICES)) {
    const ends = sleep === undefined ? null : job === undefined ? 'timer' : 'sleep';
    emit({
      type: 'play-next',
      lane,
      answer,
      does: access?.what ?? null,
      on: access?.on.slice(0, 120) ?? ends,
      job: access?.job ?? job ?? null,
      line,
    });
  }
  emit({ type: 'play-waits', at, count: options.length, isMisfit });
}

/** Reports what the order has led to. */
function conclude(execution: Execution, taken: readonly ScheduleStep[]): void {
  const { ending, accesses } = execution;
  const schedule = formatSchedule(taken);
  emit({
    type: 'outcome',
    number: 0,
    isFailing: isFailing(ending),
    orders: 1,
    schedule: '',
    steps: accesses.length,
    switches: switchesOf(execution),
    ...reportable(ending, schedule),
  });
  emit({ type: 'play-ended', at: taken.length });
}
