/**
 * The modes, and the traits that the rest of the code depends on. A new mode is a row here and a file in program/modes:
 * docs/architecture.md lists what else asks for it.
 */

type ModeTraits = {
  /** Its name: `threads`. */
  name: string;
  /** Its name as the subject of a sentence: `the event loop`. */
  noun: string;
  /** How jobs run, in a sentence: `in threads`. */
  where: string;
  /** A short explanation for the form. */
  hint: string;
  /**
   * The kind of lane that jobs run in. In `main` they share its thread; otherwise each has its own worker, or takes
   * turns on one.
   */
  lane: 'main' | 'thread' | 'process';
  /** Whether a job may begin before another has ended. */
  overlaps: boolean;
  /** Whether all jobs see the same memory. */
  sharesMemory: boolean;
  /** Whether a scheduler of ours can let one lane or job at a time take its next step: see program/explore. */
  isOrdered: boolean;
};

const TRAITS = {
  sequential: {
    name: 'one by one',
    noun: 'one by one',
    where: 'one by one',
    hint: 'each starts when the one before ends',
    lane: 'main',
    overlaps: false,
    sharesMemory: true,
    isOrdered: false,
  },
  'event-loop': {
    name: 'event loop',
    noun: 'the event loop',
    where: 'on the event loop',
    hint: 'one thread, taking turns at each wait',
    lane: 'main',
    overlaps: true,
    sharesMemory: true,
    isOrdered: true,
  },
  threads: {
    name: 'threads',
    noun: 'threads',
    where: 'in threads',
    hint: 'side by side, memory can be shared',
    lane: 'thread',
    overlaps: true,
    sharesMemory: true,
    isOrdered: true,
  },
  processes: {
    name: 'processes',
    noun: 'processes',
    where: 'in processes',
    hint: 'side by side, nothing shared',
    lane: 'process',
    overlaps: true,
    sharesMemory: false,
    isOrdered: false,
  },
} satisfies Record<string, ModeTraits>;

/** The name of a mode: how jobs are run. */
export type Mode = keyof typeof TRAITS;
export const MODE_TRAITS: Readonly<Record<Mode, ModeTraits>> = TRAITS;
/** All modes, in the order in which the passes of a run are executed. */
export const MODES = Object.keys(TRAITS) as readonly Mode[] as readonly [Mode, ...Mode[]];

export function isMode(name: string | undefined): name is Mode {
  return name !== undefined && Object.hasOwn(TRAITS, name);
}

/** Reports whether jobs run in their own lanes beside main. */
export function hasWorkers(mode: Mode): boolean {
  return MODE_TRAITS[mode].lane !== 'main';
}

/** Reports whether several jobs can be under way on one thread. Each then has its own row in a drawing. */
export function interleaves(mode: Mode): boolean {
  return MODE_TRAITS[mode].overlaps && !hasWorkers(mode);
}
