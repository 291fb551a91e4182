/** The overlays of a stage's passes: causes, arrows, and the critical path. */
import { beginningOf, causesOf, isArrow, releasedBy, releaseOf } from '../../server/timeline/causes.ts';
import { criticalPath, type Segment } from '../../server/timeline/critical-path.ts';
import { barsAtLine } from '../../server/timeline/lines.ts';
import type { Bar, Cause, PassTimeline, Row } from '../../server/timeline/model.ts';
import type { Overlay } from '../chart/paint-overlay.ts';
import type { Turn } from './fragment.ts';
import type { Passes } from './selection.ts';
import type { View } from './view.ts';

/** A bar, with the cause that ended its wait or started it. */
export type Selected = { pass: PassTimeline; row: Row; bar: Bar; release: Cause | null };

/** What is turned on, selected, measured and marked, and the replay's current time. */
export type OverlayState = {
  turns: ReadonlySet<Turn>;
  selected: (Selected & { chart: number }) | null;
  measured: View | null;
  /** The line of the program with its bars marked. */
  line: number | null;
  atMs: number | null;
  /** The cause of the bar under the pointer, and the chart of its pass. */
  pointed: { chart: number; release: Cause } | null;
};

/** Returns a bar of a pass with its cause. */
export function aboutBar(pass: PassTimeline, row: Row, bar: Bar): Selected {
  return { pass, row, bar, release: releaseOf(pass, row, bar) ?? beginningOf(pass, row, bar) };
}

export class OverlayBuilder {
  #paths = new WeakMap<PassTimeline, { latestMs: number; path: Segment[] }>();

  /** Returns the critical path of a pass; computed again only after new events. */
  pathOf(pass: PassTimeline): Segment[] {
    const known = this.#paths.get(pass);
    if (known?.latestMs === pass.latestMs) return known.path;
    const path = criticalPath(pass);
    this.#paths.set(pass, { latestMs: pass.latestMs, path });
    return path;
  }

  /** Returns the overlay of each pass. */
  build(passes: Passes, { turns, selected, measured, line, atMs, pointed }: OverlayState): Overlay[] {
    return passes.map((pass, chart): Overlay => {
      const here = selected !== null && selected.chart === chart ? selected : null;
      const own = here ? [here.release, ...releasedBy(here.pass, here.row, here.bar)] : [];
      return {
        selected: here,
        marked: line === null || pass === null ? [] : barsAtLine(pass, line),
        release: here?.release ?? null,
        pointed: pointed?.chart === chart ? pointed.release : null,
        arrows:
          turns.has('arrows') && pass ? causesOf(pass).filter(isArrow) : own.filter((one) => one !== null),
        path: turns.has('path') && pass ? this.pathOf(pass) : [],
        measured,
        atMs,
      };
    });
  }
}
