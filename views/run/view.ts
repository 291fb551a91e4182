/** A run as the views show it. */
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';

/** `mine`: the run was asked for by this browser, which may cancel it. */
export type RunView = Planned & {
  id: string;
  timeline: RunTimeline;
  mine: boolean;
  /** The family that the run is one of, and its place in it, from 0; null where it stands alone. */
  member: { family: string; place: number } | null;
};

/** A run that there is, or may be. `lesson`: null where there is none by that name any more. `spanMs`: time the drawings' width stands for. */
export type Planned = { spec: Spec; lesson: CatalogueEntry | null; spanMs: number };
