/** Whether a run or family may be shown. */
import type { Store } from '../store/store.ts';

/** Thrown for a run or family that the operator has blocked: nothing of it may be shown. */
export class BlockedError extends Error {
  constructor() {
    super('The operator of this server has blocked this run.');
  }
}

/**
 * Reports whether the run or family `id` may be shown: false if it is being removed. Throws `BlockedError` if it is
 * blocked. Asks the store each time, because the operator's command blocks and removes beside a running server.
 */
export async function isShown(store: Pick<Store, 'hidden'>, id: string): Promise<boolean> {
  const hidden = await store.hidden(id);
  if (hidden === 'blocked') throw new BlockedError();
  return hidden === null;
}

/** Returns those of runs or families that the operator has blocked. */
export async function blockedOf(ids: readonly string[], store: Pick<Store, 'hidden'>): Promise<string[]> {
  const blocked = [];
  for (const id of ids) if ((await store.hidden(id)) === 'blocked') blocked.push(id);
  return blocked;
}
