/** The pages of the playground: with a lesson, with a run, or with the errors of its form; and the lists. */
import type { Context } from 'hono';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { UNKNOWN } from '../../views/form/expected.ts';
import { type FormProps, runForm } from '../../views/form/form.ts';
import type { FormValues } from '../../views/form/values.ts';
import { lessonSteps, lessonStrip } from '../../views/page/lesson-strip.ts';
import { page } from '../../views/page/page.ts';
import { privacyText } from '../../views/page/privacy.ts';
import { isEditorOpen } from '../../views/page/program.ts';
import { type ListedRun, runList } from '../../views/page/run-list.ts';
import { termList } from '../../views/page/terms.ts';
import { followedBar } from '../../views/room/bar.ts';
import { emptySection, runSection, type Ways } from '../../views/run/run.ts';
import type { RunProps as ViewedRun } from '../../views/run/view.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { Room } from '../rooms/room.ts';
import type { RunRecord } from '../runs/execution.ts';
import { lanesThatFit } from '../spec/lanes.ts';
import { isPython } from '../spec/runtimes.ts';
import { type CodeError, type FieldErrors, MAX_REPEAT, type Spec } from '../spec/spec.ts';
import { isolated } from '../words/isolated.ts';
import { sentence } from '../words/sentence.ts';
import { addressOf, baseOf, publicUrlOf, siteOf } from './address.ts';
import { ASK_AGAIN, KEEP_TYPED, unlist } from './caching.ts';
import { expectedOf } from './expected.ts';
import { failure } from './failure.ts';
import { cellForm, lessonValues, newValues, valuesOf, withQuery } from './form-values.ts';
import { orderContext } from './order-context.ts';
import { ownRoom } from './own-room.ts';
import { ownRuns } from './own-runs.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { offeredIn, withinLimits } from './room-rules.ts';
import { barPropsOf } from './rounds.ts';
import { sideOf } from './side.ts';
import { cellIn, codeIn, entryOf, lessonOf, plannedOf, viewOf } from './view.ts';

/** Most runs and families in the list. */
const LISTED = 100;

/** Routes `/`, `/lessons/:slug`, `/new`, `/runs`, `/terms` and `/privacy`. */
export function pageRoutes(playground: Playground): Hono<Env> {
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  routes.get('/', async (c) => {
    await remember(c);
    const from = c.req.query('from');
    const source = from
      ? ((await playground.runs.get(from)) ?? (await playground.families.stored(from)))
      : null;
    const first = playground.lessons[0];
    if (source) {
      const values = valuesOf(source.spec, 'kind' in source ? source : null);
      return playgroundPage(c, playground, { values });
    }
    if (!first) return failure(c, playground, 404, 'There are no lessons here.');
    return playgroundPage(c, playground, { values: lessonValues(first, playground.health.offered(false)) });
  });

  routes.get('/lessons/:slug', async (c) => {
    const lesson = lessonOf(playground.lessons, c.req.param('slug'));
    if (!lesson) return failure(c, playground, 404, 'There is no such lesson.');
    await remember(c);
    const values = withQuery(
      lessonValues(lesson, playground.health.offered(false)),
      new URL(c.req.url).searchParams,
    );
    return playgroundPage(c, playground, { values });
  });

  routes.get('/new', async (c) => {
    await remember(c);
    const query = new URL(c.req.url).searchParams;
    const values = withQuery(newValues(playground.health.offered(true), query.get('runtime')), query);
    // From a room, it stays in the room.
    const room = await playground.rooms.find(c.req.query('room') ?? '');
    const seat = room?.memberOf(c.get('person'))
      ? { room, values: withinLimits(values, room.state) }
      : { values };
    return playgroundPage(c, playground, { ...seat, nav: 'new', heading: 'New program' });
  });

  routes.get('/runs', async (c) => {
    const person = await remember(c);
    const [alone, families] = await Promise.all([
      playground.runs.ofPerson(person, LISTED),
      playground.families.ofPerson(person, LISTED),
    ]);
    const runs: ListedRun[] = [...alone, ...families]
      .sort((a, b) => b.createdAt - a.createdAt)
      .slice(0, LISTED);
    const titleOf = (spec: Spec) => entryOf(playground.lessons, spec)?.title ?? spec.lesson;
    return c.html(
      page({
        title: 'My runs',
        site: siteOf(playground, c),
        body: runList(runs, titleOf, base, c.req.query('deleted') !== undefined),
        nav: 'runs',
        isListed: false,
      }),
    );
  });

  routes.get('/terms', (c) =>
    c.html(
      page({
        title: 'Glossary',
        site: siteOf(playground, c),
        body: termList(base),
        nav: 'terms',
        address: addressOf(c, playground.settings),
      }),
      200,
      cachingFor(c),
    ),
  );

  routes.get('/privacy', (c) => {
    const { RETENTION_DAYS: retentionDays, DATABASE_URL } = playground.settings;
    const body = privacyText({ retentionDays, isShared: DATABASE_URL !== null, base });
    return c.html(
      page({
        title: 'What is stored about you',
        site: siteOf(playground, c),
        body,
        nav: 'privacy',
        address: addressOf(c, playground.settings),
      }),
      200,
      cachingFor(c),
    );
  });

  /** A page that is the same for everyone in no room. */
  function cachingFor(c: Context<Env>) {
    return ownRoom(c, playground) ? KEEP_TYPED : ASK_AGAIN;
  }
  return routes;
}

/** The content of the playground's page. */
export type PageContent = {
  values: FormValues;
  errors?: FieldErrors;
  codeErrors?: CodeError[];
  message?: string;
  run?: RunRecord;
  nav?: 'new' | 'challenges';
  /** The room that the page is in. */
  room?: Room;
  /** The number of the room's program that the form has to begin with. */
  start?: number;
  /** The bar above the page; by default, that of a member of the room. */
  bar?: ReturnType<typeof followedBar>;
  /** The heading of a page without a run; by default, the title of its program. */
  heading?: string;
  status?: 200 | 422 | 429 | 503;
};

/** Responds with the playground's page. While its run is under way, a browser without script reloads the page. */
export async function playgroundPage(
  c: Context<Env>,
  playground: Playground,
  content: PageContent,
): Promise<Response> {
  const { lessons } = playground;
  const base = baseOf(playground.settings);
  await playground.health.look();
  const { values, run, nav = 'playground', heading, status = 200 } = content;
  const known = run ? await viewOf(run, c.get('person'), playground) : null;
  const order = run ? await orderContext(run, playground) : null;
  const view = known && { ...known, order, guess: guessIn(c.req.query('guess'), known.lesson) };
  const planned = view ?? plannedOf(playground, values);
  const { lesson } = planned;
  // Within a room, other lessons are those that it offers.
  const { room } = content;
  const way = room ? `${base}/rooms/${room.code}` : base;
  const offered = room ? offeredIn(lessons, room.state) : lessons;
  const state = view?.timeline.state;
  const side = sideOf(playground, planned, { heading, way });
  const member = content.room?.memberOf(c.get('person'));
  const own = content.room && member && followedBar(barPropsOf(playground, content.room, member));
  const bar = content.bar ?? own ?? null;
  const body = html`<div class="side">
${bar}
${side?.intro}
${formOf(playground, content)}
${side?.explanation}
</div>
${view ? runSection(view, await waysOf(c, playground)) : emptySection(planned)}
${lesson && lessonSteps(offered, values.lesson, way)}`;
  // A run, or a program that somebody wrote.
  const isListed = view === null && c.req.query('from') === undefined && planned.spec.code === '';
  if (!isListed) unlist(c);
  const title = pageTitle(heading ?? lesson?.title);
  const isLive = view !== null && state !== 'ended';
  return c.html(
    page({
      title,
      site: siteOf(playground, c, room && member ? ownRoom(c, playground, room) : null),
      body,
      strip: lessonStrip(offered, values.lesson, way),
      nav,
      isListed,
      hasRun: view !== null,
      hasStrips: getCookie(c, 'strips') === '1',
      isEditing:
        planned.lesson !== null &&
        isEditorOpen({ ...planned, entry: planned.lesson, runId: view?.id ?? null }),
      ...(isLive && { refreshSeconds: 2 }),
      ...(view ? { card: cardOf(c, playground, view) } : { address: addressOf(c, playground.settings) }),
    }),
    status,
    // The page of a run offers the reader's own runs, and what the reader may do.
    view === null ? KEEP_TYPED : {},
  );
}

/** Returns the title of the document of a program's page. */
export function pageTitle(program: string | undefined): string {
  return [isolated(program ?? ''), 'Concurrency Playground'].filter(Boolean).join(' · ');
}

/** Returns the index of a choice that was made without script, from the page's address; null if there is none. */
function guessIn(text: string | undefined, lesson: CatalogueEntry | null): number | null {
  const index = /^\d{1,2}$/.test(text ?? '') ? Number(text) : -1;
  return lesson?.prediction.choices[index] === undefined ? null : index;
}

/** Returns what a run's page needs to share the run, or to compare it. */
export async function waysOf(c: Context<Env>, playground: Playground): Promise<Ways> {
  const publicUrl = publicUrlOf(c, playground.settings);
  return { publicUrl, own: await ownRuns(playground, c.get('person'), false) };
}

/** Returns the link card of a run, which other sites show. */
function cardOf(c: Context<Env>, { settings }: Playground, { id, timeline, lesson }: ViewedRun) {
  const url = `${publicUrlOf(c, settings)}/runs/${id}`;
  return { url, image: `${url}.png`, description: sentence(timeline, lesson?.claim) };
}

/** Renders the form with the typed values and their errors. */
export function formOf(playground: Playground, content: Omit<PageContent, 'status'>) {
  return runForm(formProps(playground, content));
}

/** Returns what the form is rendered from. */
export function formProps(
  playground: Playground,
  {
    values,
    errors = {},
    codeErrors = [],
    message = errors[''],
    run,
    room,
    start,
  }: Omit<PageContent, 'status'>,
): FormProps {
  const { health, sandbox } = playground;
  const { MAX_JOBS: maxJobs, MAX_PROCESSES, MEMORY_MIB, PASS_SECONDS: passSeconds } = playground.settings;
  const lesson = lessonOf(playground.lessons, values.lesson);
  // A changed program may use what the lesson's ignores.
  const isOwn = codeIn(playground, values) !== '';
  const cell = cellIn(values);
  const pythons = health.offered(false).filter(isPython);
  const maxProcesses = Math.min(MAX_PROCESSES, lanesThatFit('processes', MEMORY_MIB));
  return {
    base: baseOf(playground.settings),
    values,
    errors,
    codeErrors,
    hasRun: run !== undefined,
    isOwn,
    isFixed: isOwn && cell === null && sandbox.runtimes.length === 0,
    isByHand: playground.settings.MAX_PLAYS > 0,
    // An error at the field is not repeated here.
    expected:
      errors.repeat || errors.sweep || errors.everyRuntime || errors.explore
        ? UNKNOWN
        : expectedOf(playground, values),
    lesson: cell
      ? cellForm(cell, pythons)
      : lesson && {
          ...(isOwn ? { slug: lesson.slug } : lesson),
          values: lessonValues(lesson, health.offered(false)),
        },
    sandbox: cell
      ? { runtimes: pythons, why: 'The notebook is in Python.' }
      : { runtimes: health.offered(true), why: sandbox.why },
    runtimes: health.offered(false),
    limits: {
      maxRepeat: MAX_REPEAT,
      maxJobs: Math.min(maxJobs, room?.state.maxJobs ?? maxJobs),
      maxProcesses,
      passSeconds: Math.min(passSeconds, room?.state.maxSeconds ?? passSeconds),
    },
    ...((message ?? health.noRun) && { message: message ?? health.noRun ?? '' }),
    ...(room && { room: room.code }),
    ...(start !== undefined && { start }),
  };
}
