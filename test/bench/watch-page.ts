/** Has a page tell, in its own trace, when events reach it and when its timeline is drawn. */
import type { Page } from 'playwright-core';
import type { RunView } from '../../static/run/run-view.ts';

/** Marks in the trace: a message with events is about to be taken; the frame that drew after it is done. */
export const MESSAGE = 'bench message';
export const DRAWN = 'bench drawn';

/** What was seen of a page that grows. Times are ms since 1970. */
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
    /** What {@link watchPage} notes. */
    grown: Grown;
  }
}

/** Watches whatever `page` opens from now on. Costs it a few microseconds a message and a frame. */
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
    // A message to oneself is taken when the frame is done.
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data: seq }) => {
      performance.mark(DRAWN);
      window.grown.draws.push({ atMs: performance.timeOrigin + performance.now(), seq });
    };
    const { clearRect } = CanvasRenderingContext2D.prototype;
    let view: RunView | null = null;
    // The chart begins each drawing so.
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
