/** Error responses, in the form that the request accepts: a page, a message on the page, or an RFC 9457 problem. */
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { page } from '../../views/page/page.ts';
import { problem } from '../../views/page/problem.ts';
import type { CodeError, FieldErrors } from '../spec/spec.ts';
import { baseOf, siteOf } from './address.ts';
import type { Playground } from './playground.ts';

/** Responds with `status` and a sentence, on a page with `links`; by default, one to the playground. */
export function failure(
  c: Context,
  playground: Playground,
  status: ContentfulStatusCode,
  message: string,
  links = [{ href: `${baseOf(playground.settings)}/`, text: 'Open the playground' }],
): Response | Promise<Response> {
  if (!wantsPage(c)) return problemJson(c, status, message);
  if (isHtmx(c)) {
    c.header('HX-Retarget', '#form-message');
    c.header('HX-Reswap', 'innerHTML');
    return c.html(html`${message}`, status);
  }
  const title =
    status === 404 ? 'Not found' : status >= 500 ? 'Something went wrong on the server' : 'That did not work';
  return c.html(
    page({ title, site: siteOf(playground, c), body: problem({ title, message, links }) }),
    status,
  );
}

/**
 * Responds with a problem document. `errors` are by field, in the order of the form; `codeErrors` says where they are in
 * the program, if it was compiled.
 */
export function problemJson(
  c: Context,
  status: ContentfulStatusCode,
  title: string,
  { errors, codeErrors = [] }: { errors?: FieldErrors; codeErrors?: CodeError[] } = {},
): Response {
  const list = Object.entries(errors ?? {}).map(([field, message]) => ({ field, message }));
  const body = {
    type: 'about:blank',
    title,
    status,
    ...(errors && { errors: list }),
    ...(codeErrors.length > 0 && { codeErrors }),
  };
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' });
}

/** Reports whether the page's script sent the request, for a part of the page. */
export function isHtmx(c: Context): boolean {
  return c.req.header('hx-request') === 'true';
}

function wantsPage(c: Context): boolean {
  const isForProgram = c.req.path.startsWith('/api/') || /\.(json|ndjson)$/.test(c.req.path);
  return !isForProgram && (c.req.header('accept') ?? '').includes('text/html');
}
