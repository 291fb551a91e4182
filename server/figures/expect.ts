/** The expected length of a pass, so that a timeline can be drawn to scale from its first moment. */
import { hasWorkers, MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { secondsBetween, uniform } from '../spec/random.ts';
import type { Spec } from '../spec/spec.ts';

/** What is known of a pass before it runs. */
export type ExpectedPass = {
  /** The first number of seconds that each job draws. */
  seconds: number[];
  /**
   * How many jobs can wait at once, how many can hold up a thread without computing, how many can compute, and how many
   * can do what `work` does.
   */
  waiting: number;
  blocking: number;
  computing: number;
  working: number;
};

/**
 * Returns the seconds of each job of the spec, for a program that draws once: the same numbers that the jobs will draw.
 */
export function jobSeconds({ jobs, seed, minSeconds, maxSeconds }: Spec): number[] {
  return Array.from({ length: jobs }, (_, n) => secondsBetween(minSeconds, maxSeconds, uniform(seed, n)()));
}

/**
 * Estimates how long the longest pass of the spec takes on `cores` cores, in ms. Used only for the scale. `passSeconds`
 * models a program in which jobs do not each work for the seconds they draw.
 */
export function expectedMs(
  spec: Spec,
  cores: number,
  passSeconds: (plan: ExpectedPass) => number = ({ seconds, working }) => inTurns(seconds, working),
): number {
  const seconds = jobSeconds(spec);
  return 1000 * Math.max(...spec.modes.map((mode) => passSeconds({ seconds, ...atOnce(mode, spec, cores) })));
}

function atOnce(
  mode: Mode,
  { jobs, workers, work, runtime }: Spec,
  cores: number,
): Omit<ExpectedPass, 'seconds'> {
  const waiting = MODE_TRAITS[mode].overlaps ? (workers ?? jobs) : 1;
  const blocking = hasWorkers(mode) ? waiting : 1;
  // In Python, one thread of a process computes at a time, unless it is free-threaded.
  const takesTurns = runtime === 'python' && MODE_TRAITS[mode].lane === 'thread';
  const computing = takesTurns ? 1 : Math.min(blocking, cores);
  return { waiting, blocking, computing, working: work === 'wait' ? waiting : computing };
}

/** Returns how long `lanes` workers take if each takes the next job as soon as it is free. */
export function inTurns(seconds: number[], lanes: number): number {
  const busyUntil = Array.from({ length: lanes }, () => 0);
  for (const duration of seconds) {
    const next = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[next] = (busyUntil[next] ?? 0) + duration;
  }
  return Math.max(...busyUntil);
}
