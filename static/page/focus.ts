/** Where the reader is, when htmx puts a new run on the page: the focus stays, and the new run can be seen. */
import { isOfForm, isTaken } from './mended.ts';

/**
 * A disabled button loses the focus; it gets it back when its request has ended, or, where it is gone by then as
 * Cancel is, Run does.
 */
export function keepFocus(): void {
  let focused: HTMLElement | null = null;
  document.addEventListener('htmx:config:request', (event) => {
    if (!isOfForm(event)) return;
    focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  });
  document.addEventListener('htmx:finally:request', (event) => {
    if (!isOfForm(event)) return;
    const id = focused?.id;
    focused = null;
    if (!id) return;
    // htmx enables its elements just after this event.
    setTimeout(() => {
      const hasFocus = document.activeElement !== null && document.activeElement !== document.body;
      const target = document.getElementById(id) ?? document.getElementById('run-button');
      if (!hasFocus) target?.focus({ preventScroll: true });
    });
  });
  document.addEventListener('htmx:after:swap', (event) => {
    // A form that was refused has its first wrong field in view, by its focus.
    if (!isTaken(event)) return;
    const head = document.querySelector('#run .run-head');
    if (head === null) return;
    const { bottom } = head.getBoundingClientRect();
    const drawn = document.querySelector('#run .chart') ?? head;
    // Below stands Run, on a narrow page.
    const isBelow = drawn.getBoundingClientRect().bottom > innerHeight - 80;
    if (bottom < 0 || isBelow) head.scrollIntoView({ block: 'start' });
  });
}
