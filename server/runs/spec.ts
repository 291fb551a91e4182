/** The spec of a run: what a person may ask for, parsed once from a form or from JSON, by the same rules. */
import { z } from 'zod';
import type { Settings } from '../settings.ts';

export const MODES = ['sequential', 'event-loop', 'threads', 'processes'] as const;
/** How jobs are run. */
export type Mode = (typeof MODES)[number];

export const RUNTIMES = ['node', 'deno'] as const;
/** What the jobs run on, whatever the server runs on. */
export type Runtime = (typeof RUNTIMES)[number];

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
