/** Changes to rooms, one after the other for all servers: each counts in the room's version, and the others hear of it. */
import { z } from 'zod';
import { noticeOf, ROOMS_CHANNEL } from '../shared-rooms.ts';
import type { Database, Queries } from './connect.ts';

const versionRow = z.object({ version: z.int() });

/** Locks a room until the transaction ends, and returns its version; null if there is no such room. */
export async function lockRoom(queries: Queries, room: string): Promise<number | null> {
  // Other tables may refer to it meanwhile.
  const sql = 'select version from rooms where id = $1 for no key update';
  const [row] = await queries.rows(sql, [room]);
  return row === undefined ? null : versionRow.parse(row).version;
}

/** Counts a change to a room, which may be gone, and lets others hear of it when the transaction ends. */
export async function noteRoom(queries: Queries, server: string, room: string): Promise<void> {
  await queries.rows(
    `with changed as (update rooms set version = version + 1 where id = $1)
      select pg_notify('${ROOMS_CHANNEL}', $2)`,
    [room, noticeOf(server, room)],
  );
}

/** Changes a room in a transaction of its own: see `RoomPlace`. */
export function changeRoom<T>(
  database: Database,
  server: string,
  room: string,
  work: (queries: Queries, version: number) => Promise<T>,
): Promise<T> {
  return database.transaction(async (queries) => {
    const version = await lockRoom(queries, room);
    const value = await work(queries, (version ?? 0) + 1);
    await noteRoom(queries, server, room);
    return value;
  });
}
