/** Rooms in a PostgreSQL database that other servers change, too. What one server does to them: see postgres-rooms.ts. */
import { z } from 'zod';
import type { SharedLook } from '../../figures/look-news.ts';
import type { RoomStore } from '../rooms.ts';
import {
  noticeOf,
  ROOMS_CHANNEL,
  type RoomContent,
  type RoomGlance,
  type SharedRooms,
  type WhichRooms,
} from '../shared-rooms.ts';
import type { Database, Queries, Value } from './connect.ts';
import { PostgresRooms } from './postgres-rooms.ts';
import { changeRoom, lockRoom, noteRoom } from './room-changes.ts';
import { contentRow, GLANCE, glanceRow, LOAD, toContent } from './shared-room-rows.ts';

const countRow = z.object({ count: z.int() });
const roomIdRow = z.object({ room: z.string() });
const memberRow = z.object({ member: z.int() });

export class SharedPostgresRooms implements SharedRooms {
  readonly server: string;
  readonly #database: Database;

  constructor(database: Database, server: string) {
    this.#database = database;
    this.server = server;
  }

  async glance(which: WhichRooms): Promise<RoomGlance[]> {
    const [where, value] = conditionOf(which);
    const rows = await this.#database.read(`${GLANCE} where ${where}`, [value]);
    return rows.map((row) => glanceRow.parse(row));
  }

  load(id: string, version: number): Promise<RoomContent | null> {
    return this.#load(this.#database, id, version);
  }

  async #load(queries: Pick<Queries, 'rows'>, id: string, version: number): Promise<RoomContent | null> {
    const [row] = await queries.rows(LOAD, [id, version]);
    return row === undefined ? null : toContent(contentRow.parse(row));
  }

  change<T>(
    id: string,
    known: number,
    take: (content: RoomContent) => void,
    work: (store: RoomStore) => Promise<T>,
  ): Promise<{ value: T; version: number } | null> {
    return this.#database.transaction(async (queries) => {
      const version = await lockRoom(queries, id);
      if (version === null) return null;
      const content = version === known ? null : await this.#load(queries, id, known);
      if (content !== null) take(content);
      let isChanged = false;
      const store = new PostgresRooms({
        read: (sql, values) => queries.rows(sql, values),
        write(_, write) {
          isChanged = true;
          return write(queries, version + 1);
        },
      });
      const value = await work(store);
      if (isChanged) await noteRoom(queries, this.server, id);
      return { value, version: isChanged ? version + 1 : version };
    });
  }

  async count(): Promise<number> {
    const [row] = await this.#database.read('select count(*) from rooms');
    return countRow.parse(row).count;
  }

  async removeExpired(sureMs: number): Promise<void> {
    const isExpired = 'select id as room from rooms where expires_at <= $1';
    for (const row of await this.#database.read(isExpired, [sureMs])) {
      const { room } = roomIdRow.parse(row);
      await this.#database.transaction(async (queries) => {
        // Its teacher may keep it at this moment.
        const isStill = 'select 1 from rooms where id = $1 and expires_at <= $2 for no key update';
        if ((await queries.rows(isStill, [room, sureMs])).length === 0) return;
        const store = new PostgresRooms({
          read: (sql, values) => queries.rows(sql, values),
          write: (_, write) => write(queries, 0),
        });
        await store.removeRoom(room);
        await noteRoom(queries, this.server, room);
      });
    }
  }

  async forgetRun(run: string): Promise<void> {
    const hands = await this.#database.read('select distinct room from members where hand_run = $1', [run]);
    for (const row of hands) {
      const { room } = roomIdRow.parse(row);
      const sql = 'update members set hand_run = null where room = $1 and hand_run = $2';
      await changeRoom(this.#database, this.server, room, (queries) => queries.rows(sql, [room, run]));
    }
    await this.#look('delete from room_looks where run = $1 returning room', [run]);
  }

  async addDeviceCode(room: string, member: number, code: string, validMs: number): Promise<boolean> {
    return this.#database.transaction(async (queries) => {
      await queries.rows('delete from device_codes where room = $1 and (member = $2 or expires_at < now())', [
        room,
        member,
      ]);
      const sql = `insert into device_codes (room, member, code, expires_at)
        values ($1, $2, $3, now() + $4 * interval '1 ms') on conflict do nothing`;
      return (await queries.count(sql, [room, member, code, validMs])) === 1;
    });
  }

  async useDeviceCode(room: string, code: string): Promise<number | null> {
    const sql =
      'delete from device_codes where room = $1 and code = $2 and expires_at >= now() returning member';
    const [row] = await this.#database.rows(sql, [room, code]);
    return row === undefined ? null : memberRow.parse(row).member;
  }

  showClass(room: string, session: string, look: SharedLook, begins: boolean): Promise<boolean> {
    const values = [room, session, look.run, JSON.stringify(look)];
    return this.#look(
      begins
        ? `insert into room_looks (room, member, server, session, run, look, looked_at)
            select id, 0, '', $2, $3, $4, clock_timestamp() from rooms where id = $1
            on conflict (room, member, server)
            do update set session = $2, run = $3, look = $4, looked_at = clock_timestamp() returning room`
        : `update room_looks set run = $3, look = $4, looked_at = clock_timestamp()
            where room = $1 and member = 0 and session = $2 returning room`,
      values,
    );
  }

  async endClass(room: string, session: string | null): Promise<void> {
    const sql = `delete from room_looks
      where room = $1 and member = 0 and ($2::text is null or session = $2) returning room`;
    await this.#look(sql, [room, session]);
  }

  async joinMember(room: string, member: number, run: string): Promise<void> {
    // What lapsed long ago is of servers that are gone.
    await this.#database.rows(
      `delete from room_looks
        where room = $1 and member <> 0 and server <> $2 and seen_at < now() - interval '5 min'`,
      [room, this.server],
    );
    const ifSame = (column: string, other: string) =>
      `case when room_looks.run = $4 then room_looks.${column} else ${other} end`;
    await this.#look(
      `insert into room_looks (room, member, server, run)
        select room, number, $3, $4 from members where room = $1 and number = $2
        on conflict (room, member, server) do update set
          run = $4, seen_at = clock_timestamp(), joined_at = ${ifSame('joined_at', 'clock_timestamp()')},
          look = ${ifSame('look', 'null')}, looked_at = ${ifSame('looked_at', 'null')}
        returning room`,
      [room, member, this.server, run],
    );
  }

  async leaveMember(room: string, member: number): Promise<void> {
    const sql = 'delete from room_looks where room = $1 and member = $2 and server = $3 returning room';
    await this.#look(sql, [room, member, this.server]);
  }

  showMember(room: string, member: number, look: SharedLook): Promise<boolean> {
    const sql = `update room_looks set look = $4, looked_at = clock_timestamp()
      where room = $1 and member = $2 and member <> 0 and run = $3 returning room`;
    return this.#look(sql, [room, member, look.run, JSON.stringify(look)]);
  }

  /** Writes views, and lets others hear of the rooms that the statement returns. Resolves with whether there were any. */
  async #look(sql: string, values: readonly Value[]): Promise<boolean> {
    // In the same statement: one way to the database, and the notice comes when the view is there.
    const told = `with changed as (${sql})
      select pg_notify('${ROOMS_CHANNEL}', $${values.length + 1} || room) from (select distinct room from changed) as one`;
    const rows = await this.#database.rows(told, [...values, noticeOf(this.server, '')]);
    return rows.length > 0;
  }
}

/** Returns a condition on `rooms`, and its value. */
function conditionOf(which: WhichRooms): [string, Value] {
  if ('code' in which) return ['code = $1', which.code];
  if ('ids' in which) return ['id = any($1)', which.ids];
  return ['id in (select room from members where person = $1)', which.person];
}
