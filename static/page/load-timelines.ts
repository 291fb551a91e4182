/**
 * Loads the live timelines, which a lesson's first view does without: it shows the server's drawing. A page with a run
 * loads them at once. Else the charts load when the page is idle, and the rest at the first sign that the visitor may
 * press Run.
 */

import { contextOf } from './messages.ts';

/** Events that precede pressing Run. */
const INPUT_EVENTS = ['pointerdown', 'keydown'] as const;
/** How long to wait before loading a script again that failed to load, in ms. */
const RETRY_MS = 1000;
/** A page that was reloaded may be reloaded again at this age, in ms. */
const MIN_RELOAD_AGE_MS = 30_000;

const LOAD = {
  'run-view': async () => (await import('../run/run-view.ts')).RunView,
  'compare-view': async () => (await import('../compare/compare-view.ts')).CompareView,
  'room-follow': async () => (await import('../room/room-follow.ts')).RoomFollow,
  'room-wall': async () => (await import('../room/room-wall.ts')).RoomWall,
};
type Name = keyof typeof LOAD;
const loading = new Set<Name>();

/** Starts loading. Until then the server's drawings are shown. */
export function loadTimelines(): void {
  if (document.querySelector('[hx-trigger^=every]') !== null)
    import('./polls.ts').then(({ keepPollsCurrent }) => keepPollsCurrent(contextOf)).catch(() => {});
  if (document.querySelector('room-follow') !== null) load('room-follow');
  if (document.querySelector('compare-view') !== null) load('compare-view');
  else if (document.querySelector('room-wall') !== null) load('room-wall');
  else if (document.querySelector('run-view') !== null) load('run-view');
  else if (document.getElementById('run') !== null) {
    // If this fails, it is loaded when it is needed.
    whenPainted(() => import('../chart/timeline.ts').catch(() => {}));
    for (const type of INPUT_EVENTS) {
      document.addEventListener(type, () => load('run-view'), { once: true, passive: true });
    }
  }
  // Run may be pressed without any of these events, or loading may have failed.
  document.addEventListener('htmx:after:swap', () => {
    if (document.querySelector('run-view:not(:defined)') !== null) load('run-view');
  });
}

/** Calls `then` when the page has loaded and painted. */
function whenPainted(then: () => unknown): void {
  const painted = () => requestAnimationFrame(() => setTimeout(then));
  if (document.readyState === 'complete') painted();
  else window.addEventListener('load', painted, { once: true });
}

async function load(name: Name): Promise<void> {
  if (loading.has(name) || customElements.get(name) !== undefined) return;
  loading.add(name);
  for (let isBack = false; ; ) {
    const view = await LOAD[name]().catch(() => null);
    if (view !== null) return customElements.define(name, view);
    // No run on the page: it was loaded only in case Run would be pressed.
    if (document.querySelector(name) === null) break;
    if (isBack && mayReload()) location.reload();
    isBack = await waitForServer(name);
  }
  loading.delete(name);
}

/** Shows that the connection is lost, waits a moment, and resolves to whether the server answers again. */
async function waitForServer(name: Name): Promise<boolean> {
  const lost = document.querySelector<HTMLElement>(`${name} .lost`);
  if (lost !== null) lost.hidden = false;
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  const { base = '' } = document.documentElement.dataset;
  const isBack = await fetch(`${base}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
  if (lost !== null) lost.hidden = isBack;
  return isBack;
}

/**
 * Whether to reload the page. It helps if the server answers but lacks the script, because it was restarted with
 * another build, or if the browser remembers a failed script for the life of the page, as browsers did until 2026
 * (https://github.com/whatwg/html/issues/6768). Not in a loop, and not while a form request is pending.
 */
function mayReload(): boolean {
  if (document.querySelector('.htmx-request') !== null) return false;
  const [navigation] = performance.getEntriesByType('navigation');
  const isReload = navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
  return !isReload || performance.now() > MIN_RELOAD_AGE_MS;
}
