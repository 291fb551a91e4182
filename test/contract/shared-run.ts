/** Runs that several files look at: the first file that needs one plays it, and the others read its events. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Playground } from '../../server/routes/playground.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { isTriedAgain } from '../everyday.ts';
import { PREPARED } from '../prepared.ts';
import { Played, play } from './play.ts';

/** What is kept of a run; `error` if it could not be played. */
type Kept = { spec: Spec; events: RunEvent[]; left: number[] } | { error: string };

/**
 * Returns the run of `spec` that a file of the suite has played, on any ground, or plays it on this one. The file's
 * own settings must not matter to it. A test that is tried again gets another run.
 */
export async function playShared(
  ground: Playground,
  spec: Partial<Spec> & Pick<Spec, 'lesson'>,
): Promise<Played> {
  if (isTriedAgain()) return play(ground, spec);
  const folder = path.join(path.dirname(process.env[PREPARED] ?? ''), 'runs');
  fs.mkdirSync(folder, { recursive: true });
  const sorted = Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1));
  const file = path.join(folder, createHash('sha256').update(JSON.stringify(sorted)).digest('hex'));
  if (isFirst(`${file}.claim`)) {
    const draft = `${file}.draft`;
    fs.writeFileSync(draft, JSON.stringify(await keep(ground, spec)));
    fs.renameSync(draft, file);
  }
  // If the other file fails to keep it, the hook that waits here ends at its own time limit.
  while (!fs.existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
  const kept: Kept = JSON.parse(fs.readFileSync(file, 'utf8'));
  if ('error' in kept) throw new Error(`A run that several files share failed: ${kept.error}`);
  return new Played(kept.spec, kept.events, kept.left);
}

async function keep(ground: Playground, spec: Partial<Spec> & Pick<Spec, 'lesson'>): Promise<Kept> {
  try {
    const played = await play(ground, spec);
    return { spec: played.spec, events: played.events, left: played.left };
  } catch (error) {
    return { error: String(error) };
  }
}

/** Reports whether this call is the first, of all workers, to claim `name`. */
function isFirst(name: string): boolean {
  try {
    fs.mkdirSync(name);
    return true;
  } catch {
    return false;
  }
}
