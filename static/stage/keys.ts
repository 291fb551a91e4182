/** The keys of the timelines, as in trace viewers. */
import type { Stage } from './stage.ts';

/** Actions of keys that the stage does not provide itself. */
type KeyActions = {
  stage: Stage;
  help(): void;
  /** Goes to the cause of the selected bar, and back again. */
  goToCause(): void;
  back(): void;
  play(): void;
  /** Goes to the next event (1) or the previous one (-1). */
  stepEvent(by: 1 | -1): void;
};

type Key = { keys: string[]; run(actions: KeyActions): void };

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
  { keys: ['w', '+', '='], run: (a) => zoom(a, CLOSER) },
  { keys: ['s', '-'], run: (a) => zoom(a, 1 / CLOSER) },
  { keys: ['a'], run: ({ stage }) => stage.move(-SHARE) },
  { keys: ['d'], run: ({ stage }) => stage.move(SHARE) },
  { keys: ['f'], run: ({ stage }) => stage.fit() },
  { keys: ['0'], run: ({ stage }) => stage.look(null) },
  { keys: ['arrowleft'], run: ({ stage }) => stage.step('left') },
  { keys: ['arrowright'], run: ({ stage }) => stage.step('right') },
  { keys: ['arrowup'], run: ({ stage }) => stage.step('up') },
  { keys: ['arrowdown'], run: ({ stage }) => stage.step('down') },
  { keys: ['home'], run: ({ stage }) => stage.step('first') },
  { keys: ['end'], run: ({ stage }) => stage.step('last') },
  { keys: ['enter'], run: (a) => a.goToCause() },
  { keys: ['backspace'], run: (a) => a.back() },
  { keys: ['e'], run: ({ stage }) => stage.turn('arrows') },
  { keys: ['c'], run: ({ stage }) => stage.turn('path') },
  { keys: ['j'], run: ({ stage }) => stage.turn('jobs') },
  { keys: [' '], run: (a) => a.play() },
  { keys: ['.'], run: (a) => a.stepEvent(1) },
  { keys: [','], run: (a) => a.stepEvent(-1) },
  { keys: ['?'], run: (a) => a.help() },
  {
    keys: ['escape'],
    run: ({ stage }) => {
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
  key.run(actions);
  event.preventDefault();
}
