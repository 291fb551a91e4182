/**
 * How each bar state looks and what it is called: one table, from which the server's SVG (views/drawing) and the page's
 * canvas (static/chart) both draw. A new state is a row here; its colours are custom properties named for it
 * (static/page/colours.css), which static/chart/drawing.css gives to its classes.
 */
import type { BarState } from '../timeline/model.ts';

/** A line from one point to another, or a dot with its radius. */
type Stroke =
  | readonly [x1: number, y1: number, x2: number, y2: number]
  | { readonly x: number; readonly y: number; readonly radius: number };

/** A square tile that repeats; all measures in CSS pixels. */
export type Hatch = {
  size: number;
  strokes: readonly Stroke[];
  /** How wide its lines are on a canvas. */
  lineWidth: number;
  /** Whether it lies on a ground of its own, `--<state>-ground`; else on what is behind the bar. */
  hasGround: boolean;
};

/**
 * `solid`: filled with `--<state>`, with an outline in `--<state>-edge` if it has one. `hatched`: with an outline in
 * `--<state>`. `dashed`: an outline in `--<state>` alone, in dashes of `dash` pixels. `line`: a line along the middle
 * of the row.
 */
type Fill =
  | { fill: 'solid'; hasEdge: boolean }
  | { fill: 'hatched'; hatch: Hatch }
  | { fill: 'dashed'; dash: number }
  | { fill: 'line' };

type StateLook = Fill & {
  /** The legend's words for it. */
  word: string;
  /** The colour of a bar's text: `--on-<state>`, ink with paper around it, or muted. */
  text: 'on-fill' | 'haloed' | 'muted';
  /** Whether a bar blinks when its wait ends because of something else. */
  blinks: boolean;
};

export const STATE_LOOKS: Readonly<Record<BarState, StateLook>> = {
  starting: {
    word: 'starting',
    fill: 'hatched',
    hatch: {
      size: 5,
      strokes: [
        [-1, 1, 1, -1],
        [0, 5, 5, 0],
        [4, 6, 6, 4],
      ],
      lineWidth: 1.2,
      hasGround: false,
    },
    text: 'muted',
    blinks: false,
  },
  running: { word: 'main’s own code', fill: 'solid', hasEdge: false, text: 'on-fill', blinks: false },
  computing: { word: 'computing', fill: 'solid', hasEdge: false, text: 'on-fill', blinks: false },
  sleep: { word: 'sleeping', fill: 'solid', hasEdge: true, text: 'on-fill', blinks: false },
  join: { word: 'joining: waiting for a job', fill: 'dashed', dash: 2, text: 'muted', blinks: true },
  worker: {
    word: 'waiting for a free worker',
    fill: 'hatched',
    hatch: { size: 4, strokes: [{ x: 2, y: 2, radius: 0.8 }], lineWidth: 1, hasGround: false },
    text: 'haloed',
    blinks: false,
  },
  queue: awaiting('the queue', 6, [
    [1.5, 0, 1.5, 6],
    [4.5, 0, 4.5, 6],
  ]),
  lock: awaiting(
    'a lock',
    6,
    [
      [0, 0, 6, 6],
      [6, 0, 0, 6],
    ],
    1,
  ),
  semaphore: awaiting('a semaphore', 6, [
    [0, 1.5, 6, 1.5],
    [0, 4.5, 6, 4.5],
  ]),
  condition: awaiting('a condition', 8, [
    [0, 6, 4, 2],
    [4, 2, 8, 6],
  ]),
  unknown: { word: 'unknown: the log was cut', fill: 'dashed', dash: 6, text: 'muted', blinks: false },
  idle: { word: 'idle', fill: 'line', text: 'muted', blinks: false },
  turn: { word: 'waiting for its turn', fill: 'line', text: 'muted', blinks: false },
};

/** The look of a wait for something that others release: `what`. */
function awaiting(what: string, size: number, strokes: readonly Stroke[], lineWidth = 1.2): StateLook {
  const hatch = { size, strokes, lineWidth, hasGround: true };
  return { word: `waiting for ${what}`, fill: 'hatched', hatch, text: 'haloed', blinks: true };
}

/** What a stretch of a lane can look like: its state, or how its job ended; and the marks between and under bars. */
export type Look = BarState | 'failed' | 'cut-off' | 'message' | 'lost' | 'circle';

const OTHER_WORDS: Readonly<Record<Exclude<Look, BarState>, string>> = {
  failed: 'failed',
  'cut-off': 'cut off',
  message: 'a message, from put to get',
  lost: 'from read to write: the update was lost',
  circle: 'a circle of waits: deadlock',
};

/** Returns the legend's words for a look; lanes that take the steps of one order do not compute. */
export function lookWords(look: Look, unit: 'ms' | 'step' = 'ms'): string {
  return look === 'computing' && unit === 'step' ? 'taking its steps' : LOOK_WORDS[look];
}

/** The legend's words for each look. */
export const LOOK_WORDS: Readonly<Record<Look, string>> = {
  ...(Object.fromEntries(Object.entries(STATE_LOOKS).map(([state, { word }]) => [state, word])) as Record<
    BarState,
    string
  >),
  ...OTHER_WORDS,
};
