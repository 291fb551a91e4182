/** The form that somebody submitted to execute a program: its fields, by whom and in which room, and refusing it. */
import type { Context } from 'hono';
import type { FormValues } from '../../views/form/values.ts';
import { SHOWN } from '../../views/page/own-intro.ts';
import type { Room } from '../rooms/room.ts';
import type { Submitter } from '../runs/runs.ts';
import { failure, isHtmx } from './failure.ts';
import { formOf } from './form-props.ts';
import { typedValues } from './form-values.ts';
import { type Env, rememberSubmitter } from './person.ts';
import type { Playground } from './playground.ts';
import { type PageContent, playgroundPage } from './playground-page.ts';

/** The field of the guess, which is no part of a run. */
export const GUESS = 'guess';
/** The field with the code of the room that the run is made in. */
const ROOM = 'room';
/** The field with the number of the room's program that the form began with. */
const START = 'start';
/** Fields of the form that are about the page, not about a run. */
const NOT_OF_RUNS: readonly string[] = [GUESS, SHOWN, ROOM, START];
const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** What was submitted: the values as typed, by whom, and where. */
type Submission = {
  values: FormValues;
  by: Submitter;
  /** The room, and the number of its program that the form began with; undefined outside of rooms. */
  inRoom: { room: Room; start?: number } | undefined;
};

/** Returns the form in a request, or the response if there is none. */
export async function formIn(c: Context<Env>, playground: Playground): Promise<FormData | Response> {
  if (!FORM_TYPES.test(c.req.header('content-type') ?? ''))
    return failure(c, playground, 415, 'Send a form here, or JSON to /api/runs.');
  const form = await c.req.formData().catch(() => null);
  return form ?? failure(c, playground, 400, 'The form could not be read. Reload the page and try again.');
}

/** Returns what a form submits; its sender is remembered. */
export async function submissionIn(
  c: Context<Env>,
  { rooms }: Playground,
  form: FormData,
): Promise<Submission> {
  const submitter = await rememberSubmitter(c);
  const room = await rooms.find(String(form.get(ROOM) ?? ''));
  const seat = room?.seatOf(submitter.person);
  const maxSeconds = room?.state.maxSeconds ?? null;
  const by = { ...submitter, ...(seat && { seat, ...(maxSeconds !== null && { maxSeconds }) }) };
  const start = /^\d{1,9}$/.exec(String(form.get(START) ?? ''))?.[0];
  const inRoom = room && seat ? { room, ...(start !== undefined && { start: Number(start) }) } : undefined;
  return { values: typedValues(form), by, inRoom };
}

/** Responds with the form as typed, and its errors. */
export function refuseForm(
  c: Context<Env>,
  playground: Playground,
  content: PageContent & { status: 422 | 429 | 503 },
): Response | Promise<Response> {
  if (!isHtmx(c)) return playgroundPage(c, playground, content);
  const { message = content.errors?.[''] ?? '', status } = content;
  // Nothing in the form is wrong: it stays as it is, with the cursor where it was.
  if (status !== 422) return failure(c, playground, status, message);
  c.header('HX-Retarget', '#run-form');
  c.header('HX-Reswap', 'outerHTML');
  return c.html(formOf(playground, content), status);
}

/** Returns the fields as `parseSpec` expects them: lists for the modes and for fields sent twice, text for others. */
export function fieldsOf(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  // In one pass: with `getAll` for each name, the largest body would take ten seconds.
  for (const [name, value] of form) {
    if (NOT_OF_RUNS.includes(name)) continue;
    const before = fields[name];
    if (before === undefined) fields[name] = name === 'modes' ? [value] : value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = [before, value];
  }
  fields.modes ??= [];
  return fields;
}
