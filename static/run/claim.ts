/** Loads what the lesson of the run on the page says of its runs. */
import type { Claim } from '../../server/words/claim.ts';

/** How long a page waits for the claim before it does without, in ms. */
const TIMEOUT_MS = 5000;

/**
 * Imports the claim at `address`. Resolves to null if there is none, or if it cannot be loaded: the general words
 * serve.
 */
export async function loadClaim(address: string | undefined): Promise<Claim | null> {
  if (address === undefined) return null;
  const loaded = import(address).then(({ default: claim }: { default: Claim }) => claim);
  const late = new Promise<null>((resolve) => setTimeout(resolve, TIMEOUT_MS, null));
  return Promise.race([loaded.catch(() => null), late]);
}
