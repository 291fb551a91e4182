/** What a run's timeline comes to: the figures of its table and the sentence above it. Pure. */
import type { Status } from './events.ts';
import type { Mode } from './spec.ts';
import type { RunTimeline } from './timeline.ts';

export type PassSummary = {
  mode: Mode;
  status: Status | null;
  /** null while the pass runs. */
  wallMs: number | null;
  /** Sum over jobs of the time from job-started to job-ended. */
  jobMs: number;
  /** How many times sooner than the sequential pass of this run, or, where it has none that completed, than the sum of this pass's job times. */
  speedUp: { factor: number; against: 'sequential' | 'sum' } | null;
  startupMs: number;
  lanes: number;
  done: number;
  failed: number;
  cutOff: number;
  cpuMs: number | null;
  peakRssBytes: number | null;
};
export declare function summarize(timeline: RunTimeline): PassSummary[];
/** One plain sentence on what happened, or is happening. */
export declare function sentence(timeline: RunTimeline): string;
