/**
 * Brings the live timelines: at once where the page has a run, else as soon as it is at rest, so that they are there
 * when Run is pressed. The first view of a lesson is the server's drawing, and needs none of them.
 */

/** Begins to bring them. Until they are there the server's drawings stand in their places. */
export function bringTimelines(): void {
  if (document.querySelector('compare-view') !== null) bring('compare-view');
  else if (document.querySelector('run-view') !== null) bring('run-view');
  else if (document.getElementById('run') !== null) whenAtRest(() => bring('run-view'));
  // Run may be pressed before, or they could not be brought.
  document.addEventListener('htmx:after:swap', () => {
    if (document.querySelector('run-view:not(:defined)') !== null) bring('run-view');
  });
}

/** After all that the page itself has to do. Not every browser can tell. */
function whenAtRest(then: () => void): void {
  const rest = () => ('requestIdleCallback' in window ? requestIdleCallback(then) : setTimeout(then));
  if (document.readyState === 'complete') rest();
  else window.addEventListener('load', rest, { once: true });
}

async function bring(name: 'run-view' | 'compare-view'): Promise<void> {
  const view =
    name === 'run-view'
      ? (await import('./run-view.ts')).RunView
      : (await import('./compare-view.ts')).CompareView;
  if (customElements.get(name) === undefined) customElements.define(name, view);
}
