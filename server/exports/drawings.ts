/** Renders drawings off the main thread. Requests for the same moment of a run share one. */
import { type DrawTask, draw, runsOf } from './draw.ts';
import { drawInThread } from './draw-in-thread.ts';
import { Renderings } from './renderings.ts';

/** Most drawings that are kept: pictures of some 80 KB each, pages and SVGs of up to a megabyte. */
const KEPT = { pictures: 200, pages: 30 };
/** Most drawings that are under way and waiting. */
const MAX_WAITING = 20;
/** How long a drawing of a run under way stands for its present moment, in ms. */
const LIVE_MS = 2000;
/** Events up to which a drawing takes only milliseconds, less than it takes to start a thread. */
const SMALL = 1000;

/** The drawings of one server. */
export class Drawings {
  #pictures = new Renderings<string | Uint8Array<ArrayBuffer>>({
    maxKept: KEPT.pictures,
    maxWaiting: MAX_WAITING,
  });
  #pages = new Renderings<string | Uint8Array<ArrayBuffer>>({ maxKept: KEPT.pages, maxWaiting: MAX_WAITING });

  /**
   * Returns the result of `task`, or that of an equal task. `areEnded`: whether all of its runs have ended. Rejects
   * with `RenderingsBusyError` if too many drawings are waiting.
   */
  async of(task: DrawTask, areEnded: boolean): Promise<string | Uint8Array<ArrayBuffer>> {
    const runs = runsOf(task);
    const events = runs.reduce((sum, { lines }) => sum + lines.length, 0);
    if (task.kind !== 'card' && events <= SMALL) return String(await draw(task));
    const part = task.kind === 'comparison' && !task.isWhole ? 'words' : 'all';
    const key = [task.kind, part, areEnded, ...runs.map(({ id }) => id)].join(' ');
    const freshMs = areEnded ? Number.POSITIVE_INFINITY : LIVE_MS;
    const renderings = task.kind === 'card' ? this.#pictures : this.#pages;
    return renderings.get(key, freshMs, () => drawInThread(task));
  }

  /** Drops the drawings of a run that is removed. */
  forget(runId: string): void {
    for (const renderings of [this.#pictures, this.#pages])
      renderings.forget((key) => key.split(' ').includes(runId));
  }
}
