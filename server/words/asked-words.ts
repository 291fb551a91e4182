/** What was asked for, in a line, for lists in which runs are told apart. */
import type { Spec } from '../spec/spec.ts';
import { count } from './units.ts';
import { MODE_NAMES } from './words.ts';

/** `5 jobs of 0.5 to 3 s, one by one, threads, Node.js`. */
export function askedWords({ jobs, minSeconds, maxSeconds, modes, runtime }: Spec): string {
  const each = minSeconds === maxSeconds ? `${minSeconds}` : `${minSeconds} to ${maxSeconds}`;
  const how = [...modes.map((mode) => MODE_NAMES[mode]), runtime === 'node' ? 'Node.js' : 'Deno'];
  return `${count(jobs, 'job')} of ${each} s, ${how.join(', ')}`;
}
