/** The settings of a run in one line, for lists of runs. */
import { RUNTIME_NAMES } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import { modeName } from './english.ts';
import { count } from './units.ts';

/** `5 jobs of 0.5 to 3 s, one by one, threads, Node.js`. */
export function askedWords({ jobs, minSeconds, maxSeconds, modes, runtime, everyRuntime }: Spec): string {
  const each = minSeconds === maxSeconds ? `${minSeconds}` : `${minSeconds} to ${maxSeconds}`;
  const how = [...modes.map(modeName), ...(everyRuntime ?? [runtime]).map((name) => RUNTIME_NAMES[name])];
  return `${count(jobs, 'job')} of ${each} s, ${how.join(', ')}`;
}
