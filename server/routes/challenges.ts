/** Challenges: the list, and the page of each with its program in the form. */
import { Hono } from 'hono';
import { challengeList } from '../../views/challenge/list.ts';
import { page } from '../../views/page/page.ts';
import { addressOf, baseOf, siteOf } from './address.ts';
import { ASK_AGAIN, KEEP_TYPED } from './caching.ts';
import { failure } from './failure.ts';
import { challengeValues, withQuery } from './form-values.ts';
import { ownRoom } from './own-room.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { playgroundPage } from './playground-page.ts';
import { whyFixed } from './why-fixed.ts';

/** Routes `/challenges` and `/challenges/:slug`. */
export function challengeRoutes(playground: Playground): Hono<Env> {
  const { challenges, settings } = playground;
  const base = baseOf(settings);
  const routes = new Hono<Env>();

  routes.get('/challenges', (c) => {
    const room = ownRoom(c, playground);
    const also = room ? `?room=${room.code}` : '';
    const body = challengeList(challenges, { base, also, whyFixed: whyFixed(playground.sandbox).ts });
    const site = siteOf(playground, c);
    const address = addressOf(c, settings);
    const caching = room ? KEEP_TYPED : ASK_AGAIN;
    return c.html(page({ title: 'Challenges', site, body, nav: 'challenges', address }), 200, caching);
  });

  routes.get('/challenges/:slug', async (c) => {
    const challenge = challenges.find(({ slug }) => slug === c.req.param('slug'));
    if (!challenge) return failure(c, playground, 404, 'There is no such challenge.');
    await remember(c);
    const filled = challengeValues(challenge, playground.health.offered(true));
    const values = withQuery(filled, new URL(c.req.url).searchParams);
    // From a room, its runs are shown in the room.
    const room = await playground.rooms.find(c.req.query('room') ?? '');
    return playgroundPage(c, playground, {
      values: { ...values, challenge: challenge.slug },
      ...(room?.memberOf(c.get('person')) && { room }),
      nav: 'challenges',
      heading: `Challenge: ${challenge.title}`,
    });
  });
  return routes;
}
