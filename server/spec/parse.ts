/** Parses a spec from a form or from JSON, by the same rules. */
import { z } from 'zod';
import { askedBy, type Fields, isOrderAsked, LESSONS_ONLY, type SpecRules } from './asked.ts';
import { tooLong } from './code.ts';
import { whyNotOnEvery } from './every-runtime.ts';
import {
  DEFAULT_SCHEDULES,
  isOrdered,
  isOrderedOn,
  MAX_PREEMPTIONS,
  MAX_SCHEDULES,
  onlyOrdered,
  whatIsPossible,
} from './explore.ts';
import { checkField, choice, orEmpty, scheduleField, secondsField, wholeField } from './fields.ts';
import { lanesThatFit } from './lanes.ts';
import { hasWorkers, MODE_TRAITS, MODES, type Mode } from './modes.ts';
import { NO_PYTHON, whyNotOn } from './python.ts';
import { RUNTIME_NAMES, RUNTIMES } from './runtimes.ts';
import {
  DEFAULTS,
  type FamilyPlan,
  type FieldErrors,
  MAX_REPEAT,
  SPEC_FIELDS,
  type Spec,
  type SpecField,
  WORKS,
} from './spec.ts';

const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** `family` is null if a single run is requested. */
export type ParsedSpec =
  | { ok: true; spec: Spec; family: FamilyPlan | null }
  | { ok: false; errors: FieldErrors };

/** For a rule about several fields: it is checked even if other fields are wrong, but only if these are right. */
function whenRight(...fields: SpecField[]) {
  return ({ value, issues }: z.core.ParsePayload): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !issues.some(({ path }) => fields.some((field) => field === path?.[0]));
}

function specSchema(all: SpecRules) {
  const { maxJobs, maxProcesses, memoryMib = Number.POSITIVE_INFINITY, lessons } = all;
  const { challenges = new Set(), code: rules = LESSONS_ONLY, python = NO_PYTHON } = all;
  const { ownCode, usualOf, runtimeOf, cellOf, isOwn, modesOf, everyRuntimeOf } = askedBy(all);
  /** Modes for which not even main and one lane fit into the memory. */
  const unfit = MODES.filter((mode) => lanesThatFit(mode, memoryMib) < 1);
  const sweepFits = (mode: Mode) => (fields: Fields) => {
    const { lesson, jobs, sweep } = fields;
    const isChosen = modesOf(fields).includes(mode) && !unfit.includes(mode);
    return !isChosen || Math.min(sweep ?? 1, jobs ?? usualOf(lesson).jobs) <= lanesThatFit(mode, memoryMib);
  };
  const sweepMessage = (mode: Mode) => {
    const most = lanesThatFit(mode, memoryMib);
    const message = `${most < 2 ? 'Leave this empty' : `Enter at most ${most}`}: more ${MODE_TRAITS[mode].noun} need more memory than the ${memoryMib} MiB that this server has for programs (MEMORY_MIB).`;
    return { message, path: ['sweep'], when: whenRight('lesson', 'modes', 'jobs', 'sweep') };
  };
  return z
    .strictObject({
      lesson: z
        .string('Enter the name of a lesson.')
        .refine(
          (name) => name === '' || lessons.has(name),
          'There is no such lesson. Enter a name as in the lesson’s address, such as one-by-one.',
        )
        .optional(),
      code: z
        .string('Enter a program as text.')
        .superRefine((code, context) => {
          const message = rules.runtimes.length === 0 ? null : tooLong(code, rules);
          if (message !== null) context.addIssue({ code: 'custom', message });
        })
        .optional(),
      modes: z
        .array(choice(MODES), `Enter a list of one or more of: ${MODES.join(', ')}.`)
        .min(1, 'Choose at least one mode.')
        .max(100, 'Choose each mode only once.')
        .refine((modes) => new Set(modes).size === modes.length, 'Choose each mode only once.')
        .optional(),
      runtime: choice(RUNTIMES).optional(),
      jobs: wholeField(1, maxJobs).optional(),
      workers: orEmpty(wholeField(1, maxJobs)),
      minSeconds: secondsField().optional(),
      maxSeconds: secondsField().optional(),
      work: choice(WORKS).optional(),
      seed: orEmpty(wholeField(0, MAX_SEED)),
      repeat: orEmpty(wholeField(1, MAX_REPEAT)),
      sweep: orEmpty(wholeField(2, Math.min(maxJobs, maxProcesses))),
      everyRuntime: orEmpty(checkField()),
      explore: orEmpty(checkField()),
      sleepsInOrder: orEmpty(checkField()),
      preemptions: orEmpty(wholeField(0, MAX_PREEMPTIONS)),
      schedules: orEmpty(wholeField(1, MAX_SCHEDULES)),
      schedule: orEmpty(scheduleField()),
      challenge: z
        .string('Enter the name of a challenge.')
        .refine(
          (name) => name === '' || challenges.has(name),
          'There is no such challenge. Enter a name as in the challenge’s address, such as lost-update.',
        )
        .optional(),
    })
    .refine(
      (fields) => {
        const usual = usualOf(fields.lesson);
        return (fields.minSeconds ?? usual.minSeconds) <= (fields.maxSeconds ?? usual.maxSeconds);
      },
      {
        message: 'Raise the maximum or lower the minimum.',
        path: ['maxSeconds'],
        when: whenRight('minSeconds', 'maxSeconds'),
      },
    )
    .refine(({ repeat, sweep }) => (repeat ?? 1) === 1 || (sweep ?? null) === null, {
      message: 'Use Repeat or Sweep, not both.',
      path: ['sweep'],
      when: whenRight('repeat', 'sweep'),
    })
    .refine((fields) => (fields.sweep ?? null) === null || modesOf(fields).every(hasWorkers), {
      message: 'A sweep needs workers: choose only threads, processes or both.',
      path: ['sweep'],
      when: whenRight('modes', 'sweep'),
    })
    .refine((fields) => !modesOf(fields).some((mode) => unfit.includes(mode)), {
      message: `Choose other modes: this server cannot run jobs ${unfit.map((mode) => MODE_TRAITS[mode].where).join(' or ')}. It has ${memoryMib} MiB for programs (MEMORY_MIB), too little for main and one more.`,
      path: ['modes'],
      when: whenRight('modes'),
    })
    .refine(
      ({ explore, repeat, sweep }) => explore !== true || ((repeat ?? 1) === 1 && (sweep ?? null) === null),
      {
        message: 'Use only one of “Try every order”, Repeat and Sweep.',
        path: ['explore'],
        when: whenRight('explore', 'repeat', 'sweep'),
      },
    )
    .refine(
      (fields) =>
        fields.everyRuntime !== true ||
        ((fields.repeat ?? 1) === 1 && (fields.sweep ?? null) === null && !isOrderAsked(fields)),
      {
        message: 'Use “On every runtime” without Repeat, Sweep, “Try every order” and “One order”.',
        path: ['everyRuntime'],
        when: whenRight('everyRuntime', 'repeat', 'sweep', 'explore', 'schedule'),
      },
    )
    .superRefine((fields, context) => {
      const message = fields.everyRuntime === true ? whyNotOnEvery(everyRuntimeOf(fields)) : null;
      if (message !== null) context.addIssue({ code: 'custom', message, path: ['everyRuntime'] });
    })
    .refine((fields) => fields.explore !== true || modesOf(fields).every(isOrdered), {
      message: `${onlyOrdered('Every order can be tried')}: clear the other modes.`,
      path: ['modes'],
      when: whenRight('lesson', 'modes', 'explore'),
    })
    .refine(
      ({ schedule, explore, repeat, sweep }) =>
        (schedule ?? '') === '' || (explore !== true && (repeat ?? 1) === 1 && (sweep ?? null) === null),
      {
        message: 'One order is one run: use it without “Try every order”, Repeat and Sweep.',
        path: ['schedule'],
        when: whenRight('schedule', 'explore', 'repeat', 'sweep'),
      },
    )
    .refine(
      (fields) => {
        const modes = modesOf(fields);
        return (fields.schedule ?? '') === '' || (modes.length === 1 && modes.every(isOrdered));
      },
      {
        message: `${onlyOrdered('One order can be run')}: choose one of them.`,
        path: ['modes'],
        when: whenRight('lesson', 'modes', 'schedule'),
      },
    )
    .refine((fields) => !isOrderAsked(fields) || isOrderedOn(runtimeOf(fields)), {
      message: 'Orders can be tried on Node.js and Deno only.',
      path: ['runtime'],
      when: whenRight('lesson', 'code', 'runtime', 'explore', 'schedule'),
    })
    .refine(sweepFits('threads'), sweepMessage('threads'))
    .refine(sweepFits('processes'), sweepMessage('processes'))
    .refine(({ lesson, code }) => lesson !== '' || ownCode(lesson, code) !== '', {
      message: 'Write a program, or choose a lesson.',
      path: ['code'],
      when: whenRight('lesson', 'code'),
    })
    .refine(({ challenge = '', code = '' }) => challenge === '' || code !== '', {
      message: 'Enter the program that is to meet the challenge.',
      path: ['code'],
      when: whenRight('challenge', 'code'),
    })
    .refine((fields) => rules.runtimes.length > 0 || !isOwn(fields), {
      message: rules.why,
      path: ['code'],
      when: whenRight('lesson', 'code'),
    })
    .superRefine((fields, context) => {
      const { lesson = DEFAULTS.lesson, challenge = '' } = fields;
      const asked = { lesson, isOwn: isOwn(fields), isCell: cellOf(fields) !== null, challenge };
      const message = whyNotOn(runtimeOf(fields), asked, python, rules.runtimes);
      if (message !== null) context.addIssue({ code: 'custom', message, path: ['runtime'] });
    })
    .refine(
      (fields) => rules.runtimes.length === 0 || rules.runtimes.includes(runtimeOf(fields)) || !isOwn(fields),
      {
        message: `Choose ${rules.runtimes.map((name) => RUNTIME_NAMES[name]).join(' or ')}. ${rules.why}`,
        path: ['runtime'],
        when: whenRight('lesson', 'code', 'runtime'),
      },
    )
    .transform((fields) => {
      const code = cellOf(fields) ?? ownCode(fields.lesson, fields.code);
      const lesson = fields.lesson ?? (code === '' ? DEFAULTS.lesson : '');
      const {
        repeat,
        sweep = null,
        everyRuntime,
        explore,
        sleepsInOrder,
        preemptions = null,
        schedules,
        ...asked
      } = fields;
      const { schedule, challenge, ...given } = asked;
      const { repeat: usual, ...others } = usualOf(fields.lesson);
      const { seed, ...rest } = { ...others, ...withoutUndefined(given) };
      const modes = modesOf(fields);
      const runtimes = everyRuntime === true ? everyRuntimeOf(fields) : [];
      const spec: Spec = {
        ...rest,
        runtime: runtimeOf(fields),
        lesson,
        code,
        modes: MODES.filter((mode) => modes.includes(mode)),
        seed: seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
        ...(explore === true && { explore: { preemptions, schedules: schedules ?? DEFAULT_SCHEDULES } }),
        ...(runtimes.length > 0 && { everyRuntime: runtimes }),
        ...(schedule && { schedule }),
        ...(sleepsInOrder === true && isOrderAsked(fields) && { sleepsInOrder }),
        ...(challenge && { challenge }),
      };
      if (explore === true) return { spec, family: { kind: 'exploration', count: 1 } as const };
      if (runtimes.length > 0) return { spec, family: { kind: 'runtimes', count: runtimes.length } as const };
      // An empty field asks for one run; so do a sweep and one order, if the field is left out.
      const times = repeat === undefined && sweep === null && !schedule ? usual : repeat;
      return { spec, family: familyOf(times ?? 1, sweep) };
    });
}

/** Returns the properties that are not undefined. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}

function familyOf(repeat: number, sweep: number | null): FamilyPlan | null {
  if (sweep !== null) return { kind: 'sweep', count: sweep };
  return repeat > 1 ? { kind: 'repeat', count: repeat } : null;
}

/**
 * Returns a function that parses submitted field values into a spec. Passes run in the order of `MODES`, whatever order
 * they are given in. If no seed is given, one is drawn.
 */
export function specParser(rules: SpecRules): (input: unknown) => ParsedSpec {
  const schema = specSchema(rules);
  return (input) => {
    const parsed = schema.safeParse(whatIsPossible(input));
    if (parsed.success) return { ok: true, ...parsed.data };
    const errors: FieldErrors = {};
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        errors[''] ??=
          `Remove the unknown ${issue.keys.length === 1 ? 'field' : 'fields'} "${issue.keys.join('", "').slice(0, 200)}".`;
        continue;
      }
      const field = SPEC_FIELDS.find((name) => name === issue.path[0]) ?? '';
      errors[field] ??= field === '' ? 'Send an object with the fields of a run.' : issue.message;
    }
    return { ok: false, errors };
  };
}
