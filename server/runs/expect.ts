/** How long a pass is expected to take, so that a timeline can be drawn to scale from its first moment. */
import { secondsBetween, uniform } from '../program/random.ts';
import type { Mode, Spec } from './spec.ts';

/** Seconds of each job of the spec, where its program draws once: the same numbers that the jobs will draw. */
export function jobSeconds({ jobs, seed, minSeconds, maxSeconds }: Spec): number[] {
  return Array.from({ length: jobs }, (_, n) => secondsBetween(minSeconds, maxSeconds, uniform(seed, n)()));
}

/** Milliseconds that the longest pass of the spec should take on `cores` cores. An estimate: for the scale, for nothing else. */
export function expectedMs(spec: Spec, cores: number): number {
  const seconds = jobSeconds(spec);
  return (
    Math.max(...spec.modes.map((mode) => seconds.length && schedule(seconds, atOnce(mode, spec, cores)))) *
    1000
  );
}

/** How many jobs make headway at the same time. */
function atOnce(mode: Mode, { jobs, workers, work }: Spec, cores: number): number {
  const lanes = mode === 'sequential' ? 1 : (workers ?? jobs);
  if (work === 'wait') return lanes;
  return mode === 'event-loop' ? 1 : Math.min(lanes, cores);
}

/** The time that `lanes` workers take when each takes the next job as soon as it is free. */
function schedule(seconds: number[], lanes: number): number {
  const busyUntil = Array.from({ length: lanes }, () => 0);
  for (const length of seconds) {
    const next = busyUntil.indexOf(Math.min(...busyUntil));
    busyUntil[next] = (busyUntil[next] ?? 0) + length;
  }
  return Math.max(...busyUntil);
}
