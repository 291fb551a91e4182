/** The comparison of two runs, given as ids, as pasted links, or checked in the list of the person's own runs. */
import { type Context, Hono } from 'hono';
import { type ComparedRun, comparePage, compareWords } from '../../views/compare/compare.ts';
import { type CompareInput, comparePair } from '../../views/compare/form.ts';
import { page } from '../../views/page/page.ts';
import { compareRuns } from '../figures/comparison.ts';
import type { RunRecord } from '../runs/runs.ts';
import { baseOf, siteOf } from './address.ts';
import { isHtmx } from './failure.ts';
import { ownRuns } from './own-runs.ts';
import { type Env, remember } from './person.ts';
import type { Playground } from './playground.ts';
import { viewOf } from './view.ts';

/** Routes `GET /compare`. */
export function compareRoutes(playground: Playground): Hono<Env> {
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
    if (a.run && b.run) return showBoth(c, playground, a.run, b.run);
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
    return c.html(page({ title: 'Compare two runs', site: siteOf(playground), body }), status);
  });
  return routes;
}

/** Renders the comparison; only its text for the page's script, which asks while a run is under way. */
function showBoth(c: Context<Env>, playground: Playground, runA: RunRecord, runB: RunRecord) {
  const [a, b] = [compared(c, playground, runA), compared(c, playground, runB)];
  const difference = compareRuns(a, b);
  const base = baseOf(playground.settings);
  const content = { a, b, difference, base, address: `${base}/compare?a=${a.id}&b=${b.id}` };
  if (isHtmx(c)) return c.html(compareWords(content));
  const isLive = a.timeline.state !== 'ended' || b.timeline.state !== 'ended';
  return c.html(
    page({
      title: 'Two runs compared · Concurrency Playground',
      site: siteOf(playground),
      body: comparePage(content),
      hasRun: true,
      ...(isLive && { refreshSeconds: 2 }),
    }),
  );
}

function compared(c: Context<Env>, playground: Playground, run: RunRecord): ComparedRun {
  const { mine: _, ...view } = viewOf(run, c.get('person'), playground);
  return { ...view, createdAt: run.createdAt, title: view.lesson?.title ?? run.spec.lesson };
}

type Found = { run: RunRecord; error?: never } | { run: null; error?: string };

/** Finds the run that a field names. A missing field has not been filled in yet, and is not an error. */
async function findRun({ runs }: Playground, given: string | undefined): Promise<Found> {
  if (given === undefined) return { run: null };
  if (given.trim() === '') return { run: null, error: 'Paste the link of a run.' };
  const id = runIdIn(given);
  if (id === null) {
    return {
      run: null,
      error: 'There is no run in this link. A run’s link ends in /runs/ and 21 letters, digits, - or _.',
    };
  }
  const run = await runs.get(id);
  if (run) return { run };
  return {
    run: null,
    error:
      'There is no such run here. The link may have been mistyped, or be of another server, or the run was too old.',
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
