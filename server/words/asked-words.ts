/** The settings of a run in one line, for lists of runs. */
import { looksLikeScript } from '../spec/python.ts';
import { RUNTIME_NAMES } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import { modeName } from './english.ts';
import { count } from './units.ts';

/** `5 jobs of 0.5 to 3 s, one by one, threads, Node.js`; `a script, threads, Python`. */
export function askedWords(spec: Spec): string {
  const { jobs, minSeconds, maxSeconds, modes, runtime, everyRuntime } = spec;
  const each = minSeconds === maxSeconds ? `${minSeconds}` : `${minSeconds} to ${maxSeconds}`;
  const how = [...modes.map(modeName), ...(everyRuntime ?? [runtime]).map((name) => RUNTIME_NAMES[name])];
  const what = looksLikeScript(spec) ? 'a script' : `${count(jobs, 'job')} of ${each} s`;
  return [what, ...how].join(', ');
}
