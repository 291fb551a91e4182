/** The data of a run that the views render. */
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import type { MemoryPool } from '../../server/spec/lanes.ts';
import type { Language } from '../../server/spec/language.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';

/**
 * `mine`: the run was started by this browser, which may cancel it. `cancelKey`: lets it do so without a cookie; only
 * in the answer to the request that started the run. `guess`: the index of the choice of the lesson's prediction that
 * was made before, if the server knows it.
 */
export type RunProps = PlannedRun & {
  id: string;
  timeline: RunTimeline;
  mine: boolean;
  cancelKey?: string;
  guess: number | null;
  /** The family that the run belongs to, and its number in it, from 1; null if it belongs to none. */
  member: { family: string; number: number } | null;
  /** Of one order: the search that it belongs to; null or left out if it belongs to none, or that is unknown. */
  order?: OrderContext | null;
  /** Why no events of the run come now, in a sentence; null if they do. */
  late: string | null;
};

/**
 * A run, existing or possible. `lesson`: null if it no longer exists. `claimAddress`: where the page's script loads the
 * lesson's claim; null if it has none. `spanMs`: the time that the drawings' width represents. `base`: see `Site`.
 */
export type PlannedRun = {
  spec: Spec;
  lesson: CatalogueEntry | null;
  claimAddress: string | null;
  spanMs: number;
  /** By mode: the pool that jobs share because the server's memory is short. */
  pools: Pools;
  /** By language: why this server runs no changed programs in it; null if it does. */
  whyFixed: Readonly<Record<Language, string | null>>;
  /** Whether the program is one that somebody wrote or changed, and this server runs no such programs. */
  isFixed: boolean;
  base: string;
};

/**
 * The search that an order belongs to. `count`: how many orders it found, null until it has ended; `isExact`: whether
 * that is all of them. `isFailing`: whether this order fails, null if it is not one of the examples. `well`, `failing`:
 * an order that goes well, and one that fails, each with its run, if it has been opened.
 */
export type OrderContext = {
  mode: Mode;
  count: number | null;
  isExact: boolean;
  isFailing: boolean | null;
  well: ExampleOrder | null;
  failing: ExampleOrder | null;
};

/** An order that a search has found. */
type ExampleOrder = { schedule: string; run: string | null };

export type Pools = Partial<Record<Mode, MemoryPool>>;
