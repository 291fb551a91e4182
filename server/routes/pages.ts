/** The pages around runs: a lesson, a new program, the list of one’s runs, the glossary, and what is stored. */
import type { Context } from 'hono';
import { Hono } from 'hono';
import { page } from '../../views/page/page.ts';
import { privacyText } from '../../views/page/privacy.ts';
import { type ListedRun, runList } from '../../views/page/run-list.ts';
import { termList } from '../../views/page/terms.ts';
import type { Spec } from '../spec/spec.ts';
import { addressOf, baseOf, siteOf } from './address.ts';
import { ASK_AGAIN, KEEP_TYPED } from './caching.ts';
import { failure } from './failure.ts';
import { lessonValues, newValues, valuesOf, withQuery } from './form-values.ts';
import { ownRoom } from './own-room.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { playgroundPage } from './playground-page.ts';
import { withinLimits } from './room-rules.ts';
import { entryOf, lessonOf } from './view.ts';

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
