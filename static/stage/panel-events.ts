/** What the charts of a stage report of the pointer. */
import type { Row } from '../../server/timeline/model.ts';
import type { Gestures } from '../chart/pointer.ts';
import type { Chart } from '../chart/timeline.ts';

/** A row of a pass and the place of a bar in it, of which `chart` is the one that shows the pass. */
export type Pointed = { chart: number; row: Row; bar: number | null };

export type PanelEvents = Omit<Gestures, 'pick'> & {
  /** The pointer is over a row, or (null) over none; `on` is the chart that it is in. */
  point(on: Chart, at: Pointed | null): void;
  /** A row was clicked, or (null) where there is none. */
  pick(at: Pointed | null): void;
};
