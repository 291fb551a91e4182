/** Reads a `lesson.ts` or a `claim.ts`, and checks it before use. */
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { MODES } from '../spec/modes.ts';
import { specParser } from '../spec/parse.ts';
import { PYTHONS, RUNTIMES } from '../spec/runtimes.ts';
import { WORKS } from '../spec/spec.ts';
import type { Claim } from '../words/claim.ts';
import { ignoredBy } from './ignored.ts';
import { GROUPS, IGNORABLE, type Lesson } from './lesson.ts';
import { LessonError } from './read-program.ts';

const text = z.string('must be a text');
const number = z.number('must be a number');
const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: ({ code }) => (code === 'invalid_type' ? 'must be an object' : undefined) });

const aFunction = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'must be a function');

const lessonSchema: z.ZodType<Lesson> = object({
  group: z.enum(GROUPS),
  order: number,
  title: text.min(1, 'must not be empty'),
  shortTitle: text.min(1, 'must not be empty').optional(),
  settings: object({
    modes: z.array(z.enum(MODES)),
    runtime: z.enum(RUNTIMES),
    jobs: number,
    workers: number.nullable(),
    minSeconds: number,
    maxSeconds: number,
    work: z.enum(WORKS),
    seed: number,
    repeat: number,
  }).partial(),
  offer: object({
    words: text,
    settings: object({
      jobs: number,
      minSeconds: number,
      maxSeconds: number,
      everyRuntime: z.literal(true, 'must be true, or left out'),
    }).partial(),
  }).optional(),
  ignores: z.array(z.enum(IGNORABLE)).optional(),
  scriptMode: z.enum(MODES).optional(),
  passSeconds: aFunction<NonNullable<Lesson['passSeconds']>>().optional(),
  prediction: object({ question: text, choices: z.array(text) }),
  text: object({ lookFor: text, happened: text, javascript: text, inRealWork: text }),
});

const claimSchema: z.ZodType<Claim> = object({
  tellsTrouble: z.literal(true, 'must be true, or left out').optional(),
  headline: aFunction<Claim['headline']>(),
  answer: aFunction<Claim['answer']>(),
});

/** The highest limits that a server may have (settings.ts): a lesson must not depend on those of this server. */
const HIGHEST_LIMITS = { maxJobs: 1000, maxProcesses: 1000 };

/** Whether a server has a Python is not for the lesson to know. */
const ANY_PYTHON = { runtimes: PYTHONS, why: '', lessons: new Set(['it']) };

type Wrong = [field: string, message: string][];

function refuse(file: string, errors: Wrong, cause?: unknown): never {
  const lines = errors.map(([field, message]) => `${file}: ${field === '' ? '' : `${field}: `}${message}`);
  throw new LessonError(lines.join('\n'), { cause });
}

/** Returns the default export of `file`, checked by `schema`; `what` says what it should be. */
async function readDefault<Type>(file: string, what: string, schema: z.ZodType<Type>): Promise<Type> {
  const module: { default?: unknown } = await import(pathToFileURL(file).href).catch((cause) =>
    refuse(file, [['', String(cause).split('\n', 1)[0] ?? '']], cause),
  );
  if (module.default === undefined) refuse(file, [['', `needs a default export: the ${what}.`]]);
  const parsed = schema.safeParse(module.default);
  if (parsed.success) return parsed.data;
  return refuse(
    file,
    parsed.error.issues.map(({ path, message }) => [path.join('.'), message]),
  );
}

/**
 * Reads the lesson in `file`, of a program with the text `program`. Rejects with `LessonError`, which has a line for
 * each error, starting with the file.
 */
export async function readLesson(file: string, program: string): Promise<Lesson> {
  const lesson = await readDefault(file, 'lesson', lessonSchema);
  // The form's rules apply too: settings that break them could not be run.
  const { settings, offer } = lesson;
  const parse = specParser({ ...HIGHEST_LIMITS, lessons: new Map([['it', {}]]), python: ANY_PYTHON });
  const all = { settings, ...(offer && { 'offer.settings': { ...settings, ...offer.settings } }) };
  for (const [name, fields] of Object.entries(all)) {
    const spec = parse({ ...fields, lesson: 'it' });
    if (!spec.ok)
      refuse(
        file,
        Object.entries(spec.errors).map(([field, message]) => [`${name}.${field}`, message]),
      );
  }
  const ignored = ignoredBy(program);
  const used = lesson.ignores?.find((control) => !ignored.includes(control));
  if (used !== undefined) refuse(file, [['ignores', `must not have "${used}": the program uses it`]]);
  return lesson;
}

/** Reads the claim in `file`. Rejects like {@link readLesson}. */
export async function readClaim(file: string): Promise<Claim> {
  return readDefault(file, 'claim', claimSchema);
}
