/** What a stage is given to show. */
import type { Passes } from './selection.ts';

/** What the charts show, in their order: passes as they are at `nowMs`. */
export type Scene = {
  passes: Passes;
  nowMs: readonly number[];
  /** The time that everything takes, in ms, as far as it is known or planned. */
  spanMs: number;
  /** Events have come, or others are shown, since the last time. */
  isNew: boolean;
  isMoving: boolean;
  /** More is to come: the view follows it. */
  isLive: boolean;
  /** Where a replay stands; null: at its end, or live. */
  atMs: number | null;
};

/** Before anything is shown. */
export const EMPTY: Scene = {
  passes: [],
  nowMs: [],
  spanMs: 1,
  isNew: true,
  isMoving: false,
  isLive: false,
  atMs: null,
};
