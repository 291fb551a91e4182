/** The props of the views of a family. */
import type { Family } from '../../server/figures/family.ts';
import type { Remaining } from '../../server/figures/remaining.ts';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import type { ChallengeVerdict } from '../challenge/verdict.ts';
import type { Html } from '../page/html.ts';

/**
 * `mine`: the family was started by this browser, which may cancel it; without a cookie by the `cancelKey` that it
 * sent. `lesson`: null if it no longer exists. `left`: null if the family has ended. `grows`: it is running, or was
 * when the page was opened, so the page reserves space for rows to come. `base`: see `Site`.
 */
export type FamilyView = {
  family: Family;
  lesson: CatalogueEntry | null;
  /** The challenge that a search was made for, and what it says of it; null if there is none. */
  challenge: ChallengeVerdict | null;
  /** On every runtime: the timelines; null if there are none to show now. */
  timelines: Html | null;
  mine: boolean;
  cancelKey?: string;
  left: Remaining | null;
  grows: boolean;
  base: string;
};
