/** The spec of a run: what can be asked for. How a request is checked is parse.ts. */
import { MODES, type Mode } from './modes.ts';
import type { Runtime } from './runtimes.ts';

export const WORKS = ['wait', 'compute', 'mixed'] as const;
/** What `work(seconds)` does; `mixed` waits in the jobs with an even number and computes in the others. */
export type Work = (typeof WORKS)[number];

/** A checked request for a run. Seconds are those of one job; `workers` null is one lane a job. */
export type Spec = {
  lesson: string;
  modes: Mode[];
  runtime: Runtime;
  jobs: number;
  workers: number | null;
  minSeconds: number;
  maxSeconds: number;
  work: Work;
  seed: number;
};

export const FAMILY_KINDS = ['repeat', 'sweep'] as const;
/** Runs that belong together: the same run `count` times, or one with one worker, one with two, up to `count`. */
export type FamilyPlan = { kind: (typeof FAMILY_KINDS)[number]; count: number };

/** Most times a run is repeated. */
export const MAX_REPEAT = 50;

/** A field that is not given has its default; the notebook's own figures. With no seed, each run draws one. */
export const DEFAULTS = {
  lesson: 'one-by-one',
  modes: [...MODES],
  runtime: 'node',
  jobs: 5,
  minSeconds: 1,
  maxSeconds: 10,
  work: 'wait',
  workers: null,
  seed: null,
} as const;

/** The fields of a request, in the order of the form: those of a spec, and the two that ask for a family of runs. */
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
  'lesson',
] as const;
export type SpecField = (typeof SPEC_FIELDS)[number];
/** What is wrong, by field; `''` is the request as a whole. */
export type FieldErrors = Partial<Record<SpecField | '', string>>;

/** A lesson's own defaults; for a field that it leaves out, `DEFAULTS` hold. */
export type SpecDefaults = Partial<Omit<Spec, 'lesson'>>;
