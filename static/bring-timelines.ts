/**
 * Brings the live timelines, which the first view of a lesson does without: it is the server's drawing. Where the page
 * has a run they come at once; else the charts come when the page is at rest, and what only a run needs at the first
 * sign of somebody who might press Run.
 */

/** What comes just before Run is pressed, at the latest. */
const SIGNS = ['pointerdown', 'keydown'] as const;

/** Begins to bring them. Until they are there the server's drawings stand in their places. */
export function bringTimelines(): void {
  if (document.querySelector('compare-view') !== null) bring('compare-view');
  else if (document.querySelector('run-view') !== null) bring('run-view');
  else if (document.getElementById('run') !== null) {
    whenAtRest(() => import('./timeline.ts'));
    for (const sign of SIGNS) {
      document.addEventListener(sign, () => bring('run-view'), { once: true, passive: true });
    }
  }
  // Run may be pressed by what gives no sign, or they could not be brought.
  document.addEventListener('htmx:after:swap', () => {
    if (document.querySelector('run-view:not(:defined)') !== null) bring('run-view');
  });
}

/** After all that the page itself needs is there and painted. */
function whenAtRest(then: () => void): void {
  const painted = () => requestAnimationFrame(() => setTimeout(then));
  if (document.readyState === 'complete') painted();
  else window.addEventListener('load', painted, { once: true });
}

async function bring(name: 'run-view' | 'compare-view'): Promise<void> {
  const view =
    name === 'run-view'
      ? (await import('./run-view.ts')).RunView
      : (await import('./compare-view.ts')).CompareView;
  if (customElements.get(name) === undefined) customElements.define(name, view);
}
