/** The pages that show the playground: empty, with a lesson, with a run, or with what was wrong in its form. */
import type { Context } from 'hono';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { type FormValues, runForm } from '../../views/form.ts';
import { page } from '../../views/page.ts';
import { runSection } from '../../views/run.ts';
import { runList } from '../../views/run-list.ts';
import type { Playground } from '../playground.ts';
import type { RunView } from '../runs/runs.ts';
import type { FieldErrors } from '../runs/spec.ts';
import { failure } from './failure.ts';
import { type Env, remember } from './person.ts';
import { defaultValues, valuesOf, viewOf } from './view.ts';

export function pageRoutes(playground: Playground): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/', (c) => {
    remember(c);
    const from = c.req.query('from');
    const run = from ? playground.runs.get(from) : null;
    return playgroundPage(c, playground, { values: run ? valuesOf(run.spec) : defaultValues() });
  });

  routes.get('/lessons/:slug', (c) => {
    const slug = c.req.param('slug');
    if (!playground.built.programs.has(slug)) return failure(c, playground, 404, 'There is no such lesson.');
    remember(c);
    return playgroundPage(c, playground, { values: defaultValues(slug) });
  });

  routes.get('/runs', (c) => {
    const runs = playground.runs.ofPerson(remember(c), 100);
    return c.html(
      page({ title: 'My runs', assets: playground.built.page, body: runList(runs), nav: 'runs' }),
    );
  });
  return routes;
}

/** What stands on the playground's page. */
export type PageContent = {
  values: FormValues;
  errors?: FieldErrors;
  message?: string;
  run?: RunView;
  status?: 200 | 422 | 503;
};

/** The playground's page. While its run is under way, a browser without script is told to come back for more. */
export function playgroundPage(
  c: Context<Env>,
  { built, settings }: Playground,
  content: PageContent,
): Response | Promise<Response> {
  const { values, errors = {}, message = errors[''], run, status = 200 } = content;
  const view = run ? viewOf(run, c.get('person'), settings.CORES) : null;
  const body = html`${formOf(settings, values, errors, message)}${runSection(view)}`;
  const title = view
    ? `${view.spec.modes.length > 1 ? 'Compared' : 'Run'}: ${view.spec.jobs} jobs`
    : 'Concurrency Playground';
  const isLive = view !== null && view.timeline.state !== 'ended';
  return c.html(
    page({ title, assets: built.page, body, nav: 'playground', ...(isLive && { refreshSeconds: 2 }) }),
    status,
  );
}

/** The form, with what was typed and what was wrong with it. */
export function formOf(
  settings: Playground['settings'],
  values: FormValues,
  errors: FieldErrors,
  message?: string,
) {
  const { MAX_JOBS: maxJobs, MAX_PROCESSES: maxProcesses, PASS_SECONDS: passSeconds } = settings;
  return runForm({
    values,
    errors,
    limits: { maxJobs, maxProcesses, passSeconds },
    ...(message && { message }),
  });
}
