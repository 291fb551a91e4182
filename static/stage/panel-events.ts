/** The pointer events of a stage's charts. */
import type { Row } from '../../server/timeline/model.ts';
import type { Gestures } from '../chart/pointer.ts';
import type { Chart } from '../chart/timeline.ts';

/** A row of a pass and the index of a bar in it; `chart` is the index of the pass's chart. */
export type Pointed = { chart: number; row: Row; bar: number | null };

export type PanelEvents = Omit<Gestures, 'pick'> & {
  /** The pointer is over a row, or (null) over none; `on` is the chart under the pointer. */
  point(on: Chart, at: Pointed | null): void;
  /** A row was clicked, or (null) an empty place. */
  pick(at: Pointed | null): void;
};
