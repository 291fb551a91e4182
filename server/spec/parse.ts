/** Parses a spec from a form or from JSON, by the same rules. */
import { z } from 'zod';
import { type CodeRules, codeOf, notebookCode, tooLong } from './code.ts';
import { runtimesFor, type WorkingRuntimes, whyNotOnEvery } from './every-runtime.ts';
import {
  DEFAULT_SCHEDULES,
  isOrdered,
  isOrderedOn,
  MAX_PREEMPTIONS,
  MAX_SCHEDULES,
  onlyOrdered,
  usualOrderedModes,
  whatIsPossible,
} from './explore.ts';
import {
  checkField,
  choice,
  MAX_SECONDS,
  orEmpty,
  scheduleField,
  secondsField,
  wholeField,
} from './fields.ts';
import { lanesThatFit } from './lanes.ts';
import { hasWorkers, MODE_TRAITS, MODES, type Mode } from './modes.ts';
import { NO_PYTHON, type PythonRules, whyNotOn } from './python.ts';
import { isPython, JAVASCRIPT, RUNTIME_NAMES, RUNTIMES, type Runtime } from './runtimes.ts';
import {
  DEFAULTS,
  type FamilyPlan,
  type FieldErrors,
  MAX_REPEAT,
  SPEC_FIELDS,
  type Spec,
  type SpecDefaults,
  type SpecField,
  WORKS,
} from './spec.ts';

/** The highest that `MAX_JOBS` can be set to. */
const MOST_JOBS = 1000;
const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** The limits and lessons that decide whether a spec is accepted. */
export type SpecRules = {
  maxJobs: number;
  /** Most child processes at once. A sweep cannot exceed it: further workers would not exist. */
  maxProcesses: number;
  /** Memory for all programs together, in MiB; unlimited if left out. It limits a sweep too. */
  memoryMib?: number;
  lessons: ReadonlyMap<string, SpecDefaults>;
  /** The names of the challenges; none if left out. */
  challenges?: ReadonlySet<string>;
  /** Rules for programs that somebody wrote; if left out, none is accepted. */
  code?: CodeRules;
  /** Rules for Python; if left out, there is none. */
  python?: PythonRules;
  /** The runtimes that start; if left out, all that programs may run on. */
  working?: WorkingRuntimes;
};
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

/** The fields of a request that rules about several fields look at. */
type Fields = {
  lesson?: string | undefined;
  code?: string | undefined;
  modes?: readonly Mode[] | undefined;
  runtime?: Runtime | undefined;
  jobs?: number | undefined;
  repeat?: number | null | undefined;
  sweep?: number | null | undefined;
  everyRuntime?: boolean | null | undefined;
  explore?: boolean | null | undefined;
  schedule?: string | null | undefined;
  challenge?: string | undefined;
};

/** Reports whether a scheduler of ours is to execute the program: every order of its steps, or one. */
const isOrderAsked = ({ explore, schedule }: Fields) => explore === true || (schedule ?? '') !== '';

/** Accepts no program but the lessons' own. */
const LESSONS_ONLY: CodeRules = {
  maxBytes: 0,
  runtimes: [],
  why: 'This server runs only the lessons’ own programs.',
  programs: new Map(),
};

function specSchema({
  maxJobs,
  maxProcesses,
  memoryMib = Number.POSITIVE_INFINITY,
  lessons,
  challenges = new Set(),
  code: rules = LESSONS_ONLY,
  python = NO_PYTHON,
  working = { lessons: [...JAVASCRIPT, ...python.runtimes], own: rules.runtimes },
}: SpecRules) {
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
  /** Returns the program that somebody wrote; empty if it is the lesson's own. */
  const ownCode = (lesson: string | undefined, code = '') => codeOf(code, lesson ?? '', rules);
  const usualOf = (lesson?: string) => ({ ...DEFAULTS, ...(lesson !== undefined && lessons.get(lesson)) });
  /**
   * Returns the runtime of a request. If it names none, it is the usual one, or another that can run the program. One
   * that somebody wrote is then in JavaScript.
   */
  const runtimeOf = ({ lesson, code, runtime }: Fields): Runtime => {
    if (runtime !== undefined) return runtime;
    const usual = usualOf(lesson).runtime;
    if (ownCode(lesson, code) === '')
      return isPython(usual) && !python.runtimes.includes(usual) ? DEFAULTS.runtime : usual;
    const fit = rules.runtimes.filter((one) => !isPython(one));
    return fit.find((one) => one === usual) ?? fit[0] ?? DEFAULTS.runtime;
  };
  /** Returns the cell of the notebook that is the program of a request; null if it is none. */
  const cellOf = (fields: Fields) =>
    isPython(runtimeOf(fields)) ? notebookCode(fields.code ?? '', rules) : null;
  /** Reports whether somebody wrote the program of a request. */
  const isOwn = (fields: Fields) => ownCode(fields.lesson, fields.code) !== '' && cellOf(fields) === null;
  /** Returns the modes that are asked for, or the usual ones. */
  const modesOf = (fields: Fields): readonly Mode[] => {
    const usual = usualOf(fields.lesson).modes;
    return fields.modes ?? (isOrderAsked(fields) ? usualOrderedModes(usual) : usual);
  };
  /** Returns the runtimes that can run the program of a request. */
  const everyRuntimeOf = (fields: Fields): Runtime[] => {
    const { lesson = DEFAULTS.lesson } = fields;
    if (cellOf(fields) !== null) return working.lessons.filter(isPython);
    const hasPython = python.lessons.has(lesson);
    return runtimesFor({ isOwn: isOwn(fields), hasPython, runtime: runtimeOf(fields) }, working);
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

/** A spec as stored: within the widest limits that a server can be set to. */
export const storedSpec: z.ZodType<Spec> = z.object({
  lesson: z.string(),
  code: z.string().default(''),
  modes: z.array(z.enum(MODES)).max(MODES.length),
  runtime: z.enum(RUNTIMES),
  jobs: z.int().min(1).max(MOST_JOBS),
  workers: z.int().min(1).max(MOST_JOBS).nullable(),
  minSeconds: z.number().min(0).max(MAX_SECONDS),
  maxSeconds: z.number().min(0).max(MAX_SECONDS),
  work: z.enum(WORKS),
  seed: z.number(),
  explore: z.object({ preemptions: z.int().nullable(), schedules: z.int() }).nullish(),
  schedule: z.string().optional(),
  sleepsInOrder: z.boolean().optional(),
  everyRuntime: z.array(z.enum(RUNTIMES)).optional(),
  challenge: z.string().optional(),
});
