/** A run as the views show it. */
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';

/** `mine`: the run was asked for by this browser, which may cancel it. */
export type RunProps = PlannedRun & {
  id: string;
  timeline: RunTimeline;
  mine: boolean;
  /** The family that the run belongs to, and its number in it, from 1; null if it belongs to none. */
  member: { family: string; number: number } | null;
};

/** A run that there is, or may be. `lesson`: null where there is none by that name any more. `spanMs`: time the drawings' width stands for. */
export type PlannedRun = { spec: Spec; lesson: CatalogueEntry | null; spanMs: number };
