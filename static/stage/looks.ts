/** What is looked at in the passes of a stage: why a bar went on, arrows, and the critical path. */
import { beginningOf, causesOf, isArrow, releasedBy, releaseOf } from '../../server/timeline/causes.ts';
import { criticalPath, type Segment } from '../../server/timeline/critical-path.ts';
import type { Bar, Cause, PassTimeline, Row } from '../../server/timeline/model.ts';
import type { Overlay } from '../chart/paint-look.ts';
import type { Turn } from './fragment.ts';
import type { Passes } from './selection.ts';
import type { View } from './view.ts';

/** A bar, with what ended its wait or let it begin. */
export type Selected = { pass: PassTimeline; row: Row; bar: Bar; release: Cause | null };

/** What is turned on, selected and measured, and where a replay stands. */
export type Looked = {
  turns: ReadonlySet<Turn>;
  selected: (Selected & { chart: number }) | null;
  measured: View | null;
  atMs: number | null;
  /** Why the bar under the pointer went on, in one of the passes. */
  pointed: { chart: number; release: Cause } | null;
};

/** A bar of a pass, with why it went on. */
export function aboutBar(pass: PassTimeline, row: Row, bar: Bar): Selected {
  return { pass, row, bar, release: releaseOf(pass, row, bar) ?? beginningOf(pass, row, bar) };
}

export class Looks {
  #paths = new WeakMap<PassTimeline, { latestMs: number; path: Segment[] }>();

  /** The critical path of a pass, found again only when it has got on. */
  pathOf(pass: PassTimeline): Segment[] {
    const known = this.#paths.get(pass);
    if (known?.latestMs === pass.latestMs) return known.path;
    const path = criticalPath(pass);
    this.#paths.set(pass, { latestMs: pass.latestMs, path });
    return path;
  }

  /** What is drawn over each of `passes`. */
  over(passes: Passes, { turns, selected, measured, atMs, pointed }: Looked): Overlay[] {
    return passes.map((pass, chart): Overlay => {
      const here = selected !== null && selected.chart === chart ? selected : null;
      const own = here ? [here.release, ...releasedBy(here.pass, here.row, here.bar)] : [];
      return {
        selected: here,
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
