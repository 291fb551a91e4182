/** Reads a `lesson.ts` and checks it before use. */
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { MODES } from '../spec/modes.ts';
import { specParser } from '../spec/parse.ts';
import { RUNTIMES } from '../spec/runtimes.ts';
import { WORKS } from '../spec/spec.ts';
import { ignoredBy } from './ignored.ts';
import { GROUPS, IGNORABLE, type Lesson } from './lesson.ts';
import { LessonError } from './read-program.ts';

const text = z.string('must be a text');
const number = z.number('must be a number');
const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: ({ code }) => (code === 'invalid_type' ? 'must be an object' : undefined) });

const lessonSchema: z.ZodType<Lesson> = object({
  group: z.enum(GROUPS),
  order: number,
  title: text.min(1, 'must not be empty'),
  settings: object({
    modes: z.array(z.enum(MODES)),
    runtime: z.enum(RUNTIMES),
    jobs: number,
    workers: number.nullable(),
    minSeconds: number,
    maxSeconds: number,
    work: z.enum(WORKS),
    seed: number,
  }).partial(),
  ignores: z.array(z.enum(IGNORABLE)).optional(),
  scriptMode: z.enum(MODES).optional(),
  passSeconds: z
    .custom<NonNullable<Lesson['passSeconds']>>((value) => typeof value === 'function', 'must be a function')
    .optional(),
  prediction: object({ question: text, choices: z.array(text) }),
  text: object({ lookFor: text, happened: text, javascript: text, inRealWork: text }),
});

/** The highest limits that a server may have (settings.ts): a lesson must not depend on those of this server. */
const HIGHEST_LIMITS = { maxJobs: 1000, maxProcesses: 1000 };

/** Reads the lesson in `file`, of a program with the text `program`. Rejects with `LessonError`, which has a line for each error, starting with the file. */
export async function readLesson(file: string, program: string): Promise<Lesson> {
  const refuse = (errors: [field: string, message: string][], cause?: unknown): never => {
    const lines = errors.map(([field, message]) => `${file}: ${field === '' ? '' : `${field}: `}${message}`);
    throw new LessonError(lines.join('\n'), { cause });
  };
  const module: { default?: unknown } = await import(pathToFileURL(file).href).catch((cause) =>
    refuse([['', String(cause).split('\n', 1)[0] ?? '']], cause),
  );
  if (module.default === undefined) refuse([['', 'has no default export, which is the lesson.']]);
  const parsed = lessonSchema.safeParse(module.default);
  if (!parsed.success) {
    return refuse(parsed.error.issues.map(({ path, message }) => [path.join('.'), message]));
  }
  // The form's rules apply too: settings that break them could not be run.
  const spec = specParser({ ...HIGHEST_LIMITS, lessons: new Map([['it', {}]]) })({
    ...parsed.data.settings,
    lesson: 'it',
  });
  if (!spec.ok) refuse(Object.entries(spec.errors).map(([field, message]) => [`settings.${field}`, message]));
  const ignored = ignoredBy(program);
  const used = parsed.data.ignores?.find((control) => !ignored.includes(control));
  if (used !== undefined) refuse([['ignores', `the program uses ${used}`]]);
  return parsed.data;
}
