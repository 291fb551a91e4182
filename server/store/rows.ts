/** The rows of the SQLite database, as what the store returns. A row that makes no sense is damaged. */
import { z } from 'zod';
import { STATUSES } from '../protocol/facts.ts';
import { FAMILY_KINDS } from '../spec/spec.ts';
import { storedSpec } from '../spec/stored-spec.ts';
import { DamagedError, type ListedRun, type StoredFamily, type StoredRun } from './store.ts';

/** Latest time that a `Date` can have, in ms since 1970. */
export const LAST_TIME = 8_640_000_000_000_000;
/** Most runs of a family, and members of a room: more than any setting allows. */
const MOST = 1000;

// In SQL, because no number of JavaScript is as large as SQLite's largest.
const TIME = (column: string) => `max(-${LAST_TIME}, min(${column}, ${LAST_TIME}))`;
const NUMBER = (column: string) => `max(0, min(${column}, ${MOST + 1}))`;
const COMMON = `id, person, spec, ${TIME('created_at')} as createdAt, status`;
const OF_RUN = `${COMMON}, family, ${NUMBER('place')} as place, room, ${NUMBER('member')} as member`;

/** What to select for each kind of row. */
export const RUN = `select ${OF_RUN} from runs`;
export const FAMILY = `select ${COMMON}, kind, ${NUMBER('count')} as count from families`;
export const LISTED = `select ${OF_RUN}, hidden,
  (select count(*) from reports where run = runs.id) as reports from runs`;

/** A spec as JSON. */
const specText = z.string().transform((text, context) => {
  try {
    return storedSpec.parse(JSON.parse(text));
  } catch {
    context.addIssue('It is no spec.');
    return z.NEVER;
  }
});

const common = {
  id: z.string(),
  person: z.string(),
  spec: specText,
  createdAt: z.number(),
  // One that only a later version has: at least it has ended.
  status: z.enum(STATUSES).nullable().catch('interrupted'),
};
const number = z.int().min(1).max(MOST);
const rowOfRun = z.object({
  ...common,
  family: z.string().nullable(),
  place: number.nullable(),
  room: z.string().nullable(),
  member: number.nullable(),
});
const hidden = z.enum(['blocked', 'deleted']).nullable();
const runRow = rowOfRun.transform(runOf);
const listedRow = rowOfRun
  .extend({ hidden, reports: z.number() })
  .transform(({ hidden, reports, ...run }): ListedRun => ({ ...runOf(run), hidden, reports }));
const familyRow = z.object({ ...common, kind: z.enum(FAMILY_KINDS), count: number });

function runOf({ family, place, room, member, ...run }: z.infer<typeof rowOfRun>): StoredRun {
  return {
    ...run,
    ...(family !== null && place !== null && { member: { family, number: place } }),
    ...(room !== null && member !== null && { seat: { room, member } }),
  };
}

/** The rows of `FAMILY`, `RUN` and `LISTED`. */
export const toFamily = reader<StoredFamily>(familyRow);
export const toRun = reader<StoredRun>(runRow);
export const toListed = reader<ListedRun>(listedRow);

/** Reads rows of one kind. */
type RowReader<T> = {
  /** Returns what a row holds, or null if there is no row. Throws `DamagedError` if it makes no sense. */
  one(row: unknown): T | null;
  /** Returns what the rows hold, without the damaged ones. */
  all(rows: unknown[]): T[];
};

function reader<T>(schema: z.ZodType<T>): RowReader<T> {
  return {
    one(row) {
      if (row === undefined) return null;
      const parsed = schema.safeParse(row);
      if (!parsed.success) throw new DamagedError(parsed.error);
      return parsed.data;
    },
    all: (rows) =>
      rows.flatMap((row) => {
        const parsed = schema.safeParse(row);
        return parsed.success ? [parsed.data] : [];
      }),
  };
}
