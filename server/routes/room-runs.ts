/** The runs that the members of a room made in it, for exports. */
import type { Room } from '../rooms/room.ts';
import type { RunRecord } from '../runs/execution.ts';
import { BlockedError } from '../runs/shown.ts';
import { DamagedError } from '../store/store.ts';
import type { Playground } from './playground.ts';

/** Most runs of an export, the latest; and about how much their events may take, in bytes. */
const MOST_RUNS = 5000;
const MOST_BYTES = 2 ** 31;

/** A run of a member. */
export type RoomRun = {
  run: RunRecord;
  member: number;
  name: string /** Its number among those of its member. */;
  nth: number;
};

/**
 * Yields the runs of a room's members, oldest first, one at a time. Counts those that cannot be read, and those past
 * the limits, in `left.out`.
 */
export async function* runsIn(
  { storage, runs }: Pick<Playground, 'storage' | 'runs'>,
  room: Room,
  left: { out: number },
): AsyncGenerator<RoomRun> {
  // The room may end meanwhile.
  const names = new Map(room.members.map(({ number, name }) => [number, name]));
  const counts = new Map<number, number>();
  let bytes = 0;
  for (const { id, member } of await storage.rooms.runsOf(room.id, MOST_RUNS)) {
    const nth = (counts.get(member) ?? 0) + 1;
    counts.set(member, nth);
    const run = bytes > MOST_BYTES ? null : await runs.get(id).catch(noneIfRefused);
    const name = names.get(member);
    if (run === null || name === undefined) {
      left.out++;
      continue;
    }
    bytes += run.log.after(0).reduce((sum, line) => sum + line.length, 0);
    yield { run, member, name, nth };
  }
}

/** One that is blocked or damaged does not keep the others from being exported. */
function noneIfRefused(error: unknown): null {
  if (error instanceof BlockedError || error instanceof DamagedError) return null;
  throw error;
}
