/** The keys of the timelines, as in trace viewers. */
import type { Stage } from './stage.ts';

/** Actions of keys that the stage does not provide itself. */
export type KeyActions = {
  stage: Stage;
  help(): void;
  /** Goes to the cause of the selected bar, and back again. */
  goToWhy(): void;
  back(): void;
  play(): void;
  /** Goes to the next event (1) or the previous one (-1). */
  stepEvent(by: 1 | -1): void;
};

type Key = { keys: string[]; does(actions: KeyActions): void };

const CLOSER = 0.7;
const SHARE = 0.15;

/** Zooms around the selected bar, else around the middle. */
function zoom({ stage }: KeyActions, factor: number): void {
  const { minMs, maxMs } = stage.view;
  const bar = stage.selected?.bar;
  const middle = bar ? (bar.startMs + (bar.endMs ?? maxMs)) / 2 : (minMs + maxMs) / 2;
  stage.zoom(factor, Math.min(maxMs, Math.max(minMs, middle)));
}

const KEYS: Key[] = [
  { keys: ['w', '+', '='], does: (a) => zoom(a, CLOSER) },
  { keys: ['s', '-'], does: (a) => zoom(a, 1 / CLOSER) },
  { keys: ['a'], does: ({ stage }) => stage.move(-SHARE) },
  { keys: ['d'], does: ({ stage }) => stage.move(SHARE) },
  { keys: ['f'], does: ({ stage }) => stage.fit() },
  { keys: ['0'], does: ({ stage }) => stage.look(null) },
  { keys: ['arrowleft'], does: ({ stage }) => stage.step('left') },
  { keys: ['arrowright'], does: ({ stage }) => stage.step('right') },
  { keys: ['arrowup'], does: ({ stage }) => stage.step('up') },
  { keys: ['arrowdown'], does: ({ stage }) => stage.step('down') },
  { keys: ['home'], does: ({ stage }) => stage.step('first') },
  { keys: ['end'], does: ({ stage }) => stage.step('last') },
  { keys: ['enter'], does: (a) => a.goToWhy() },
  { keys: ['backspace'], does: (a) => a.back() },
  { keys: ['e'], does: ({ stage }) => stage.turn('arrows') },
  { keys: ['c'], does: ({ stage }) => stage.turn('path') },
  { keys: ['j'], does: ({ stage }) => stage.turn('jobs') },
  { keys: [' '], does: (a) => a.play() },
  { keys: ['.'], does: (a) => a.stepEvent(1) },
  { keys: [','], does: (a) => a.stepEvent(-1) },
  { keys: ['?'], does: (a) => a.help() },
  {
    keys: ['escape'],
    does: ({ stage }) => {
      if (stage.measured) stage.measure(null);
      else stage.select(null);
    },
  },
];

const BY_KEY = new Map(KEYS.flatMap((one) => one.keys.map((key) => [key, one] as const)));

/** Performs the action of a key pressed in a focused timeline. */
export function pressKey(event: KeyboardEvent, actions: KeyActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = BY_KEY.get(event.key.toLowerCase());
  if (!key) return;
  key.does(actions);
  event.preventDefault();
}
