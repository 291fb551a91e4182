/** Rooms in the SQLite database: see sqlite.ts. */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Calls } from './calls.ts';
import {
  MAX_PROGRAMS,
  type MemberChange,
  type RoomRun,
  type RoomStore,
  type StoredAnswer,
  type StoredExplanation,
  type StoredMember,
  type StoredRoom,
} from './rooms.ts';
import { LAST_TIME } from './rows.ts';

/** A number of SQLite's, which may be larger than those of JavaScript. */
const int = z.bigint().transform(Number).pipe(z.int());
/** In ms since 1970. */
const time = int.pipe(z.int().max(LAST_TIME).min(-LAST_TIME));
const flag = int.transform((one) => one === 1);
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
  number: int,
  person: z.string(),
  name: z.string(),
  joinedAt: time,
  showsName: flag,
  handAt: time.nullable(),
  handRun: z.string().nullable(),
});
const answerRow = z.object({
  round: int,
  vote: int.pipe(z.union([z.literal(1), z.literal(2)])),
  member: int,
  choice: int,
});
const explanationRow = z.object({ round: int, member: int, text: z.string(), isShown: flag });
const latestRow = z.object({ member: int, id: z.string() });
const programRow = z.object({ spec: z.string() });
const numberRow = z.object({ number: z.number() });

/** The columns of what can change about a member. */
const COLUMNS = {
  person: 'person',
  name: 'name',
  showsName: 'shows_name',
  handAt: 'hand_at',
  handRun: 'hand_run',
} as const;

export class SqliteRooms implements RoomStore {
  #db: DatabaseSync;
  #calls: Calls;
  #emptyLog: () => void;

  /** `db` has the latest schema, and enforces foreign keys. `emptyLog` removes what is left of removed rows. */
  constructor(db: DatabaseSync, calls: Calls, emptyLog: () => void) {
    this.#db = db;
    this.#calls = calls;
    this.#emptyLog = emptyLog;
  }

  /** Returns the rows of a query, each as `schema` reads it. Those that make no sense are left out, and counted. */
  async #rows<T>(
    what: string,
    schema: z.ZodType<T>,
    sql: string,
    ...values: (string | number)[]
  ): Promise<T[]> {
    const found = await this.#calls.whenFree(() => {
      const query = this.#db.prepare(sql);
      query.setReadBigInts(true);
      return query.all(...values);
    });
    const rows = found.map((row) => schema.safeParse(row)).flatMap(({ data }) => (data ? [data] : []));
    const damaged = found.length - rows.length;
    if (damaged > 0) console.error(`${what}: ${damaged} of ${found.length} are damaged, and left out.`);
    return rows;
  }

  createRoom({ id, code, key, teacherKey, createdAt, expiresAt, state }: StoredRoom): Promise<boolean> {
    const insert = `insert into rooms (id, code, key, teacher_key, created_at, expires_at, state)
      values (?, ?, ?, ?, ?, ?, ?) on conflict (code) do nothing`;
    return this.#calls.whenFree(() => {
      const added = this.#db.prepare(insert).run(id, code, key, teacherKey, createdAt, expiresAt, state);
      return Number(added.changes) === 1;
    });
  }

  updateRoom(id: string, { state, expiresAt }: Pick<StoredRoom, 'state' | 'expiresAt'>): Promise<void> {
    return this.#calls.whenFree(() => {
      this.#db.prepare('update rooms set state = ?, expires_at = ? where id = ?').run(state, expiresAt, id);
    });
  }

  allRooms(): Promise<StoredRoom[]> {
    return this.#rows(
      'rooms',
      roomRow,
      `select id, code, key, teacher_key as teacherKey, created_at as createdAt, expires_at as expiresAt, state
      from rooms order by created_at, id`,
    );
  }

  addMember(room: string, member: Omit<StoredMember, 'number'>): Promise<number> {
    const { person, name, joinedAt, showsName, handAt, handRun } = member;
    const next = 'update rooms set members = members + 1 where id = ? returning members as number';
    const insert = `insert into members (room, number, person, name, joined_at, shows_name, hand_at, hand_run)
      values (?, ?, ?, ?, ?, ?, ?, ?)`;
    return this.#calls.inTransaction(() => {
      const { number } = numberRow.parse(this.#db.prepare(next).get(room));
      this.#db.prepare(insert).run(room, number, person, name, joinedAt, Number(showsName), handAt, handRun);
      return number;
    });
  }

  updateMember(room: string, number: number, change: MemberChange): Promise<void> {
    const fields = Object.keys(COLUMNS).filter(isColumn);
    return this.#calls.inTransaction(() => {
      for (const field of fields) {
        const value = change[field];
        if (value === undefined) continue;
        this.#db
          .prepare(`update members set ${COLUMNS[field]} = ? where room = ? and number = ?`)
          .run(typeof value === 'boolean' ? Number(value) : value, room, number);
      }
    });
  }

  async removeMember(room: string, number: number): Promise<void> {
    await this.#calls.inTransaction(() => {
      this.#db.prepare('update runs set member = null where room = ? and member = ?').run(room, number);
      this.#db.prepare('delete from members where room = ? and number = ?').run(room, number);
    });
    this.#emptyLog();
  }

  membersOf(room: string): Promise<StoredMember[]> {
    return this.#rows(
      `members of room ${room}`,
      memberRow,
      `select number, person, name, joined_at as joinedAt, shows_name as showsName, hand_at as handAt,
        hand_run as handRun
      from members where room = ? order by number`,
      room,
    );
  }

  async latestRunsOf(room: string): Promise<Map<number, string>> {
    const rows = await this.#rows(
      `runs of room ${room}`,
      latestRow,
      `select member, id, max(rowid) from runs
      where room = ? and member is not null and hidden is null group by member`,
      room,
    );
    return new Map(rows.map(({ member, id }) => [member, id]));
  }

  runsOf(room: string, limit: number): Promise<RoomRun[]> {
    return this.#rows(
      `runs of room ${room}`,
      latestRow,
      `select * from (
        select member, id, created_at, rowid as at from runs where room = ? and member is not null and hidden is null
        order by created_at desc, rowid desc limit ?
      ) order by created_at, at`,
      room,
      limit,
    );
  }

  answer(room: string, { round, vote, member, choice }: StoredAnswer): Promise<void> {
    return this.#calls.whenFree(() => {
      this.#db
        .prepare('replace into answers (room, round, vote, member, choice) values (?, ?, ?, ?, ?)')
        .run(room, round, vote, member, choice);
    });
  }

  answersOf(room: string): Promise<StoredAnswer[]> {
    const sql = 'select round, vote, member, choice from answers where room = ? order by round, vote, member';
    return this.#rows(`answers of room ${room}`, answerRow, sql, room);
  }

  explain(room: string, { round, member, text, isShown }: StoredExplanation): Promise<void> {
    return this.#calls.whenFree(() => {
      this.#db
        .prepare('replace into explanations (room, round, member, text, is_shown) values (?, ?, ?, ?, ?)')
        .run(room, round, member, text, Number(isShown));
    });
  }

  explanationsOf(room: string): Promise<StoredExplanation[]> {
    const sql = `select round, member, text, is_shown as isShown from explanations
      where room = ? order by round, member`;
    return this.#rows(`explanations of room ${room}`, explanationRow, sql, room);
  }

  addProgram(room: string, spec: string): Promise<number> {
    const next = 'select coalesce(max(number), 0) + 1 as number from room_programs where room = ?';
    return this.#calls.inTransaction(() => {
      const { number } = numberRow.parse(this.#db.prepare(next).get(room));
      this.#db
        .prepare('insert into room_programs (room, number, spec) values (?, ?, ?)')
        .run(room, number, spec);
      this.#db
        .prepare('delete from room_programs where room = ? and number <= ?')
        .run(room, number - MAX_PROGRAMS);
      return number;
    });
  }

  async program(room: string, number: number): Promise<string | null> {
    const sql = 'select spec from room_programs where room = ? and number = ?';
    const row = await this.#calls.whenFree(() => this.#db.prepare(sql).get(room, number));
    return row === undefined ? null : programRow.parse(row).spec;
  }

  async removeRoom(id: string): Promise<void> {
    await this.#calls.inTransaction(() => {
      this.#db.prepare('update runs set room = null, member = null where room = ?').run(id);
      this.#db.prepare('delete from rooms where id = ?').run(id);
    });
    this.#emptyLog();
  }
}

function isColumn(field: string): field is keyof typeof COLUMNS {
  return field in COLUMNS;
}
