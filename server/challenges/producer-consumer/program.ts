// Producer and consumer: two letters, and one who takes what is there
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(n: number, { queue }: JobApi) {
  if (n === 0) {
    // The producer.
    await queue.put('first letter');
    await queue.put('second letter');
    return;
  }
  // The consumer.
  const taken = [];
  while (queue.size > 0) taken.push(await queue.get());
  return taken;
}

// Leave the check as it is.
export function check({ results }: CheckApi) {
  if (String(results[1]) !== 'first letter,second letter')
    throw new Error(`2 letters were sent, the consumer took: ${String(results[1]) || 'none'}`);
}
