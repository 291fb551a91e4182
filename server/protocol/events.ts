/** Events: the facts of a run in its log, shared by the server, its readers and everything derived from them. */
import type { Fact } from './facts.ts';

/**
 * A fact about a run. `seq` counts from 1 in the run. `pass` counts from 0 and is null for facts about the run as a
 * whole. `atMs` is in ms, to the microsecond, since the pass began, or since the run was submitted if `pass` is null.
 * Events are in the log in the order in which the server learned of them; those of one lane are in the order in which
 * they happened.
 */
export type RunEvent = Fact & { seq: number; pass: number | null; atMs: number };

/** Reports whether `line`, an event as JSON, is the last of a run. Nothing follows it in a log. */
export function endsRun(line: string): boolean {
  // The text alone does not tell: a program may send such an object.
  return line.includes('"type":"run-ended"') && JSON.parse(line).type === 'run-ended';
}
