/** Rooms in the PostgreSQL database: see postgres-store.ts. */
import type { z } from 'zod';
import {
  MAX_PROGRAMS,
  type MemberChange,
  type RoomRun,
  type RoomStore,
  type StoredAnswer,
  type StoredExplanation,
  type StoredMember,
  type StoredRoom,
} from '../rooms.ts';
import type { Queries, Value } from './connect.ts';
import {
  answerRow,
  explanationRow,
  latestRow,
  memberRow,
  numberRow,
  programRow,
  readRows,
  roomRow,
} from './room-rows.ts';

/** Largest number of a program that a column can have. */
const LARGEST = 2 ** 31 - 1;

/** The columns of what can change about a member. */
const COLUMNS = {
  person: 'person',
  name: 'name',
  showsName: 'shows_name',
  handAt: 'hand_at',
  handRun: 'hand_run',
} as const;

/**
 * Where rooms are read and written: in the database, with a transaction for each change, or in a transaction that has
 * begun. See room-changes.ts.
 */
export type RoomPlace = {
  read(sql: string, values: readonly Value[]): Promise<unknown[]>;
  /** Calls `work`, which writes rows of a room with the version that the room is to have. */
  write<T>(room: string, work: (queries: Queries, version: number) => Promise<T>): Promise<T>;
};

export class PostgresRooms implements RoomStore {
  #place: RoomPlace;

  constructor(place: RoomPlace) {
    this.#place = place;
  }

  async #rows<T>(what: string, schema: z.ZodType<T>, sql: string, values: readonly Value[]): Promise<T[]> {
    return readRows(what, schema, await this.#place.read(sql, values));
  }

  createRoom(room: StoredRoom): Promise<boolean> {
    const { id, code, key, teacherKey, createdAt, expiresAt, state } = room;
    const insert = `insert into rooms (id, code, key, teacher_key, created_at, expires_at, state)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing`;
    const values = [id, code, key, teacherKey, createdAt, expiresAt, state];
    return this.#place.write(id, async (queries) => (await queries.count(insert, values)) === 1);
  }

  updateRoom(id: string, { state, expiresAt }: Pick<StoredRoom, 'state' | 'expiresAt'>): Promise<void> {
    const sql = 'update rooms set state = $2, expires_at = $3 where id = $1';
    return this.#place.write(id, async (queries) => {
      await queries.rows(sql, [id, state, expiresAt]);
    });
  }

  allRooms(): Promise<StoredRoom[]> {
    return this.#rows(
      'rooms',
      roomRow,
      `select id, code, key, teacher_key as "teacherKey", created_at as "createdAt", expires_at as "expiresAt", state
      from rooms order by created_at, id`,
      [],
    );
  }

  addMember(room: string, member: Omit<StoredMember, 'number'>): Promise<number> {
    const { person, name, joinedAt, showsName, handAt, handRun } = member;
    const next = 'update rooms set members = members + 1 where id = $1 returning members as number';
    const insert = `insert into members (room, number, person, name, joined_at, shows_name, hand_at, hand_run)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`;
    return this.#place.write(room, async (queries) => {
      const [row] = await queries.rows(next, [room]);
      const { number } = numberRow.parse(row);
      await queries.rows(insert, [room, number, person, name, joinedAt, showsName, handAt, handRun]);
      return number;
    });
  }

  async updateMember(room: string, number: number, change: MemberChange): Promise<void> {
    const fields = Object.keys(COLUMNS).filter(isColumn);
    const changed = fields.flatMap((field) => {
      const value = change[field];
      return value === undefined ? [] : [{ column: COLUMNS[field], value }];
    });
    if (changed.length === 0) return;
    const sets = changed.map(({ column }, at) => `${column} = $${at + 3}`).join(', ');
    const values = [room, number, ...changed.map(({ value }) => value)];
    await this.#place.write(room, (queries) =>
      queries.rows(`update members set ${sets} where room = $1 and number = $2`, values),
    );
  }

  removeMember(room: string, number: number): Promise<void> {
    return this.#place.write(room, async (queries) => {
      const values = [room, number];
      await queries.rows('update runs set member = null where room = $1 and member = $2', values);
      await queries.rows('delete from members where room = $1 and number = $2', values);
      await queries.rows('delete from room_looks where room = $1 and member = $2', values);
    });
  }

  membersOf(room: string): Promise<StoredMember[]> {
    return this.#rows(
      `members of room ${room}`,
      memberRow,
      `select number, person, name, joined_at as "joinedAt", shows_name as "showsName", hand_at as "handAt",
        hand_run as "handRun"
      from members where room = $1 order by number`,
      [room],
    );
  }

  async latestRunsOf(room: string): Promise<Map<number, string>> {
    const rows = await this.#rows(
      `runs of room ${room}`,
      latestRow,
      `select distinct on (member) member, id from runs
      where room = $1 and member is not null and hidden is null order by member, entry desc`,
      [room],
    );
    return new Map(rows.map(({ member, id }) => [member, id]));
  }

  runsOf(room: string, limit: number): Promise<RoomRun[]> {
    return this.#rows(
      `runs of room ${room}`,
      latestRow,
      `select * from (
        select member, id, created_at, entry from runs
        where room = $1 and member is not null and hidden is null
        order by created_at desc, entry desc limit $2
      ) as latest order by created_at, entry`,
      [room, limit],
    );
  }

  async answer(room: string, { round, vote, member, choice }: StoredAnswer): Promise<void> {
    const sql = `insert into answers (room, round, vote, member, choice, version) values ($1, $2, $3, $4, $5, $6)
      on conflict (room, round, vote, member) do update set choice = $5, version = $6`;
    await this.#place.write(room, (queries, version) =>
      queries.rows(sql, [room, round, vote, member, choice, version]),
    );
  }

  answersOf(room: string): Promise<StoredAnswer[]> {
    const sql = `select round, vote, member, choice from answers
      where room = $1 order by round, vote, member`;
    return this.#rows(`answers of room ${room}`, answerRow, sql, [room]);
  }

  async explain(room: string, { round, member, text, isShown }: StoredExplanation): Promise<void> {
    const sql = `insert into explanations (room, round, member, text, is_shown, version)
      values ($1, $2, $3, $4, $5, $6)
      on conflict (room, round, member) do update set text = $4, is_shown = $5, version = $6`;
    await this.#place.write(room, (queries, version) =>
      queries.rows(sql, [room, round, member, text, isShown, version]),
    );
  }

  explanationsOf(room: string): Promise<StoredExplanation[]> {
    const sql = `select round, member, text, is_shown as "isShown" from explanations
      where room = $1 order by round, member`;
    return this.#rows(`explanations of room ${room}`, explanationRow, sql, [room]);
  }

  addProgram(room: string, spec: string): Promise<number> {
    return this.#place.write(room, async (queries) => {
      const next = 'select coalesce(max(number), 0) + 1 as number from room_programs where room = $1';
      const [row] = await queries.rows(next, [room]);
      const { number } = numberRow.parse(row);
      await queries.rows('insert into room_programs (room, number, spec) values ($1, $2, $3)', [
        room,
        number,
        spec,
      ]);
      await queries.rows('delete from room_programs where room = $1 and number <= $2', [
        room,
        number - MAX_PROGRAMS,
      ]);
      return number;
    });
  }

  async program(room: string, number: number): Promise<string | null> {
    if (!Number.isInteger(number) || Math.abs(number) > LARGEST) return null;
    const sql = 'select spec from room_programs where room = $1 and number = $2';
    const [row] = await this.#place.read(sql, [room, number]);
    return row === undefined ? null : programRow.parse(row).spec;
  }

  removeRoom(id: string): Promise<void> {
    return this.#place.write(id, async (queries) => {
      await queries.rows('update runs set room = null, member = null where room = $1', [id]);
      await queries.rows('delete from rooms where id = $1', [id]);
    });
  }
}

function isColumn(field: string): field is keyof typeof COLUMNS {
  return field in COLUMNS;
}
