// Semaphore: two painters need two brushes each, and there are two
import type { CheckApi, JobApi } from '../../program/types.ts';

export async function job(_n: number, { shared, semaphore }: JobApi) {
  const brushes = semaphore('brushes', 2);
  await brushes.acquire();
  shared.push('takes');
  await brushes.acquire();
  shared.push('takes');
  shared.push('paints');
  brushes.release();
  brushes.release();
}

// Leave the check as it is.
export function check({ shared }: CheckApi) {
  let taken = 0;
  let painted = 0;
  for (const step of shared.list) {
    taken = step === 'takes' ? taken + 1 : 0;
    if (step === 'paints') painted++;
    if (taken > 2) throw new Error('3 brushes were taken, there are 2');
  }
  if (painted !== 2) throw new Error(`2 painters were to paint, not ${painted}`);
}
