/** The modes, and what the rest of the code asks of each. A new mode is a row here and a file in program/modes. */

/** What a mode is. */
export type ModeTraits = {
  /** Its name: `threads`. */
  name: string;
  /** Its name as the subject of a sentence: `the event loop`. */
  noun: string;
  /** How jobs run, in a sentence: `in threads`. */
  where: string;
  /** What that means, in a few words, for the form. */
  hint: string;
  /** The kind of lane that jobs run in. In main, they share its thread; else each has a worker, or takes turns with others in one. */
  lane: 'main' | 'thread' | 'process';
  /** Whether a job may begin before another has ended. */
  overlaps: boolean;
  /** Whether all jobs see the same memory. */
  sharesMemory: boolean;
};

const TRAITS = {
  sequential: {
    name: 'one by one',
    noun: 'one by one',
    where: 'one by one',
    hint: 'each starts when the last has ended',
    lane: 'main',
    overlaps: false,
    sharesMemory: true,
  },
  'event-loop': {
    name: 'event loop',
    noun: 'the event loop',
    where: 'on the event loop',
    hint: 'one thread, taking turns at each wait',
    lane: 'main',
    overlaps: true,
    sharesMemory: true,
  },
  threads: {
    name: 'threads',
    noun: 'threads',
    where: 'in threads',
    hint: 'side by side, memory can be shared',
    lane: 'thread',
    overlaps: true,
    sharesMemory: true,
  },
  processes: {
    name: 'processes',
    noun: 'processes',
    where: 'in processes',
    hint: 'side by side, nothing shared',
    lane: 'process',
    overlaps: true,
    sharesMemory: false,
  },
} satisfies Record<string, ModeTraits>;

/** How jobs are run. */
export type Mode = keyof typeof TRAITS;
export const MODE_TRAITS: Readonly<Record<Mode, ModeTraits>> = TRAITS;
/** All modes, in the order in which the passes of a run are made. */
export const MODES = Object.keys(TRAITS) as readonly Mode[] as readonly [Mode, ...Mode[]];

/** Whether `name` is that of a mode. */
export function isMode(name: string | undefined): name is Mode {
  return name !== undefined && Object.hasOwn(TRAITS, name);
}

/** Whether jobs run in lanes of their own beside main. */
export function hasWorkers(mode: Mode): boolean {
  return MODE_TRAITS[mode].lane !== 'main';
}

/** Whether several jobs are under way on one thread: each then has a row of its own in a drawing. */
export function interleaves(mode: Mode): boolean {
  return MODE_TRAITS[mode].overlaps && !hasWorkers(mode);
}
