/** Families of runs: the page, the part of it that changes, the figures as JSON, and cancelling. */
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import type { ChallengeVerdict } from '../../views/challenge/verdict.ts';
import { familySection } from '../../views/family/family.ts';
import { page } from '../../views/page/page.ts';
import { verdictOf } from '../challenges/verdict.ts';
import { verdictWords } from '../challenges/verdict-words.ts';
import type { Drawings } from '../exports/drawings.ts';
import { type Family, figuresOf } from '../figures/family.ts';
import { plannedTimes, specAt } from '../figures/planned.ts';
import { remainingOf } from '../figures/remaining.ts';
import { searchesIn, searchesJson } from '../figures/search.ts';
import type { Spread } from '../figures/spread.ts';
import { toMicrosecond } from '../protocol/times.ts';
import { familySentence } from '../words/family-sentence.ts';
import { shownJson } from '../words/shown-text.ts';
import { addressOf, baseOf, siteOf } from './address.ts';
import { ASK_AGAIN } from './caching.ts';
import { capacityFor, isPlanned } from './expected.ts';
import { failure, isHtmx } from './failure.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { keyOf, mayCancel } from './rights.ts';
import { runtimesOf } from './runtime-runs.ts';
import { entryOf } from './view.ts';

const NO_FAMILY = 'There are no runs at this address. It may have been mistyped, or the runs have expired.';

/** How often a browser without script reloads the page of a family under way, in seconds. */
const REFRESH_SECONDS = 2;

/** Routes `/families/*`. */
export function familyRoutes(playground: Playground, drawings: Drawings): Hono<Env> {
  const { families, lessons, challenges } = playground;
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();
  const judged = ({ spec, status, runs }: Family) => {
    const challenge = challenges.find(({ slug }) => slug === spec.challenge);
    if (challenge === undefined || !spec.explore) return null;
    return { challenge, verdict: status === null ? null : verdictOf(challenge, spec, searchesIn({ runs })) };
  };
  const noFamily = (c: Context<Env>) => failure(c, playground, 404, NO_FAMILY);
  const section = async (c: Context<Env>, family: Family, grows: boolean) => {
    const { id, spec, status } = family;
    const lesson = entryOf(lessons, spec);
    const planned = () => plannedTimes(family, spec, capacityFor(playground, lesson)).runsMs;
    const left = status === null ? remainingOf(family, planned(), Date.now(), isPlanned(spec)) : null;
    const cancelKey = keyOf('cancel', c, playground, id);
    const mine = mayCancel(c, playground, family);
    return familySection({
      family,
      lesson,
      challenge: judged(family),
      timelines: await runtimesOf(family, playground, drawings),
      mine,
      left,
      grows,
      base,
      ...(cancelKey && { cancelKey }),
    });
  };

  routes.get('/families/:file{[\\w-]+\\.json}', etag(), async (c) => {
    const family = await families.get(c.req.param('file').slice(0, -'.json'.length));
    if (!family) return noFamily(c);
    return c.body(shownJson(JSON.stringify(familyJson(family, base, judged(family)))), 200, {
      'Content-Type': 'application/json',
      ...ASK_AGAIN,
    });
  });

  routes.get('/families/:id', async (c) => {
    const family = await families.get(c.req.param('id'));
    if (!family) return noFamily(c);
    await remember(c);
    return c.html(
      page({
        title: `${titleOf(family)} · Concurrency Playground`,
        site: siteOf(playground, c),
        body: await section(c, family, family.status === null),
        address: addressOf(c, playground.settings),
        isListed: false,
        ...(family.status === null && { refreshSeconds: REFRESH_SECONDS }),
      }),
    );
  });

  routes.get('/families/:id/figures', async (c) => {
    const family = await families.get(c.req.param('id'));
    if (!family) return noFamily(c);
    return c.html(await section(c, family, true));
  });

  routes.post('/families/:id/cancel', async (c) => {
    const id = c.req.param('id');
    const family = await families.stored(id);
    if (!family) return noFamily(c);
    if (!mayCancel(c, playground, family))
      return failure(c, playground, 403, 'Only the person who started these runs can cancel them.');
    await families.cancel(id);
    return isHtmx(c) || !(c.req.header('accept') ?? '').includes('text/html')
      ? c.body(null, 204)
      : c.redirect(`${base}/families/${id}`, 303);
  });
  return routes;
}

/** Returns the title of a family's page. */
function titleOf({ kind, count }: Family): string {
  if (kind === 'exploration') return 'Every order';
  if (kind === 'runtimes') return 'On every runtime';
  return `${kind === 'repeat' ? 'Repeated' : 'Sweep'}: ${count} runs`;
}

/** Rounds quartiles to the microsecond, like the times in events. */
function rounded(wall: Spread): Spread {
  const { min, lower, median, upper, max } = wall;
  return {
    min,
    lower: toMicrosecond(lower),
    median: toMicrosecond(median),
    upper: toMicrosecond(upper),
    max,
  };
}

/** Returns a family as JSON. Times are in ms. The status of a family, a run or a pass is null until it ends. */
function familyJson(family: Family, base: string, judged: ChallengeVerdict | null) {
  const { id, kind, count, createdAt, spec, status, runs } = family;
  const runtimeAt = (number: number) => specAt(family, spec, number).runtime;
  return {
    id,
    url: `${base}/families/${id}`,
    kind,
    count,
    createdAt,
    spec,
    status,
    sentence: familySentence(family),
    ...(kind === 'exploration' && { searches: searchesJson(searchesIn(family)) }),
    ...(judged?.verdict && {
      challenge: { ...judged.verdict, sentence: verdictWords(judged.verdict, judged.challenge) },
    }),
    modes: (kind === 'exploration' ? [] : figuresOf(family)).map(
      ({ mode, missed, times, wall, orders, points, serial }) => ({
        mode,
        missed,
        ...(kind === 'runtimes'
          ? { runtimes: times.map(({ number, wallMs }) => ({ runtime: runtimeAt(number), wallMs })) }
          : { wallMs: wall && rounded(wall), distinctOrders: orders.length, orders }),
        ...(kind === 'sweep' && { points, serial }),
      }),
    ),
    runs: runs.map(({ id: run, number, result: { passes, ...result }, order }) => ({
      id: run,
      url: `${base}/runs/${run}`,
      place: number,
      ...(kind === 'runtimes' && { runtime: runtimeAt(number) }),
      ...result,
      ...order,
      // What was searched is told above.
      passes: passes.map(({ search: _, ...pass }) => pass),
    })),
  };
}
