/** Keeps the focus when htmx swaps in a new run, and scrolls the run into view. */
import { isFormRequest, isRunAccepted, isRunRequest } from './messages.ts';

/**
 * Restores the focus after a request: disabling a button removes its focus. If the button no longer exists, as with
 * Cancel, Run gets the focus.
 */
export function keepFocus(): void {
  let focused: HTMLElement | null = null;
  document.addEventListener('htmx:config:request', (event) => {
    if (!isFormRequest(event)) return;
    focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  });
  document.addEventListener('htmx:finally:request', (event) => {
    if (!isFormRequest(event)) return;
    const id = focused?.id;
    focused = null;
    if (!id) return;
    // htmx enables the elements just after this event.
    setTimeout(() => {
      const hasFocus = document.activeElement !== null && document.activeElement !== document.body;
      const target = document.getElementById(id) ?? document.getElementById('run-button');
      if (!hasFocus) target?.focus({ preventScroll: true });
    });
  });
  document.addEventListener('htmx:after:swap', (event) => {
    if (!isRunAccepted(event)) {
      if (isRunRequest(event)) showInvalid();
      return;
    }
    const head = document.querySelector('#run .run-head');
    if (head === null) return;
    const { bottom } = head.getBoundingClientRect();
    const drawn = document.querySelector('#run .chart') ?? head;
    // On a narrow page, Run covers the bottom of the window.
    const isBelow = drawn.getBoundingClientRect().bottom > innerHeight - 80;
    if (bottom < 0 || isBelow) head.scrollIntoView({ block: 'start' });
  });
}

/** What a rejected form says of itself or of the program, unless at a line of it; or else the invalid field. */
const INVALID = '#form-message:not(:empty), .code-errors li:not([data-line]), :focus[aria-invalid=true]';

/**
 * Scrolls what is wrong into view: the form may have been submitted from the editor. A rejected form focuses its invalid
 * field, but on a narrow page the browser then scrolls away from it: while the form is being replaced, it keeps what is
 * below the form in place.
 */
function showInvalid(): void {
  // It does so when it lays out the next frame.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const wrong = document.querySelector(INVALID);
      if (!wrong) return;
      const { top, bottom } = wrong.getBoundingClientRect();
      if (top < 0 || bottom > innerHeight - 80) wrong.scrollIntoView({ block: 'center' });
    }),
  );
}
