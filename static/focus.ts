/** Where the reader is, when htmx puts a new run on the page: the focus stays, and the new run can be seen. */

/** A disabled button loses the focus; Run gets it back when its request has ended. */
export function keepFocus(): void {
  let focused: HTMLElement | null = null;
  document.addEventListener('htmx:config:request', () => {
    focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  });
  document.addEventListener('htmx:finally:request', () => {
    const id = focused?.id;
    focused = null;
    if (!id) return;
    // htmx enables its elements just after this event.
    setTimeout(() => {
      const hasFocus = document.activeElement !== null && document.activeElement !== document.body;
      if (!hasFocus) document.getElementById(id)?.focus({ preventScroll: true });
    });
  });
  document.addEventListener('htmx:after:swap', () => {
    const head = document.querySelector('#run .run-head');
    if (head === null) return;
    const { top, bottom } = head.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) head.scrollIntoView({ block: 'start' });
  });
}
