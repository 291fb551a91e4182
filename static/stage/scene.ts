/** The input of a stage. */
import type { Passes } from './selection.ts';

/** What the charts show, in their order: passes at `nowMs`. */
export type Scene = {
  passes: Passes;
  nowMs: readonly number[];
  /** Length of the time axis, in ms, as far as known or planned. */
  spanMs: number;
  /** Events have arrived, or other passes are shown, since the last call. */
  isNew: boolean;
  isMoving: boolean;
  /** More events will arrive: the view follows them. */
  isLive: boolean;
  /** The replay's current time; null at its end, or live. */
  atMs: number | null;
};

/** The scene before anything is shown. */
export const EMPTY: Scene = {
  passes: [],
  nowMs: [],
  spanMs: 1,
  isNew: true,
  isMoving: false,
  isLive: false,
  atMs: null,
};
