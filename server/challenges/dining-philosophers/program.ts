// Dining philosophers: three of them, three forks
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(n: number, { lock }: JobApi) {
  const left = lock(`fork ${n}`);
  const right = lock(`fork ${(n + 1) % 3}`);
  await left.acquire();
  await right.acquire();
  const meal = 'rice';
  right.release();
  left.release();
  return meal;
}

// Leave the check as it is.
export function check({ results }: CheckApi) {
  const fed = results.filter((meal) => meal === 'rice').length;
  if (fed !== 3) throw new Error(`3 philosophers were to eat, not ${fed}`);
}
