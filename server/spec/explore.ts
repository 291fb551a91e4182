/** Rules for trying every order of a program's steps, and for executing one order. Pure. */
import { MODE_TRAITS, MODES, type Mode } from './modes.ts';
import type { Runtime } from './runtimes.ts';

/** The modes in which orders can be tried. */
const ORDERED_MODES = MODES.filter(isOrdered);

/** The runtimes on which it can. */
const ORDERED_RUNTIMES: readonly string[] = ['node', 'deno'];

/** Highest bounds of a search, and how many schedules it executes at most if the field is left empty. */
export const MAX_PREEMPTIONS = 1000;
export const MAX_SCHEDULES = 1_000_000;
export const DEFAULT_SCHEDULES = 100_000;

/** Reports whether the orders of a mode's steps can be tried. */
export function isOrdered(mode: Mode): boolean {
  return MODE_TRAITS[mode].isOrdered;
}

/** Reports whether the orders of a program's steps can be tried on a runtime. */
export function isOrderedOn(runtime: Runtime): boolean {
  return ORDERED_RUNTIMES.includes(runtime);
}

/**
 * Returns the modes of a search, or of one order, that names none: threads if the lesson's modes include them;
 * otherwise those of the lesson's that can be ordered; threads if none can.
 */
export function usualOrderedModes(lessonModes: readonly Mode[]): Mode[] {
  const possible = lessonModes.filter(isOrdered);
  return possible.length === 0 || possible.includes('threads') ? ['threads'] : possible;
}

/** Says which modes can be ordered; `what` begins the sentence: `Every order can be tried`. */
export function onlyOrdered(what: string): string {
  const [first, second] = ORDERED_MODES.toReversed().map((mode) => MODE_TRAITS[mode].where);
  return `${what} ${first} and ${second} only`;
}

/**
 * Returns a request for a search of what is possible, `explore: "possible"`, as one for a search: in those of its modes
 * that can be ordered, and without what excludes a search. The form's button sends it, whatever else is in the form.
 */
export function whatIsPossible(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  // The box of the form may be checked, too.
  if (![Reflect.get(input, 'explore')].flat().includes('possible')) return input;
  const {
    modes,
    repeat: _,
    sweep: __,
    schedule: ___,
    everyRuntime: ____,
    ...rest
  }: Record<string, unknown> = { ...input };
  const possible = Array.isArray(modes) ? modes.filter((mode) => ORDERED_MODES.includes(mode)) : [];
  return { ...rest, explore: true, ...(possible.length > 0 && { modes: possible }) };
}
