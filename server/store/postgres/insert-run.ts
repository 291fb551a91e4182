/** How a run is added to a PostgreSQL database, alone or as a part of another statement. */
import { noticeOf, ROOMS_CHANNEL } from '../shared-rooms.ts';
import type { StoredRun } from '../store.ts';
import type { Queries, Value } from './connect.ts';

/** A time of creation that is more than this before the latest known, in ms, comes from a clock that is behind. */
const BEHIND_MS = 86_400_000;

/** What retention counts from for a run or family created at the parameter; null if that is its own time. */
export const keptFrom = (parameter: string) =>
  `(select latest from clock where latest - ${BEHIND_MS} > ${parameter})`;

/** A statement with nine values: see `insertedValues`. */
export const INSERT_RUN = `insert into runs (id, person, spec, created_at, status, family, place, room, member, kept_from)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, ${keptFrom('$4::bigint')})`;

/** Returns the values of `INSERT_RUN`. */
export function insertedValues({ id, person, spec, createdAt, status, ...run }: StoredRun): Value[] {
  const { family, number: place } = run.member ?? { family: null, number: null };
  const { room, member } = run.seat ?? { room: null, member: null };
  return [id, person, JSON.stringify(spec), createdAt, status, family, place, room, member];
}

/** Adds a run: see `Store.create`. */
export async function insertRun(queries: Pick<Queries, 'rows'>, run: StoredRun): Promise<void> {
  await queries.rows(
    `with added as (${INSERT_RUN} returning room)
      select pg_notify('${ROOMS_CHANNEL}', $10 || room) from added where room is not null`,
    [...insertedValues(run), noticeOf('', '')],
  );
}
