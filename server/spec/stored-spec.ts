/** Reads specs that were stored: within the widest limits that a server can be set to. */
import { z } from 'zod';
import { MAX_SECONDS } from './fields.ts';
import { MODES } from './modes.ts';
import { RUNTIMES } from './runtimes.ts';
import { type Spec, WORKS } from './spec.ts';

/** The highest that `MAX_JOBS` can be set to. */
const MOST_JOBS = 1000;

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
