/** The queue of runs that servers share in a PostgreSQL database. */
import { z } from 'zod';
import { STATUSES, type Status } from '../../protocol/facts.ts';
import { parsePlace } from '../../protocol/place.ts';
import {
  type Aged,
  type Bounds,
  DeadServerError,
  type Holder,
  type Instruction,
  type Queue,
  type QueuedRun,
  type QueueLoad,
  type QueueState,
  type Stop,
  type Waiting,
} from '../cluster.ts';
import type { Notices } from '../notices.ts';
import { noticeOf, ROOMS_CHANNEL } from '../shared-rooms.ts';
import type { StoredRun } from '../store.ts';
import { QUEUE_CHANNEL, RUNNER_CHANNEL } from './channels.ts';
import type { Database } from './connect.ts';
import { enter, toDisk } from './enter.ts';
import { FENCE } from './fence.ts';
import { Gate } from './gate.ts';
import type { News } from './news.ts';
import type { PostgresStore } from './postgres-store.ts';
import { SERVER, serverRow } from './servers.ts';
import { stopRun } from './stop-run.ts';

/** Most runs of this server that enter at the same time: one after the other does, on any server. */
const MOST_ENTERING = 2;

const COLUMNS = `run as id, queue.person, network, queue.room, queue.cores, queue.memory_mib as "memoryMib", needs,
  lasts_ms as "lastsMs", is_exclusive as "isExclusive", shares, runtime, is_sandboxed as "isSandboxed",
  pass_seconds as "passSeconds"`;
const AGE = (since: string) => `extract(epoch from clock_timestamp() - ${since})::float8 * 1000 as "ageMs"`;

const queuedRow = z.object({
  id: z.string(),
  person: z.string(),
  network: z.string().nullable(),
  room: z.string().nullable(),
  cores: z.number(),
  memoryMib: z.number(),
  needs: z.number(),
  lastsMs: z.number(),
  isExclusive: z.boolean(),
  shares: z.boolean(),
  runtime: z.string(),
  isSandboxed: z.boolean(),
  passSeconds: z.number(),
});
const activeRow = queuedRow.extend({ ageMs: z.number(), place: z.string().nullable() });
const positionsRow = z.object({
  ids: z.array(z.string()).nullable(),
  positions: z.array(z.number()).nullable(),
});
const loadRow = z.object({ waiting: z.number(), active: z.number() });
const instructionRow = z.object({
  id: z.string(),
  shares: z.boolean(),
  status: z.enum(STATUSES).nullable(),
  why: z.string().nullable(),
});
const livesRow = z.object({ lives: z.boolean() });
const idRow = z.object({ id: z.string() });

/** A fenced statement: `lives` has a row if the server `$1` lives, and `then` does something if it does. */
const ifAlive = (then: string) => `with lives as materialized (${FENCE}), ${then}`;

/** What waits and a server could ever carry, in order. */
const CARRIED = `select queue.* from queue join servers on servers.id = $1
  where queue.server is null
    and queue.cores <= servers.cores and queue.memory_mib <= servers.memory_mib
    and queue.runtime = any (case when is_sandboxed then servers.sandboxed else servers.runtimes end)
  order by round, turn, entry`;

/** Runs that a server tries to claim at a time: others do so, too, and take the first of them. */
const HEADS = 8;

/** The first of them, in order, that are not of a family on another server that could carry them. */
const firstOf = (runs: string) => `select ${COLUMNS} from (${runs}) as queue
  join runs on runs.id = queue.run
  left join families on families.id = runs.family
  where families.server is null or families.server = $1 or not exists (
    select from servers as other where other.id = families.server and not other.is_dead
      and queue.cores <= other.cores and queue.memory_mib <= other.memory_mib
      and queue.runtime = any (case when is_sandboxed then other.sandboxed else other.runtimes end))
  order by round, turn, queue.entry limit ${HEADS}`;

/** Runs that are looked at first: a long queue takes long to read, and seldom does a family wait for its server. */
const FEW = 100;

/** The first runs that a server could ever execute, in order. */
const HEAD = `with few as materialized (${CARRIED} limit ${FEW}),
  head as materialized (${firstOf('select * from few')})
  select * from head union all
  select * from (${firstOf(CARRIED)}) as later
  where not exists (select from head) and (select count(*) from few) = ${FEW}`;

/** Where runs are among all that wait, as two lists: many rows cost both sides more. */
const POSITIONS = `with line as (
    select run, row_number() over (order by round, turn, entry)::int as position from queue where server is null
  ) select array_agg(run) as ids, array_agg(position) as positions from line where run = any ($1)`;

/** Claims the first of some that nobody has claimed, or is about to claim. */
const CLAIM = ifAlive(`claimed as (
    update queue set server = $1, claimed_at = clock_timestamp()
    where exists (select from lives) and run = (
      select run from queue where run = any ($2) and server is null
      order by round, turn, entry limit 1 for update skip locked
    ) returning *
  ), its_family as (
    update families set server = $1 from runs
    where runs.id in (select run from claimed) and families.id = runs.family
  ) select exists (select from lives) as lives, claimed.run as id,
    ${AGE('claimed.entered_at')} from (values (1)) as one left join claimed on true`);
const claimRow = z.object({ lives: z.boolean(), id: z.string().nullable(), ageMs: z.number().nullable() });

const END = ifAlive(`ended as (
    update runs set status = $3 where id = $2 and exists (select from lives)
  ), gone as (
    delete from queue where run = $2 and exists (select from lives)
  ) select exists (select from lives) as lives`);

export class PostgresQueue implements Queue {
  #database: Database;
  #notices: Notices;
  #server: () => string | null;
  #gate = new Gate(MOST_ENTERING);
  #news: News;

  /** `notices`: by which others are heard. */
  constructor(store: PostgresStore, notices: Notices) {
    this.#database = store.database;
    this.#news = store.news;
    this.#notices = notices;
    this.#server = () => store.server;
  }

  async enter(
    run: StoredRun,
    queued: QueuedRun,
    choose: (holders: Holder[]) => Stop | null,
    bounds: Bounds | null = null,
  ): Promise<void> {
    await this.#gate.pass(() => enter(this.#database, this.#server(), { run, queued, choose, bounds }));
    await toDisk(this.#database);
    this.#news.tell(QUEUE_CHANNEL, '');
    if (run.seat) this.#news.tell(ROOMS_CHANNEL, noticeOf('', run.seat.room));
  }

  async claim(server: string, fits: (run: QueuedRun) => boolean): Promise<Aged | null> {
    for (;;) {
      const heads = (await this.#database.read(HEAD, [server])).map((row) => queuedRow.parse(row));
      // Nothing goes past one that does not fit.
      const unfit = heads.findIndex((run) => !fits(run));
      const fitting = unfit < 0 ? heads : heads.slice(0, unfit);
      if (fitting.length === 0) return null;
      const [row] = await this.#database.rows(CLAIM, [server, fitting.map(({ id }) => id)]);
      const { lives, id, ageMs } = claimRow.parse(row);
      if (!lives) throw new DeadServerError();
      const claimed = fitting.find((run) => run.id === id);
      if (claimed && ageMs !== null) return { ...claimed, ageMs };
      // Others have just taken all of them, or they were stopped.
    }
  }

  async begin(id: string, server: string): Promise<boolean> {
    const [row] = await this.#database.rows(
      ifAlive(`begun as (
          update queue set is_begun = true
          where run = $2 and server = $1 and stop_status is null and exists (select from lives)
          returning run
        ) select exists (select from lives) as lives, run as id from (values (1)) as one left join begun on true`),
      [server, id],
    );
    checkAlive(row);
    return idRow.safeParse(row).success;
  }

  async giveBack(server: string, known: readonly string[]): Promise<void> {
    await this.#database.rows(
      `with given as (
        update queue set server = null, claimed_at = null
        where server = $1 and not is_begun and run <> all ($2) returning run
      ) select pg_notify('${QUEUE_CHANNEL}', '') from (select count(*) from given) as given (count) where count > 0`,
      [server, known],
    );
  }

  async end(id: string, server: string, status: Status): Promise<void> {
    const [row] = await this.#database.rows(END, [server, id, status]);
    checkAlive(row);
    this.#news.tellOfLogs([id]);
    this.#news.tell(QUEUE_CHANNEL, '');
  }

  stop(stops: readonly Stop[]): Promise<void> {
    return this.#database.transaction(async (queries) => {
      for (const one of stops.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await stopRun(queries, one);
    });
  }

  stopRoom(room: string, stop: Omit<Stop, 'id'>): Promise<string[]> {
    return this.#database.transaction(async (queries) => {
      const rows = await queries.rows('select run as id from queue where room = $1 order by run', [room]);
      const ids = rows.map((row) => idRow.parse(row).id);
      for (const id of ids) await stopRun(queries, { id, ...stop });
      return ids;
    });
  }

  async shareCores(room: string, shares: boolean): Promise<void> {
    await this.#database.rows(
      `with changed as (update queue set shares = $2 where room = $1 and shares <> $2 returning server)
      select pg_notify('${QUEUE_CHANNEL}', ''),
        (select count(pg_notify('${RUNNER_CHANNEL}', server)) from changed where server is not null)`,
      [room, shares],
    );
  }

  async instructions(server: string): Promise<Instruction[]> {
    const sql = `select run as id, shares, stop_status as status, stop_why as why from queue where server = $1`;
    const rows = await this.#database.read(sql, [server]);
    return rows
      .map((row) => instructionRow.parse(row))
      .map(({ id, shares, status, why }) => ({ id, shares, stop: status && { id, status, why } }));
  }

  async waitOn(server: string, waiting: readonly Waiting[]): Promise<void> {
    await this.#database.rows(
      `with given as (select * from unnest($2::text[], $3::text[]) as given (run, place)),
      changed as (
        update queue set place = given.place from queue as old left join given on given.run = old.run
        where queue.run = old.run and queue.server = $1 and queue.place is distinct from given.place
        returning 1
      ) select pg_notify('${QUEUE_CHANNEL}', '') from (select count(*) from changed) as all_changed (count)
        where count > 0`,
      [server, waiting.map(({ id }) => id), waiting.map(({ place }) => JSON.stringify(place))],
    );
  }

  async state(ids: readonly string[], most: number): Promise<QueueState> {
    const [first, [positions], active, servers] = await Promise.all([
      this.#database.read(
        `select ${COLUMNS} from queue where server is null order by round, turn, entry limit $1`,
        [most],
      ),
      ids.length === 0 ? [null] : this.#database.read(POSITIONS, [ids]),
      this.#database.read(
        `select ${COLUMNS}, place, ${AGE('coalesce(claimed_at, entered_at)')} from queue where server is not null order by entry`,
      ),
      this.#database.read(`select ${SERVER} from servers where not is_dead and role <> 'web'`),
    ]);
    const claimed = active.map((row) => activeRow.parse(row));
    return {
      first: first.map((row) => queuedRow.parse(row)),
      positions: positions === null ? [] : positionsOf(positions),
      active: claimed,
      between: claimed.flatMap(({ id, place }) => {
        const parsed = place === null ? null : parsePlace(place);
        return parsed === null ? [] : [{ id, place: parsed }];
      }),
      runners: servers.map((row) => serverRow.parse(row)),
    };
  }

  async load(): Promise<QueueLoad> {
    const [row] = await this.#database.read(
      `select count(*) filter (where server is null) as waiting, count(server) as active from queue`,
    );
    return loadRow.parse(row);
  }

  async blocked(): Promise<string[]> {
    const rows = await this.#database.read(
      `select run as id from queue join runs on runs.id = queue.run where hidden = 'blocked'`,
    );
    return rows.map((row) => idRow.parse(row).id);
  }

  onChanged(changed: () => void): void {
    this.#notices.on(QUEUE_CHANNEL, changed);
    this.#notices.onChanged(changed);
  }

  onInstructed(server: () => string, instructed: () => void): void {
    this.#notices.on(RUNNER_CHANNEL, (id) => id === server() && instructed());
    this.#notices.onChanged(instructed);
  }
}

function checkAlive(row: unknown): void {
  if (!livesRow.parse(row).lives) throw new DeadServerError();
}

function positionsOf(row: unknown): QueueState['positions'] {
  const { ids, positions } = positionsRow.parse(row);
  return (ids ?? []).map((id, at) => ({ id, position: positions?.[at] ?? 0 }));
}
