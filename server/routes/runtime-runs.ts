/** The drawing of a family on every runtime. */
import { raw } from 'hono/html';
import type { LoggedRun } from '../exports/draw.ts';
import type { Drawings } from '../exports/drawings.ts';
import { RenderingsBusyError } from '../exports/renderings.ts';
import type { Family } from '../figures/family.ts';
import { specAt } from '../figures/planned.ts';
import type { Playground } from './playground.ts';
import { loggedOf } from './view.ts';

/**
 * Resolves with the timelines of all runs of a family as HTML, those that are still to come included; null if too many
 * drawings are waiting, or if the family has none.
 */
export async function runtimesOf(family: Family, playground: Playground, drawings: Drawings) {
  if (family.kind !== 'runtimes') return null;
  const isOver = family.status !== null;
  const runs = await Promise.all(
    Array.from({ length: family.count }, (_, i) => loggedRun(family, i + 1, playground)),
  );
  try {
    return raw(String(await drawings.of({ kind: 'runtimes', runs, isOver }, isOver)));
  } catch (error) {
    if (error instanceof RenderingsBusyError) return null;
    throw error;
  }
}

async function loggedRun(family: Family, number: number, playground: Playground): Promise<LoggedRun> {
  const member = family.runs.find((run) => run.number === number);
  const run = member && (await playground.runs.get(member.id));
  if (run) return loggedOf(run, playground);
  const spec = specAt(family, family.spec, number);
  return loggedOf({ id: '', spec, log: { after: () => [], place: null } }, playground);
}
