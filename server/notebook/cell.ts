/** A cell of the notebook that the playground began with: a script in Python's own threads and processes. */
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import type { Spec } from '../spec/spec.ts';

/** What a cell's folder says of it, beside its program. Code in `output` and `repairs` is between backticks. */
export type CellTexts = {
  /** What the cell is about, in our own words. */
  title: string;
  /** What it does, and what to look for. */
  lookFor: string;
  /** What the notebook's own output shows. */
  output: string;
  /** What a run of it here shows, and why. */
  seen: string;
  /** What differs from the notebook's text, a sentence each, beside what differs in every cell. */
  repairs: string[];
  /** The lesson that goes on from it, by name. */
  lesson: string;
  /** What it starts. */
  mode: 'threads' | 'processes';
  /** About what it does, for the scale of its timeline and for its place in the queue. */
  settings: Pick<Spec, 'jobs' | 'minSeconds' | 'maxSeconds'> & Partial<Pick<Spec, 'work'>>;
  /** See `Lesson.passSeconds`. */
  passSeconds?: CatalogueEntry['passSeconds'];
};

/**
 * A cell with its number, from 1, and the text of its program, which imports and defines all that it needs. `claim` is
 * what it says of its runs; null if the general words serve. `claimFile`: as of a lesson.
 */
export type Cell = CellTexts & Pick<CatalogueEntry, 'program' | 'claim' | 'claimFile'> & { number: number };

/** Returns the name of a cell among built files. */
export function nameOfCell({ number }: Pick<Cell, 'number'>): string {
  return `cell-${number}`;
}

/** Returns the fields of the request that runs a cell on `runtime`. */
export function requestOf({ program, mode, settings }: Cell, runtime: Spec['runtime']) {
  return { lesson: '', code: program, runtime, modes: [mode], ...settings };
}
