// Readers and writers: a score in two places
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(n: number, { shared }: JobApi) {
  if (n === 0) {
    // The writer notes a goal: in the list of goals, and in the score.
    shared.push('goal');
    shared.counter.write(1);
    return;
  }
  // A reader reads both.
  return [shared.values().length, shared.counter.read()];
}

// Leave the check as it is.
export function check({ shared, results }: CheckApi) {
  if (shared.list.length !== 1 || shared.counter !== 1) throw new Error('the goal was not noted');
  for (const read of [results[1], results[2]]) {
    const [goals, score] = Array.isArray(read) ? read : [];
    if (goals !== score || goals === undefined)
      throw new Error(`a reader saw ${goals} goals, and the score ${score}`);
  }
}
