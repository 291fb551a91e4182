/** Makes a page record, in its trace, when events reach it and when its timeline is drawn. */
import type { Page } from 'playwright-core';
import type { RunView } from '../../static/run/run-view.ts';

/** Marks in the trace: a message with events is about to be processed; the frame that drew after it is done. */
export const MESSAGE = 'bench message';
export const DRAWN = 'bench drawn';

/** Observations of a growing page. Times are ms since 1970. */
export type Grown = {
  /** When the timeline was drawn, and up to which event. */
  draws: { atMs: number; seq: number }[];
  /** Pauses between frames, in ms. */
  framesMs: number[];
  /** Lengths of tasks that took more than 50 ms. */
  longTasksMs: number[];
};

declare global {
  interface Window {
    /** What {@link watchPage} records. */
    grown: Grown;
  }
}

/** Watches every document that `page` opens from now on. Costs the page a few microseconds per message and frame. */
export async function watchPage(page: Page): Promise<void> {
  const marks = { MESSAGE, DRAWN };
  await page.addInitScript(({ MESSAGE, DRAWN }) => {
    window.grown = { draws: [], framesMs: [], longTasksMs: [] };
    window.EventSource = class extends EventSource {
      constructor(url: string | URL) {
        super(url);
        this.addEventListener('message', () => performance.mark(MESSAGE));
      }
    };
    // A message that a page posts to itself is processed when the frame is done.
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data: seq }) => {
      performance.mark(DRAWN);
      window.grown.draws.push({ atMs: performance.timeOrigin + performance.now(), seq });
    };
    const { clearRect } = CanvasRenderingContext2D.prototype;
    let view: RunView | null = null;
    // The chart begins each drawing with this call.
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      view ??= document.querySelector<RunView>('run-view');
      if (view?.contains(this.canvas)) port1.postMessage(view.timeline.seq);
      clearRect.apply(this, box);
    };
    let beforeMs = performance.now();
    const frame = (nowMs: number) => {
      window.grown.framesMs.push(nowMs - beforeMs);
      beforeMs = nowMs;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.grown.longTasksMs.push(duration);
    }).observe({ type: 'longtask' });
  }, marks);
}
