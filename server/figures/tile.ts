/**
 * A run as a small picture for the wall of a room: some hundred bytes where its events are kilobytes a second. Each pass
 * has its first rows, and bars that are narrower than a pixel of the picture are merged.
 */
import type { Status } from '../protocol/facts.ts';
import type { Mode } from '../spec/modes.ts';
import { BAR_STATES, type Bar, type BarLook, countsSteps, type RunTimeline } from '../timeline/model.ts';
import { thin } from '../timeline/thin.ts';

/** What a bar of a tile may show, by number. */
export const TILE_LOOKS: readonly BarLook[] = [...BAR_STATES, 'failed', 'cut-off'];

/** A pass in a tile. Times are whole ms since it began. */
export type TilePass = {
  mode: Mode;
  /** Set if its times are steps instead of ms. */
  isInSteps?: true;
  /** Null while it runs. */
  wallMs: number | null;
  /** The time of its latest event. */
  latestMs: number;
  /** For each row its bars, three numbers each: the start, the end (-1 while it is open), and the look's number. */
  rows: number[][];
};

export type Tile = {
  state: RunTimeline['state'];
  /** Place in the queue while it waits, from 1. */
  position: number | null;
  status: Status | null;
  passes: TilePass[];
};

/** Width of a tile's timeline, in pixels. */
const WIDTH_PX = 120;
/** Most rows of a pass: further ones would be too low to see. */
const MAX_ROWS = 9;

/** Returns the tile of a run. */
export function tileOf({ state, place, status, passes }: RunTimeline): Tile {
  const spanMs = Math.max(1, ...passes.map(({ latestMs }) => latestMs));
  const shown = passes.map((pass) => ({ ...pass, rows: pass.rows.slice(0, MAX_ROWS) }));
  return {
    state,
    position: place?.position ?? null,
    status,
    passes: thin(shown, spanMs / WIDTH_PX).map(({ mode, order, latestMs, ended, rows }) => ({
      mode,
      ...(countsSteps({ order }) && { isInSteps: true as const }),
      wallMs: ended && Math.round(ended.wallMs),
      latestMs: Math.round(latestMs),
      rows: rows.map(({ bars }) =>
        bars.filter(({ state }) => state !== 'idle' && state !== 'turn').flatMap(numbersOf),
      ),
    })),
  };
}

function numbersOf({ startMs, endMs, state, end }: Bar): number[] {
  return [Math.round(startMs), endMs === null ? -1 : Math.round(endMs), TILE_LOOKS.indexOf(end ?? state)];
}
