/**
 * Brings the live timelines, which the first view of a lesson does without: it is the server's drawing. Where the page
 * has a run they come at once; else the charts come when the page is at rest, and what only a run needs at the first
 * sign of somebody who might press Run.
 */

/** What comes just before Run is pressed, at the latest. */
const SIGNS = ['pointerdown', 'keydown'] as const;
/** How long until a script that did not come is tried again, in ms. */
const AGAIN_MS = 1000;
/** How old a page is that may be loaded anew once more, in ms. */
const SETTLED_MS = 30_000;

const LOAD = {
  'run-view': async () => (await import('../run/run-view.ts')).RunView,
  'compare-view': async () => (await import('../compare/compare-view.ts')).CompareView,
};
type Name = keyof typeof LOAD;
const underWay = new Set<Name>();

/** Begins to bring them. Until they are there the server's drawings stand in their places. */
export function bringTimelines(): void {
  if (document.querySelector('compare-view') !== null) bring('compare-view');
  else if (document.querySelector('run-view') !== null) bring('run-view');
  else if (document.getElementById('run') !== null) {
    // Where it does not come, it is tried again when it is needed.
    whenAtRest(() => import('../chart/timeline.ts').catch(() => {}));
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
function whenAtRest(then: () => unknown): void {
  const painted = () => requestAnimationFrame(() => setTimeout(then));
  if (document.readyState === 'complete') painted();
  else window.addEventListener('load', painted, { once: true });
}

async function bring(name: Name): Promise<void> {
  if (underWay.has(name) || customElements.get(name) !== undefined) return;
  underWay.add(name);
  for (let hasAnswered = false; ; ) {
    const view = await LOAD[name]().catch(() => null);
    if (view !== null) return customElements.define(name, view);
    // Somebody only might have pressed Run.
    if (document.querySelector(name) === null) break;
    if (hasAnswered && mayReload()) location.reload();
    hasAnswered = await answersAgain(name);
  }
  underWay.delete(name);
}

/** Tells in the view's place that the connection is lost, waits a little, and resolves with whether it is back. */
async function answersAgain(name: Name): Promise<boolean> {
  const lost = document.querySelector<HTMLElement>(`${name} .lost`);
  if (lost !== null) lost.hidden = false;
  await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  const isBack = await fetch('/healthz').then(
    ({ ok }) => ok,
    () => false,
  );
  if (lost !== null) lost.hidden = isBack;
  return isBack;
}

/**
 * Whether to load the page anew: where the server answers and has no such script, because it was started with another
 * one, or the browser keeps a script that failed as failed for as long as the page lives, as browsers did until 2026
 * (https://github.com/whatwg/html/issues/6768). Not again and again, and not while the form waits for an answer.
 */
function mayReload(): boolean {
  if (document.querySelector('.htmx-request') !== null) return false;
  const [navigation] = performance.getEntriesByType('navigation');
  const isReload = navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
  return !isReload || performance.now() > SETTLED_MS;
}
