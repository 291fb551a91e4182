/** How a run enters the queue that servers share. */
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
import { QUEUE_CHANNEL } from './channels.ts';
import type { Database, Queries } from './connect.ts';
import { insertRun } from './postgres-store.ts';
import { stopRun } from './stop-run.ts';

/** Held while a run enters: the bounds of the queue hold for all servers together. */
const ENTER_LOCK = 7_015_203_382;

/** What the teacher of a room has set, perhaps at another server. */
const SHARES = `(select (state::json ->> 'sharesCores')::boolean from rooms where id = $4)`;

/** Stands for no bound. */
const ANY = 2 ** 31 - 1;

/** Whether fewer rows than a parameter match. No more are counted. */
const fewer = (condition: string, most: string) =>
  `(select count(*) from (select from queue where ${condition} limit ${most}::int) as few) < ${most}::int`;

/**
 * The round of a run that enters, and the turn of its network in it. People take turns, one run each per round; within a
 * round networks take turns in the same way, because anybody gets as many cookies as they like (see runs/turns.ts).
 * Nobody is owed for the time before they came: a newcomer begins with the round and turn that have their turn.
 */
const ITS_ROUND = `select greatest(
    (select coalesce(max(round) + 1, 0) from queue where person = $2),
    (select coalesce(min(round), 0) from queue where server is null)) as round`;
const ITS_TURN = `select round, greatest(
    (select coalesce(max(turn) + 1, 0) from queue
      where coalesce(network, '') = coalesce($3, '') and queue.round = its_round.round),
    (select coalesce(min(turn), 0) from queue where server is null and queue.round = its_round.round)) as turn
  from its_round`;

/**
 * Adds a row if a runner could execute the run, and if fewer than the bounds allow are there, or `$19` says that there
 * is a place.
 */
const ENTER = `with allowed as materialized (
    select exists (select from servers where not is_dead and role <> 'web' and cores >= $5 and memory_mib >= $6
        and $11 = any (case when $12 then sandboxed else runtimes end)) as fits,
      $19::boolean or (${fewer('server is null', '$14')}
        and ${fewer('person = $2 and server is null', '$15')} and ${fewer('network = $3 and server is null', '$16')}
        and ${fewer('person = $2', '$17')} and ${fewer('network = $3', '$18')}) as is_free
  ), its_round as materialized (${ITS_ROUND}), its_turn as materialized (${ITS_TURN}), entered as (
    insert into queue (run, person, network, room, cores, memory_mib, needs, lasts_ms, is_exclusive, shares, runtime,
      is_sandboxed, pass_seconds, round, turn)
    select $1::text, $2::text, $3::text, $4::text, $5::float8, $6::float8, $7::float8, $8::float8, $9::boolean,
      coalesce(${SHARES}, $10::boolean), $11::text, $12::boolean, $13::int, round, turn
    from allowed, its_turn where fits and is_free returning 1
  ) select fits, is_free as "isFree", (select pg_notify('${QUEUE_CHANNEL}', '') from entered) as notified from allowed`;

const enteredRow = z.object({ fits: z.boolean(), isFree: z.boolean() });
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

/** See `Queue.enter`. `server`: the id of this server. */
export function enter(database: Database, server: string | null, entry: Entry): Promise<void> {
  const { run, queued, choose, bounds } = entry;
  return database.transaction(async (queries) => {
    // What takes time is done before the lock.
    if (run.member) await checkOwner(queries, run.member.family, server);
    await insertRun(queries, run);
    await queries.rows('select pg_advisory_xact_lock($1)', [ENTER_LOCK]);
    if (await add(queries, queued, bounds)) return;
    // There may be no place: all others are needed to find out who gives up theirs, or what to say.
    const holders = await queries.rows(
      'select run as id, person, network, server is null as "isWaiting" from queue order by entry',
    );
    const displaced = choose(holders.map((row) => holderRow.parse(row)));
    if (displaced) await stopRun(queries, displaced);
    await add(queries, queued, 'has a place');
  });
}

/** Adds a run to the queue. Returns false if its bounds may be reached. Rejects with `NoRunnerError`. */
async function add(queries: Queries, queued: QueuedRun, bounds: Bounds | null | 'has a place') {
  const { id, person, network, room, cores, memoryMib, needs, lastsMs } = queued;
  const { isExclusive, shares, runtime, isSandboxed, passSeconds } = queued;
  const hasPlace = bounds === 'has a place';
  const most = hasPlace ? null : bounds;
  const [row] = await queries.rows(ENTER, [
    ...[id, person, network, room, cores, memoryMib, needs, lastsMs],
    ...[isExclusive, shares, runtime, isSandboxed, passSeconds],
    ...[most?.waiting, most?.waitingOfPerson, most?.waitingOfNetwork, most?.ofPerson, most?.ofNetwork].map(
      (bound = 0) => Math.min(bound, ANY),
    ),
    hasPlace,
  ]);
  const { fits, isFree } = enteredRow.parse(row);
  if (!fits) throw new NoRunnerError('No server that runs programs can execute this one.');
  return isFree;
}

/** Rejects with `DeadServerError` if another server has taken a family over. */
async function checkOwner(queries: Queries, family: string, server: string | null): Promise<void> {
  const owned = await queries.rows(
    'select 1 from families where id = $1 and owner is not distinct from $2 for share',
    [family, server],
  );
  if (owned.length === 0) throw new DeadServerError();
}
