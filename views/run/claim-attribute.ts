/** Says where the page's script loads the claim of a run's lesson. */
import { html } from 'hono/html';
import type { PlannedRun } from './view.ts';

/** Renders the attribute of the run's element; nothing if the lesson has no claim. */
export function claimAttribute({ claimAddress }: Pick<PlannedRun, 'claimAddress'>) {
  return claimAddress === null ? null : html` data-claim="${claimAddress}"`;
}
