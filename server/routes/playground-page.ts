/** The playground’s page: a form with a lesson, with a run, or with what is wrong in it. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { lessonSteps, lessonStrip } from '../../views/page/lesson-strip.ts';
import { page } from '../../views/page/page.ts';
import { isEditorOpen } from '../../views/page/program.ts';
import { followedBar } from '../../views/room/bar.ts';
import { emptySection, runSection, type Ways } from '../../views/run/run.ts';
import type { RunProps as ViewedRun } from '../../views/run/view.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { isolated } from '../words/isolated.ts';
import { sentence } from '../words/sentence.ts';
import { addressOf, baseOf, publicUrlOf, siteOf } from './address.ts';
import { KEEP_TYPED, unlist } from './caching.ts';
import { type FormContent, formOf } from './form-props.ts';
import { orderContext } from './order-context.ts';
import { ownRoom } from './own-room.ts';
import { ownRuns } from './own-runs.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { offeredIn } from './room-rules.ts';
import { barPropsOf } from './rounds.ts';
import { sideOf } from './side.ts';
import { plannedOf, viewOf } from './view.ts';

/** The content of the playground's page. */
export type PageContent = FormContent & {
  nav?: 'new' | 'challenges';
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
