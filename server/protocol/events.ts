/** Events: the facts of a run in its log, which the server, its readers and everything derived from them share. */
import type { Fact } from './facts.ts';

/**
 * One fact about a run. `seq` counts from 1 in the run. `pass` counts passes from 0 and is null for what concerns
 * the run as a whole. `atMs` is milliseconds, to the microsecond, since the pass began, or since the run was
 * submitted where `pass` is null. Events stand in the log in the order in which the server learned of them; those
 * of one lane are in the order in which they happened.
 */
export type RunEvent = Fact & { seq: number; pass: number | null; atMs: number };
