/** What is wrong with the program that somebody wrote: beside Run, with links to the lines. */
import { html } from 'hono/html';
import type { CodeError, FieldErrors } from '../../server/spec/spec.ts';

/** Renders the errors of the field `code`; nothing if there are none. Each tells the page's script its place. */
export function codeErrorList({
  errors,
  codeErrors,
}: {
  errors: FieldErrors;
  codeErrors: readonly CodeError[];
}) {
  if (errors.code === undefined) return null;
  const items =
    codeErrors.length === 0
      ? html`<li><bdi>${errors.code}</bdi></li>`
      : codeErrors.map(
          ({ line, column, text }) =>
            html`<li data-line="${line}" data-column="${column}" data-text="${text}"><a href="#code">Line ${line}, column ${column}</a>: <bdi>${text}</bdi></li>`,
        );
  return html`<div class="error code-errors" id="code-error" data-about="code" role="alert"><ul>${items}</ul></div>`;
}
