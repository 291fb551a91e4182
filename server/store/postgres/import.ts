/**
 * Copies a SQLite database to PostgreSQL, once: what is deleted there later must not come back. What is there already
 * stays as it is.
 */
import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { Database, Queries, Value } from './connect.ts';
import { sharedSecret } from './secret.ts';

/** Rows of a statement. */
const BATCH = 200;

/** How a table's columns are written. All but `flag`, which SQLite has as a number, have the same content. */
type Column = 'text' | 'integer' | 'flag';
type Table = { name: string; key: readonly string[]; columns: Record<string, Column>; order?: string };

const text = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'text' as const]));
const integer = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'integer' as const]));
const flag = (name: string) => ({ [name]: 'flag' as const });

/** Each after those that it refers to. */
const TABLES: readonly Table[] = [
  {
    name: 'families',
    key: ['id'],
    columns: {
      ...text('id', 'person', 'kind', 'spec', 'status', 'hidden'),
      ...integer('count', 'created_at', 'kept_from'),
    },
  },
  {
    name: 'runs',
    key: ['id'],
    columns: {
      ...text('id', 'person', 'spec', 'status', 'family', 'hidden', 'room'),
      ...integer('created_at', 'place', 'kept_from', 'member'),
    },
    order: 'rowid',
  },
  {
    name: 'chunks',
    key: ['run', 'first_seq'],
    columns: { ...text('run', 'events'), ...integer('first_seq') },
  },
  {
    name: 'reports',
    key: ['run', 'reason', 'created_at'],
    columns: { ...text('run', 'reason'), ...integer('created_at') },
    order: 'id',
  },
  { name: 'clock', key: ['id'], columns: integer('id', 'seen_at', 'latest', 'behind_since') },
  {
    name: 'rooms',
    key: ['id'],
    columns: {
      ...text('id', 'code', 'key', 'teacher_key', 'state'),
      ...integer('created_at', 'expires_at', 'members'),
    },
  },
  {
    name: 'members',
    key: ['room', 'number'],
    columns: {
      ...text('room', 'person', 'name', 'hand_run'),
      ...integer('number', 'joined_at', 'hand_at'),
      ...flag('shows_name'),
    },
  },
  {
    name: 'answers',
    key: ['room', 'round', 'vote', 'member'],
    columns: { ...text('room'), ...integer('member', 'round', 'vote', 'choice') },
  },
  {
    name: 'explanations',
    key: ['room', 'round', 'member'],
    columns: { ...text('room', 'text'), ...integer('member', 'round'), ...flag('is_shown') },
  },
  {
    name: 'room_programs',
    key: ['room', 'number'],
    columns: { ...text('room', 'spec'), ...integer('number') },
  },
];

/** What an import did, or when an earlier one did it. */
export type Import = { done: ImportedTable[]; keepsSecret: boolean } | { importedAt: Date };

/** What was done with a table. */
type ImportedTable = {
  table: string;
  /** Rows in SQLite. */
  rows: number;
  /** Of them, those that were not there before. */
  added: number;
  /** Those that are there with another content. */
  different: number;
};

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const importRow = z.object({ imported_at: z.date() });
const comparedRow = z.object({ found: z.number(), equal: z.number() });

/**
 * Copies all rows of `db`, which must have the latest schema, and the secret that is beside it, in one transaction, and
 * compares each row with what is then in the database. Does nothing if an earlier import of the same `DATA_DIR` was
 * complete. Rejects, and changes nothing, if a row is missing there. `keepsSecret` is false if the database had another
 * secret.
 */
export function importAll(db: DatabaseSync, secret: string, database: Database): Promise<Import> {
  // A folder may be moved; its secret stays the same.
  const source = createHash('sha256').update(`import ${secret}`).digest('base64url');
  return database.transaction(async (queries) => {
    // Waits for another import of the same, if one is under way.
    const isFirst = await queries.count('insert into imports (source) values ($1) on conflict do nothing', [
      source,
    ]);
    if (isFirst === 0) {
      const [found] = await queries.rows('select imported_at from imports where source = $1', [source]);
      return { importedAt: importRow.parse(found).imported_at };
    }
    const done: ImportedTable[] = [];
    for (const table of TABLES) done.push(await importTable(db, queries, table));
    return { done, keepsSecret: (await sharedSecret(queries, secret)) === secret };
  });
}

async function importTable(db: DatabaseSync, queries: Queries, table: Table): Promise<ImportedTable> {
  const { name, key, columns, order } = table;
  const names = Object.keys(columns);
  const result = { table: name, rows: 0, added: 0, different: 0 };
  const given = `unnest(${names.map((one, at) => `$${at + 1}::${TYPES[columns[one] ?? 'text']}[]`).join(', ')})`;
  const isKey = key.map((one) => `t.${one} = given.${one}`).join(' and ');
  const isSame = names.map((one) => `t.${one} is not distinct from given.${one}`).join(' and ');
  const isThere = (how: string) => `exists (select 1 from ${name} t where ${how})`;
  const insert = `insert into ${name} (${names.join(', ')}) select ${names.join(', ')}
    from ${given} with ordinality as given (${names.join(', ')}, at) where not ${isThere(isKey)} order by at`;
  const compare = `select count(*) as found, count(*) filter (where ${isThere(`${isKey} and ${isSame}`)}) as equal
    from ${given} as given (${names.join(', ')}) where ${isThere(isKey)}`;
  let batch: z.infer<typeof row>[] = [];
  const write = async () => {
    if (batch.length === 0) return;
    const values = names.map((one): Value => batch.map((of) => storedAs(of[one] ?? null, columns[one])));
    result.rows += batch.length;
    result.added += await queries.count(insert, values);
    const [compared] = await queries.rows(compare, values);
    const { found, equal } = comparedRow.parse(compared);
    if (found !== batch.length)
      throw new Error(`${name}: ${batch.length - found} of ${batch.length} rows have not arrived.`);
    result.different += found - equal;
    batch = [];
  };
  for (const found of db.prepare(`select * from ${name} order by ${order ?? key.join(', ')}`).iterate()) {
    batch.push(row.parse(found));
    if (batch.length === BATCH) await write();
  }
  await write();
  return result;
}

const TYPES: Record<Column, string> = { text: 'text', integer: 'bigint', flag: 'boolean' };

function storedAs(
  value: string | number | null,
  column: Column | undefined,
): string | number | boolean | null {
  return column === 'flag' ? value === 1 : value;
}
