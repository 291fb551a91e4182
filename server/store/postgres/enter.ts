/**
 * How a run enters the queue that servers share: its round, and the turn of its network in it. People take turns, one run
 * each per round; within a round networks take turns in the same way, because anybody gets as many cookies as they like
 * (see runs/admission/turns.ts). Nobody is owed for the time before they came: a newcomer begins with the round and turn
 * that have their turn.
 */

import { z } from 'zod';
import {
  type Bounds,
  DeadServerError,
  type Holder,
  NoRunnerError,
  type QueuedRun,
  type Stop,
} from '../cluster.ts';
import type { StoredRun } from '../store.ts';
import type { Database, Queries } from './connect.ts';
import { stateOf } from './errors.ts';
import { INSERT_RUN, insertedValues } from './insert-run.ts';
import { QUICKLY } from './quickly.ts';
import { stopRun } from './stop-run.ts';

/** Held while a run enters, also by `enter_queue`: the bounds of the queue hold for all servers together. */
const ENTER_LOCK = 7_015_203_382;

/** Stands for no bound. */
const ANY = 2 ** 31 - 1;

/** What `enter_queue` throws: no runner could execute the run, and the bounds may be reached. See enter-queue.ts. */
const NO_RUNNER = 'PQ001';
const FULL = 'PQ002';

/**
 * Adds a run to the store and to the queue, if a runner could execute it, and if the bounds allow it or are not asked.
 * The commit does not wait for the disk, for it has the lock until it has ended: see `toDisk`.
 */
const ENTER = `with added as (${INSERT_RUN} returning id) select enter_queue(id, $10, $11, $12, $13, $14, $15, $16, $17, $18,
  $19, $20, $21, $22, $23, $24, $25, $26, $27) from added
  where ${QUICKLY}`;

const holderRow = z.object({
  id: z.string(),
  person: z.string(),
  network: z.string().nullable(),
  isWaiting: z.boolean(),
});

/** See `Queue.enter`. */
export type Entry = {
  run: StoredRun;
  queued: QueuedRun;
  choose: (holders: Holder[]) => Stop | null;
  bounds: Bounds | null;
};

/**
 * See `Queue.enter`; whoever calls it then waits for `toDisk`. `server`: the id of this server. Others are not notified:
 * commits that notify wait for each other, and with them would all that enter.
 */
export async function enter(database: Database, server: string | null, entry: Entry): Promise<void> {
  const { bounds } = entry;
  if (bounds && (await isIn(database, server, entry, bounds))) return;
  await enterAnyway(database, server, entry);
}

/**
 * Resolves when all that was committed before is on the disk. Many wait for that together, where each would have kept the
 * lock for so long.
 */
export async function toDisk(database: Database): Promise<void> {
  // A message that nobody reads: it is written to the log of the database, and nothing else is.
  await database.rows(`select pg_logical_emit_message(true, 'playground', '')`);
}

/** Adds a run that may have no place: another gives up its own, or it is refused. */
async function enterAnyway(
  database: Database,
  server: string | null,
  { run, queued, choose }: Entry,
): Promise<void> {
  const { member } = run;
  await database.transaction(async (queries) => {
    if (member) await checkOwner(queries, member.family, server);
    await queries.rows('select pg_advisory_xact_lock($1)', [ENTER_LOCK]);
    // There may be no place: all others are needed to find out who gives up theirs, or what to say.
    const holders = await queries.rows(
      'select run as id, person, network, server is null as "isWaiting" from queue order by entry',
    );
    const displaced = choose(holders.map((row) => holderRow.parse(row)));
    if (displaced) await stopRun(queries, displaced);
    await add(queries, run, queued, 'has a place');
  });
}

/** Adds a run if its bounds allow it. Returns false if they may be reached. */
async function isIn(
  database: Database,
  server: string | null,
  { run, queued }: Entry,
  bounds: Bounds,
): Promise<boolean> {
  const { member } = run;
  try {
    if (!member) await add(database, run, queued, bounds);
    else
      await database.transaction(async (queries) => {
        await checkOwner(queries, member.family, server);
        await add(queries, run, queued, bounds);
      });
    return true;
  } catch (error) {
    if (stateOf(error) !== FULL) throw error;
    return false;
  }
}

/** Adds a run. Rejects with `NoRunnerError`, or with the database's error `FULL`. */
async function add(
  queries: Pick<Queries, 'rows'>,
  run: StoredRun,
  queued: QueuedRun,
  bounds: Bounds | 'has a place',
): Promise<void> {
  const { person, network, room, cores, memoryMib, needs, lastsMs } = queued;
  const { isExclusive, shares, runtime, isSandboxed, passSeconds } = queued;
  const hasPlace = bounds === 'has a place';
  const most = hasPlace ? null : bounds;
  try {
    await queries.rows(ENTER, [
      ...insertedValues(run),
      ...[person, network, room, cores, memoryMib, needs, lastsMs],
      ...[isExclusive, shares, runtime, isSandboxed, passSeconds],
      ...[most?.waiting, most?.waitingOfPerson, most?.waitingOfNetwork, most?.ofPerson, most?.ofNetwork].map(
        (bound = 0) => Math.min(bound, ANY),
      ),
      hasPlace,
    ]);
  } catch (error) {
    if (stateOf(error) !== NO_RUNNER) throw error;
    throw new NoRunnerError('No server that runs programs can execute this one.');
  }
}

/** Rejects with `DeadServerError` if another server has taken a family over. */
async function checkOwner(queries: Queries, family: string, server: string | null): Promise<void> {
  const owned = await queries.rows(
    'select 1 from families where id = $1 and owner is not distinct from $2 for share',
    [family, server],
  );
  if (owned.length === 0) throw new DeadServerError();
}
