/** Programs to download: a lesson's as it is, or a run's as one script for Node, Deno or Python. */
import fs from 'node:fs';
import path from 'node:path';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import {
  fileNameOf,
  LANGUAGES,
  NoScriptError,
  otherLanguage,
  type ScriptSource,
  scriptOf,
} from '../exports/script.ts';
import { nameOf } from '../lessons/own-program.ts';
import { LESSONS } from '../programs/build.ts';
import { NEW_PROGRAMS } from '../programs/new-program.ts';
import { isPython } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import { publicUrlOf } from './address.ts';
import { ASK_AGAIN } from './caching.ts';
import { failure } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { entryOf, lessonOf } from './view.ts';

/** Types that a browser shows rather than saves. A program that somebody wrote is never JavaScript to a browser. */
const CONTENT_TYPES = { mjs: 'text/javascript', ts: 'text/plain', py: 'text/plain' } as const;

/** Routes the programs of lessons and runs. `lessonsFolder` contains their sources. */
export function scriptRoutes(playground: Playground, lessonsFolder = LESSONS): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/lessons/:slug/program.ts', etag(), (c) => {
    const lesson = lessonOf(playground.lessons, c.req.param('slug'));
    if (!lesson) return failure(c, playground, 404, 'There is no such lesson.');
    return c.body(lesson.program, 200, {
      'Content-Type': `${CONTENT_TYPES.ts}; charset=utf-8`,
      'Content-Disposition': 'inline; filename="program.ts"',
      ...ASK_AGAIN,
    });
  });

  routes.get('/lessons/:slug/program.py', etag(), (c) => {
    const text = lessonOf(playground.lessons, c.req.param('slug'))?.python ?? null;
    if (text === null)
      return failure(c, playground, 404, 'There is no such lesson with a program in Python.');
    return c.body(text, 200, {
      'Content-Type': `${CONTENT_TYPES.py}; charset=utf-8`,
      'Content-Disposition': 'inline; filename="program.py"',
      ...ASK_AGAIN,
    });
  });

  // What the editor begins with when another language is chosen.
  routes.get('/new/:file{program\\.(?:ts|py)}', etag(), (c) => {
    const language = c.req.param('file') === 'program.py' ? 'py' : 'ts';
    return c.body(NEW_PROGRAMS[language], 200, {
      'Content-Type': `${CONTENT_TYPES[language]}; charset=utf-8`,
      'Content-Disposition': `inline; filename="program.${language}"`,
      ...ASK_AGAIN,
    });
  });

  // Exactly what somebody typed, as text: never anything that a browser would execute.
  routes.get('/runs/:id/:file{source\\.(?:ts|py)}', etag(), async (c) => {
    const run = await playground.runs.get(c.req.param('id'));
    const ending = c.req.param('file') === 'source.py' ? 'py' : 'ts';
    const text = run && sourceIn(run.spec, ending);
    if (!run || text === null) return failure(c, playground, 404, 'There is no run at this address.');
    if (text === '') return failure(c, playground, 404, otherLanguage(run.spec));
    return c.body(text, 200, {
      'Content-Type': `${CONTENT_TYPES[ending]}; charset=utf-8`,
      'Content-Disposition': `attachment; filename="${nameOf(run.spec)}.${ending}"`,
      ...ASK_AGAIN,
    });
  });

  /** Returns a run's program in a language: empty if it is in the other one, null if its lesson no longer exists. */
  function sourceIn({ lesson, code, runtime }: Spec, ending: 'ts' | 'py'): string | null {
    if (code !== '') return isPython(runtime) === (ending === 'py') ? code : '';
    const found = lessonOf(playground.lessons, lesson);
    return found && (ending === 'py' ? (found.python ?? '') : found.program);
  }

  routes.get(`/runs/:id/:file{program\\.(?:${LANGUAGES.join('|')})}`, etag(), async (c) => {
    const id = c.req.param('id');
    const language = LANGUAGES.find((extension) => c.req.param('file') === `program.${extension}`);
    const run = await playground.runs.get(id);
    if (!run || !language) return failure(c, playground, 404, 'There is no run at this address.');
    try {
      const mode = entryOf(playground.lessons, run.spec)?.scriptMode;
      const address = `${publicUrlOf(c, playground.settings)}/runs/${id}`;
      const source =
        run.spec.code === ''
          ? { ...sourceOf(lessonsFolder, run.spec, address), mode }
          : await ownSource(c, run.spec, address);
      const [type, disposition] =
        run.spec.code === '' ? [CONTENT_TYPES[language], 'inline'] : ['text/plain', 'attachment'];
      return c.body(scriptOf(language, source), 200, {
        'Content-Type': `${type}; charset=utf-8`,
        'Content-Disposition': `${disposition}; filename="${fileNameOf(language, run.spec)}"`,
        ...ASK_AGAIN,
      });
    } catch (error) {
      if (error instanceof NoScriptError) return failure(c, playground, 404, error.message);
      throw error;
    }
  });
  /** Returns the sources for a program that somebody wrote. */
  async function ownSource(c: Context<Env>, spec: Spec, address: string): Promise<ScriptSource> {
    const { code } = spec;
    const prelude = read(path.join(lessonsFolder, 'prelude.py'));
    const { fairUse, programs } = playground;
    const compiled = await fairUse.compile(c.get('user'), (took) => programs.of(spec, took));
    const { isScript } = compiled;
    if (isPython(spec.runtime))
      return {
        spec,
        address,
        program: '',
        python: prelude === null ? null : { prelude, program: code },
        isScript,
      };
    // Types are stripped in the compile process only.
    return { spec, address, program: code, plain: 'text' in compiled ? compiled.text : '', python: null };
  }
  return routes;
}

/** Reads the sources of a run's program. Throws `NoScriptError` if its lesson no longer exists. */
function sourceOf(folder: string, spec: Spec, address: string): ScriptSource {
  const program = read(path.join(folder, spec.lesson, 'program.ts'));
  if (program === null) throw new NoScriptError(`This run’s lesson, "${spec.lesson}", no longer exists.`);
  const prelude = read(path.join(folder, 'prelude.py'));
  const python = read(path.join(folder, spec.lesson, 'program.py'));
  const isBoth = prelude !== null && python !== null;
  return { spec, address, program, python: isBoth ? { prelude, program: python } : null };
}

/** Returns the text of a file, or null if there is none. */
function read(file: string): string | null {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
}
