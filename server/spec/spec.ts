/** The spec of a run: everything that can be requested. parse.ts checks requests. */
import { MODES, type Mode } from './modes.ts';
import type { Runtime } from './runtimes.ts';

export const WORKS = ['wait', 'compute', 'mixed'] as const;
/** What `work(seconds)` does; `mixed` waits in even-numbered jobs and computes in odd-numbered ones. */
export type Work = (typeof WORKS)[number];

/**
 * A checked request for a run. `lesson` is the lesson that the program belongs to or was made from; empty if there is
 * none. `code` is a program that somebody wrote; empty if it is the lesson's own. Seconds are per job; `workers` null is
 * one lane per job.
 */
export type Spec = {
  lesson: string;
  code: string;
  modes: Mode[];
  runtime: Runtime;
  jobs: number;
  workers: number | null;
  minSeconds: number;
  maxSeconds: number;
  work: Work;
  seed: number;
  /** Bounds of a search for orders; null if the run is none. See protocol/search.ts. */
  explore?: { preemptions: number | null; schedules: number } | null;
  /** The one order in which a scheduler of ours lets the lanes take their steps; empty if the system schedules. */
  schedule?: string;
  /** Whether sleeps then end in the order of their seconds; otherwise, any may end before any other. */
  sleepsInOrder?: boolean;
  /** Of a family on every runtime: the runtimes of its runs, in order. Left out of each run, and of other specs. */
  everyRuntime?: Runtime[];
  /** The challenge that the program is made for; empty if it is none. See server/challenges. */
  challenge?: string;
};

export const FAMILY_KINDS = ['repeat', 'sweep', 'exploration', 'runtimes'] as const;
/**
 * A family of runs: the same run `count` times; runs with one worker, two workers, and so on up to `count`; a search
 * for orders (`count` 1), to which the orders that are opened are added; or the same run on `count` runtimes.
 */
export type FamilyPlan = { kind: (typeof FAMILY_KINDS)[number]; count: number };

/** Most times a run can be repeated. */
export const MAX_REPEAT = 50;

/** Default of each field, from the notebook. Without a seed, each run draws one. */
export const DEFAULTS = {
  lesson: 'one-by-one',
  code: '',
  modes: [...MODES],
  runtime: 'node',
  jobs: 5,
  minSeconds: 1,
  maxSeconds: 10,
  work: 'wait',
  workers: null,
  seed: null,
} as const;

/** The fields of a request, in the order of the form: those of a spec, and those that request a family of runs. */
export const SPEC_FIELDS = [
  'modes',
  'jobs',
  'minSeconds',
  'maxSeconds',
  'work',
  'runtime',
  'workers',
  'seed',
  'repeat',
  'sweep',
  'everyRuntime',
  'explore',
  'sleepsInOrder',
  'preemptions',
  'schedules',
  'schedule',
  'challenge',
  'lesson',
  'code',
] as const;
export type SpecField = (typeof SPEC_FIELDS)[number];
/** Error messages by field; `''` is the request as a whole. */
export type FieldErrors = Partial<Record<SpecField | '', string>>;

/**
 * A lesson's own defaults, if a request names the lesson. `DEFAULTS` apply to the fields it leaves out; without
 * `repeat`, there is one run.
 */
export type SpecDefaults = Partial<Omit<Spec, 'lesson' | 'code'>> & { repeat?: number };

/** What is wrong with a program, and where: line and column count from 1. */
export type CodeError = { line: number; column: number; text: string };
