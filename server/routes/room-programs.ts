/** The program of a room: the teacher gives it, each member gets a copy, and the teacher sees what they changed. */
import { type Context, Hono } from 'hono';
import { page } from '../../views/page/page.ts';
import { changesPage } from '../../views/room/changes.ts';
import { type GiveErrors, givePage } from '../../views/room/give.ts';
import { NEW_PROGRAM, NEW_SETTINGS } from '../programs/new-program.ts';
import type { Room } from '../rooms/room.ts';
import { type Language, languageOf } from '../spec/language.ts';
import { isPython } from '../spec/runtimes.ts';
import { DEFAULTS, type FieldErrors, type Spec } from '../spec/spec.ts';
import { changesOf } from '../words/changes.ts';
import { baseOf, siteOf } from './address.ts';
import { checkSpec } from './check.ts';
import { runIdIn } from './compare.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { memberAt, NOT_IN, roomToTeach, toTeach } from './room-access.ts';
import { entryOf, lessonOf } from './view.ts';

const NO_LINK = 'Paste the link of a run: it ends in /runs/ and 21 letters, digits, - or _.';
const NO_RUN = 'There is no run at this link. It may have been mistyped, or the run has expired.';

/** Routes `/rooms/:code/program`, its text for members, and a member’s changes to it. */
export function roomProgramRoutes(playground: Playground): Hono<Env> {
  const { runs, lessons, settings } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  const pathsOf = ({ code, teacherKey }: Room) => ({
    address: `${base}/rooms/${code}`,
    key: `?key=${teacherKey}`,
  });
  const show = (
    c: Context<Env>,
    room: Room,
    typed: { program: string; run: string; language: Language },
    errors: GiveErrors = {},
  ) => {
    const { program, run, language } = typed;
    const languages = new Set(playground.sandbox.runtimes.map(languageOf));

    const body = givePage({
      ...{ ...pathsOf(room), code: room.code, program, run, errors },
      language: languages.size > 1 || language === 'py' ? language : null,
    });
    const title = `Program of room ${room.code}`;
    const status = Object.keys(errors).length === 0 ? 200 : 422;
    return c.html(page({ title, site: siteOf(playground, c), body, nav: 'rooms', isListed: false }), status);
  };

  routes.get('/rooms/:code/program', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const { code: program, runtime } = await startOf(playground, room);
    return show(c, room, { program, run: '', language: languageOf(runtime ?? DEFAULTS.runtime) });
  });

  routes.post('/rooms/:code/program', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const form = await c.req.formData().catch(() => new FormData());
    const start = await startOf(playground, room);
    const given = form.get('language');
    const language = given === 'py' || given === 'ts' ? given : languageOf(start.runtime ?? DEFAULTS.runtime);
    const typed = { program: String(form.get('code') ?? ''), run: String(form.get('run') ?? ''), language };
    const isRun = form.get('do') === 'run';
    const program = isRun
      ? await programOfRun(playground, typed.run)
      : { ...inLanguage(start, language), code: typed.program };
    if (program instanceof Error) return show(c, room, typed, { run: program.message });
    const checked = await checkProgram(c, playground, program);
    if (!checked.ok) return show(c, room, typed, { [isRun ? 'run' : 'program']: checked.message });
    await room.give(checked.spec);
    return toTeach(c, playground, room, 'program');
  });

  routes.get('/rooms/:code/program.json', async (c) => {
    const found = await memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN);
    const number = c.req.query('number');
    const spec = await found.room.program(number === undefined ? undefined : Number(number) || 0);
    if (spec === null) return failure(c, playground, 404, 'There is no such program in this room.');
    const { code, ...settings } = withoutSeed(spec);
    return c.json({ code, fields: fieldsOf(settings) });
  });

  routes.get('/rooms/:code/members/:number/program', async (c) => {
    const room = await roomToTeach(c, playground);
    if (room instanceof Response) return room;
    const member = room.member(Number(c.req.param('number')));
    if (member === null) return failure(c, playground, 404, 'There is no such member in this room.');
    const run = member.run === null ? null : await runs.get(member.run);
    const { code: start, title } = await comparedWith(playground, room, run?.spec ?? null);
    const own = run === null ? '' : (entryOf(lessons, run.spec)?.program ?? '');
    const body = changesPage({
      ...pathsOf(room),
      base,
      name: member.name,
      run: run?.id ?? null,
      start: title,
      program: own,
      changes: changesOf(start, own),
    });
    const site = siteOf(playground, c);
    return c.html(page({ title: `Program of ${member.name}`, site, body, nav: 'rooms', isListed: false }));
  });

  /** Returns what the program of a run is compared with: its lesson's, or the one that was given to the room. */
  async function comparedWith(
    { lessons }: Playground,
    room: Room,
    spec: Spec | null,
  ): Promise<{ code: string; title: string }> {
    const { lesson = '', runtime = DEFAULTS.runtime } = spec ?? {};
    const own = entryOf(lessons, { lesson: lesson === '' ? room.state.lesson : lesson, code: '', runtime });
    const given = lesson === '' ? await room.program() : null;
    if (given) return { code: given.code, title: room.state.program?.title ?? '' };
    return { code: own?.program ?? '', title: own?.title ?? '' };
  }
  return routes;
}

/** A program with its settings, before it is checked. */
export type Given = Omit<Partial<Spec>, 'lesson' | 'seed'> & { code: string };

/** Returns settings for a program in a language: with another runtime, if theirs runs the other one. */
function inLanguage(given: Given, language: Language): Given {
  const { runtime = DEFAULTS.runtime, ...rest } = given;
  if (languageOf(runtime) === language) return given;
  return language === 'py' ? { ...rest, runtime: 'python' } : rest;
}

/** Returns what the room is about now: the program that was given, or that of its lesson. */
export async function startOf({ lessons }: Playground, room: Room): Promise<Given> {
  const given = await room.program();
  if (given) return withoutSeed(given);
  const lesson = lessonOf(lessons, room.state.lesson);
  if (!lesson) return { ...NEW_SETTINGS, code: NEW_PROGRAM };
  // The program is the one in TypeScript.
  const { repeat: _, seed: __, runtime: ___, ...settings } = lesson.settings;
  return { ...settings, code: lesson.program };
}

/** Returns the program and the settings of the run at a link, or why there are none. */
export async function programOfRun(
  { runs, lessons, sandbox }: Playground,
  link: string,
): Promise<Given | Error> {
  const id = runIdIn(link);
  if (id === null) return new Error(NO_LINK);
  const run = await runs.get(id).catch((error: Error) => error);
  if (run instanceof Error) return run;
  if (run === null) return new Error(NO_RUN);
  const { spec } = run;
  // A lesson's program has both languages: where changed ones cannot be in Python, the other is given.
  const isRefused = spec.code === '' && isPython(spec.runtime) && !sandbox.runtimes.includes(spec.runtime);
  const given = { ...spec, runtime: isRefused ? DEFAULTS.runtime : spec.runtime };
  const code = entryOf(lessons, given)?.program;
  return code ? { ...withoutSeed(given), code } : new Error(NO_RUN);
}

/** Returns settings as the fields of a form. */
function fieldsOf(settings: Omit<Given, 'code'>): Record<string, string | string[]> {
  const entries = Object.entries(settings).map(([name, value]): [string, string | string[]] => [
    name,
    Array.isArray(value) ? value : String(value ?? ''),
  ]);
  return Object.fromEntries(entries);
}

function withoutSeed({ lesson: _, seed: __, ...given }: Spec): Given {
  return given;
}

/** Checks a program with its settings, and compiles it. */
export async function checkProgram(
  c: Context<Env>,
  playground: Playground,
  { runtime, ...given }: Given,
): Promise<{ ok: true; spec: Spec } | { ok: false; message: string }> {
  // A Python tells the language, so that it is not replaced by a runtime that fits.
  const fits = runtime !== undefined && (isPython(runtime) || playground.sandbox.runtimes.includes(runtime));
  const checked = await checkSpec(c, playground, { ...given, lesson: '', ...(fits && { runtime }) });
  if (checked.ok) return { ok: true, spec: checked.spec };
  return { ok: false, message: wordsOf(checked.errors) };
}

function wordsOf(errors: FieldErrors): string {
  return Object.values(errors).join('\n');
}
