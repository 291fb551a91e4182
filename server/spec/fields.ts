/** The kinds of fields of a request. Each takes what a form sends, which is text, and what JSON can say. */
import { z } from 'zod';
import { formatSchedule, MAX_SCHEDULE, MAX_STEPS, parseSchedule } from './schedule.ts';

/** Most seconds of a job. */
export const MAX_SECONDS = 3600;

/** A number: text in a form, a number or text in JSON. */
function numberField(schema: z.ZodNumber, message: string) {
  // Matches any text in only one way, so that a quarter of a million digits are refused as quickly as two.
  const plain = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
  return z
    .union([z.number(message), z.string(message).trim().regex(plain, message).transform(Number)], message)
    .pipe(schema);
}

/** A whole number. */
export function wholeField(min: number, max: number) {
  const message = `Enter a whole number from ${min} to ${max.toLocaleString('en-US')}.`;
  return numberField(z.number(message).int(message).min(min, message).max(max, message), message);
}

/** Seconds of a job. */
export function secondsField() {
  const message = `Enter a number of seconds from 0 to ${MAX_SECONDS.toLocaleString('en-US')}.`;
  return numberField(z.number(message).min(0, message).max(MAX_SECONDS, message), message);
}

/** One of several texts. */
export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `Choose one of: ${values.join(', ')}.`);
}

/** A box to check: `true` in JSON; in a form its value if it is checked, and nothing if it is not. */
export function checkField() {
  const message = 'Send true or false.';
  const typed = z
    .enum(['true', 'false', 'on', ''], message)
    .transform((text) => text === 'true' || text === 'on');
  return z.union([z.boolean(message), typed], message);
}

/** The text of one order; see schedule.ts. */
export function scheduleField() {
  const message = 'Enter an order such as 1-2-1-2: the numbers of the lanes that take the steps; 0 is main.';
  return z
    .string(message)
    .trim()
    .max(MAX_SCHEDULE, `Shorten the order to ${MAX_SCHEDULE.toLocaleString('en-US')} characters.`)
    .refine(
      (text) => text === '' || parseSchedule(text, MAX_STEPS) !== null,
      `${message} At most ${MAX_STEPS.toLocaleString('en-US')} steps.`,
    )
    .transform((text) => {
      // The same order has one text.
      const steps = text === '' ? null : parseSchedule(text, MAX_STEPS);
      return steps ? formatSchedule(steps) : '';
    });
}

/** An empty value is a choice for these fields: one lane per job, any seed, one run. */
export function orEmpty<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullable().optional());
}
