/** The comparison of two runs, given as ids, as pasted links, or checked in the list of the person's own runs. */
import { type Context, Hono } from 'hono';
import { raw } from 'hono/html';
import { type CompareInput, comparePair } from '../../views/compare/form.ts';
import { page } from '../../views/page/page.ts';
import type { LoggedSide } from '../exports/draw.ts';
import type { Drawings } from '../exports/drawings.ts';
import { RenderingsBusyError } from '../exports/renderings.ts';
import type { RunRecord } from '../runs/execution.ts';
import { baseOf, publicUrlOf, siteOf } from './address.ts';
import { failure, isHtmx } from './failure.ts';
import { ownRuns } from './own-runs.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { loggedOf } from './view.ts';

/** Routes `GET /compare`. */
export function compareRoutes(playground: Playground, drawings: Drawings): Hono<Env> {
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  routes.get('/compare', async (c) => {
    const person = await remember(c);
    const chosen = c.req.queries('run');
    const [newer, older] = chosen ?? [];
    // The list has the newest first; the older run becomes A.
    if (chosen?.length === 2)
      return c.redirect(`${base}/compare?${new URLSearchParams({ a: older ?? '', b: newer ?? '' })}`);
    const given = { a: c.req.query('a'), b: c.req.query('b') };
    const [a, b] = await Promise.all([findRun(playground, given.a), findRun(playground, given.b)]);
    if (a.run && b.run) return showBoth(c, playground, drawings, [a.run, b.run]);
    const input: CompareInput = {
      values: { a: given.a ?? newer ?? '', b: given.b ?? '' },
      errors: {
        ...(a.error && { a: a.error }),
        ...(b.error && { b: b.error }),
        ...(chosen && {
          chosen: `Check two runs to compare; ${chosen.length === 1 ? 'one was' : `${chosen.length} were`} checked.`,
        }),
      },
    };
    const body = comparePair(input, await ownRuns(playground, person, true), base);
    const status = Object.keys(input.errors).length > 0 ? 422 : 200;
    return c.html(
      page({ title: 'Compare two runs', site: siteOf(playground, c), body, isListed: false }),
      status,
    );
  });
  return routes;
}

/** Renders the comparison; only its text for the page's script, which asks while a run is under way. */
async function showBoth(
  c: Context<Env>,
  playground: Playground,
  drawings: Drawings,
  [runA, runB]: [RunRecord, RunRecord],
) {
  const [a, b] = [loggedSide(playground, runA), loggedSide(playground, runB)];
  const base = baseOf(playground.settings);
  const address = `${base}/compare?a=${a.id}&b=${b.id}`;
  const areEnded = runA.log.isEnded && runB.log.isEnded;
  const isWhole = !isHtmx(c);
  try {
    const drawn = await drawings.of({ kind: 'comparison', a, b, base, address, isWhole }, areEnded);
    const body = raw(String(drawn));
    if (!isWhole) return c.html(body);
    return c.html(
      page({
        title: 'Two runs compared · Concurrency Playground',
        site: siteOf(playground, c),
        body,
        address: `${publicUrlOf(c, playground.settings)}/compare?a=${a.id}&b=${b.id}`,
        isListed: false,
        hasRun: true,
        ...(!areEnded && { refreshSeconds: 2 }),
      }),
    );
  } catch (error) {
    if (!(error instanceof RenderingsBusyError)) throw error;
    c.header('Retry-After', '10');
    return failure(
      c,
      playground,
      503,
      'Too many comparisons were requested at once. Try again in 10 seconds.',
    );
  }
}

function loggedSide(playground: Playground, run: RunRecord): LoggedSide {
  const logged = loggedOf(run, playground);
  return { ...logged, createdAt: run.createdAt, title: logged.lesson?.title ?? run.spec.lesson };
}

type Found = { run: RunRecord; error?: never } | { run: null; error?: string };

/** Finds the run that a field names. A missing field has not been filled in yet, and is not an error. */
async function findRun({ runs }: Playground, given: string | undefined): Promise<Found> {
  if (given === undefined) return { run: null };
  if (given.trim() === '') return { run: null, error: 'Paste the link to a run.' };
  const id = runIdIn(given);
  if (id === null) {
    return {
      run: null,
      error: 'This is not a link to a run. Paste one that ends in /runs/ and 21 letters, digits, - or _.',
    };
  }
  const run = await runs.get(id);
  if (run?.spec.explore)
    return {
      run: null,
      error: 'This is a search for orders, without a timeline. Open one of its orders and compare that.',
    };
  if (run) return { run };
  return {
    run: null,
    error:
      'There is no such run here. Check the link for typing errors. It may also be from another server, or the run has expired.',
  };
}

/**
 * Returns the run id in `given`, which is an id or a link to any form of a run on any server; null if there is none.
 * What follows `?` or `#` is ignored.
 */
export function runIdIn(given: string): string | null {
  const [path = ''] = given.trim().split(/[?#]/, 1);
  return /^[\w-]{21}$/.exec(path)?.[0] ?? /(?:^|\/)runs\/([\w-]{21})(?![\w-])/.exec(path)?.[1] ?? null;
}
