/** Rooms in the PostgreSQL database: see postgres-store.ts. */
import { z } from 'zod';
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
import type { Database, Queries, Value } from './connect.ts';

const time = z.int();
const roomRow = z.object({
  id: z.string(),
  code: z.string(),
  key: z.string(),
  teacherKey: z.string(),
  createdAt: time,
  expiresAt: time,
  state: z.string(),
});
const memberRow = z.object({
  number: z.int(),
  person: z.string(),
  name: z.string(),
  joinedAt: time,
  showsName: z.boolean(),
  handAt: time.nullable(),
  handRun: z.string().nullable(),
});
const answerRow = z.object({
  round: z.int(),
  vote: z.union([z.literal(1), z.literal(2)]),
  member: z.int(),
  choice: z.int(),
});
const explanationRow = z.object({
  round: z.int(),
  member: z.int(),
  text: z.string(),
  isShown: z.boolean(),
});
const latestRow = z.object({ member: z.int(), id: z.string() });
const programRow = z.object({ spec: z.string() });
const numberRow = z.object({ number: z.number() });

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

export class PostgresRooms implements RoomStore {
  #database: Database;
  #noteChange: (queries: Queries) => Promise<void>;

  /** `noteChange` lets other servers notice that something is gone. */
  constructor(database: Database, noteChange: (queries: Queries) => Promise<void>) {
    this.#database = database;
    this.#noteChange = noteChange;
  }

  /** Returns the rows of a query, each as `schema` reads it. Those that make no sense are left out, and counted. */
  async #rows<T>(what: string, schema: z.ZodType<T>, sql: string, values: readonly Value[]): Promise<T[]> {
    const found = await this.#database.read(sql, values);
    const rows = found.map((row) => schema.safeParse(row)).flatMap(({ data }) => (data ? [data] : []));
    const damaged = found.length - rows.length;
    if (damaged > 0) console.error(`${what}: ${damaged} of ${found.length} are damaged, and left out.`);
    return rows;
  }

  async createRoom(room: StoredRoom): Promise<boolean> {
    const { id, code, key, teacherKey, createdAt, expiresAt, state } = room;
    const insert = `insert into rooms (id, code, key, teacher_key, created_at, expires_at, state)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict (code) do nothing`;
    const values = [id, code, key, teacherKey, createdAt, expiresAt, state];
    return (await this.#database.count(insert, values)) === 1;
  }

  async updateRoom(id: string, { state, expiresAt }: Pick<StoredRoom, 'state' | 'expiresAt'>): Promise<void> {
    const sql = 'update rooms set state = $2, expires_at = $3 where id = $1';
    await this.#database.rows(sql, [id, state, expiresAt]);
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
    return this.#database.transaction(async (queries) => {
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
    await this.#database.rows(`update members set ${sets} where room = $1 and number = $2`, [
      room,
      number,
      ...changed.map(({ value }) => value),
    ]);
  }

  removeMember(room: string, number: number): Promise<void> {
    return this.#database.transaction(async (queries) => {
      const values = [room, number];
      await queries.rows('update runs set member = null where room = $1 and member = $2', values);
      await queries.rows('delete from members where room = $1 and number = $2', values);
      await this.#noteChange(queries);
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
    await this.#database.rows(
      `insert into answers (room, round, vote, member, choice) values ($1, $2, $3, $4, $5)
        on conflict (room, round, vote, member) do update set choice = $5`,
      [room, round, vote, member, choice],
    );
  }

  answersOf(room: string): Promise<StoredAnswer[]> {
    const sql = `select round, vote, member, choice from answers
      where room = $1 order by round, vote, member`;
    return this.#rows(`answers of room ${room}`, answerRow, sql, [room]);
  }

  async explain(room: string, { round, member, text, isShown }: StoredExplanation): Promise<void> {
    await this.#database.rows(
      `insert into explanations (room, round, member, text, is_shown) values ($1, $2, $3, $4, $5)
        on conflict (room, round, member) do update set text = $4, is_shown = $5`,
      [room, round, member, text, isShown],
    );
  }

  explanationsOf(room: string): Promise<StoredExplanation[]> {
    const sql = `select round, member, text, is_shown as "isShown" from explanations
      where room = $1 order by round, member`;
    return this.#rows(`explanations of room ${room}`, explanationRow, sql, [room]);
  }

  addProgram(room: string, spec: string): Promise<number> {
    return this.#database.transaction(async (queries) => {
      // Two servers take their numbers one after the other.
      await queries.rows('select 1 from rooms where id = $1 for no key update', [room]);
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
    const [row] = await this.#database.read(sql, [room, number]);
    return row === undefined ? null : programRow.parse(row).spec;
  }

  removeRoom(id: string): Promise<void> {
    return this.#database.transaction(async (queries) => {
      await queries.rows('update runs set room = null, member = null where room = $1', [id]);
      await queries.rows('delete from rooms where id = $1', [id]);
      await this.#noteChange(queries);
    });
  }
}

function isColumn(field: string): field is keyof typeof COLUMNS {
  return field in COLUMNS;
}
