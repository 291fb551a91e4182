/**
 * The text of a schedule: the lanes that take the steps, in order, `1-2-1-2`. Lane 0 is main's. `1x3` stands for three
 * steps of lane 1 in a row; `2:1` for the delivery of the second of the answers that lane 2 waits for, counted from 0.
 * `none` is a schedule in which there is nothing to choose.
 */

/** Longest schedule, as text. */
export const MAX_SCHEDULE = 2000;
/** Most steps of one schedule: a program that never ends is cut there. */
export const MAX_STEPS = 1000;

/** One step: the lane that takes it, and which of its answers it is given, if it waits for several. */
export type ScheduleStep = { lane: number; answer: number };

const NONE = 'none';

/** Returns the text of a schedule. */
export function formatSchedule(steps: readonly ScheduleStep[]): string {
  if (steps.length === 0) return NONE;
  const parts: string[] = [];
  for (let at = 0; at < steps.length; ) {
    const { lane, answer } = steps[at] ?? { lane: 0, answer: 0 };
    let next = at + 1;
    while (steps[next]?.lane === lane && steps[next]?.answer === answer) next++;
    const times = next - at;
    parts.push(`${lane}${answer > 0 ? `:${answer}` : ''}${times > 1 ? `x${times}` : ''}`);
    at = next;
  }
  return parts.join('-');
}

/** Returns the steps of a schedule; null if `text` is not one, or has more than `maxSteps`. */
export function parseSchedule(text: string, maxSteps: number): ScheduleStep[] | null {
  const steps: ScheduleStep[] = [];
  if (text === NONE) return steps;
  for (const part of text.split('-')) {
    const found = /^(\d{1,4})(?::(\d{1,3}))?(?:x(\d{1,4}))?$/.exec(part);
    if (!found) return null;
    const times = Number(found[3] ?? 1);
    if (times < 1 || steps.length + times > maxSteps) return null;
    const step = { lane: Number(found[1]), answer: Number(found[2] ?? 0) };
    for (let n = 0; n < times; n++) steps.push(step);
  }
  return steps;
}

const MISFIT = 'This order does not fit the program';

/** Returns why an order ends at its step `at`, from 0, which is none of the `options` there. */
export function misfitError(at: number, step: ScheduleStep, options: readonly ScheduleStep[]): string {
  const [first = '', ...others] = options.map((option) => formatSchedule([option]));
  const named = [first, ...others.slice(0, 4)];
  const can = others.length < 5 ? named.join(' or ') : `${named.join(', ')} and others`;
  return `${MISFIT}: its step ${at + 1} is ${formatSchedule([step])}, where only ${can} can be taken.`;
}

/** Returns why an order of `given` steps is too long: the program has ended, or is stuck, after `taken` of them. */
export function tooLongError(given: number, taken: number): string {
  return `${MISFIT}: it has ${given} ${given === 1 ? 'step' : 'steps'}, of which ${taken === 0 ? 'none' : `only ${taken}`} can be taken.`;
}

/** Reports whether one of these is what the error of a pass says. */
export function isMisfit(error: string | null): boolean {
  return error?.startsWith(`${MISFIT}: `) === true;
}
