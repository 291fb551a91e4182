/** Where the operator's commands find what is stored: the database in the data folder, or PostgreSQL. See operator.ts. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RefusedError } from './operator-person.ts';
import { type Settings, SettingsError } from './settings.ts';
import { type DataFolder, holdDataFolder } from './store/data-folder.ts';
import { DATABASE } from './store/open-database.ts';
import { unusable } from './store/opened.ts';
import { PostgresStore } from './store/postgres/postgres-store.ts';
import { PostgresServers } from './store/postgres/servers.ts';
import type { RoomStore } from './store/rooms.ts';
import { SqliteStore } from './store/sqlite.ts';
import { troubleOf } from './store/sqlite-errors.ts';
import type { Store } from './store/store.ts';

/** What is stored, beside running servers or without any. */
export type Place = {
  store: Store & { rooms: RoomStore };
  /** The name of the database, for messages. */
  where: string;
  /**
   * Removes what is hidden as deleted, or waits until running servers have, which may have to stop some of it first.
   * Returns false if they have not removed all of `ids` within `waitMs`.
   */
  removeHidden(ids: readonly string[], waitMs: number): Promise<boolean>;
  /** Removes what is counted of a person's use of the servers, if it is stored. */
  forgetUse(person: string): Promise<void>;
  close(): Promise<void>;
};

const LOOK_MS = 100;

/**
 * Opens the database of the settings. Rejects with `SettingsError` if it cannot be used, and with `RefusedError` if a
 * running server has it for itself.
 */
export function openPlace({
  DATA_DIR,
  DATABASE_URL,
}: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>): Promise<Place> {
  return DATABASE_URL === null ? inFolder(DATA_DIR) : onPostgres(DATABASE_URL);
}

async function inFolder(folder: string): Promise<Place> {
  const where = path.join(folder, DATABASE);
  if (!fs.existsSync(where))
    throw new SettingsError(`There is no database at ${where}. Set DATA_DIR as for the server.`);
  const store = openSqlite(folder, where);
  return {
    store,
    where,
    async removeHidden(ids, waitMs) {
      const held = hold(folder);
      if (held === null) return isRemoved(store, ids, waitMs);
      try {
        for (const one of await store.deleted()) await store.remove(one);
        return true;
      } finally {
        held.release();
      }
    },
    async forgetUse() {},
    close: () => store.close(),
  };
}

/** Opens the database. Throws `RefusedError` if a server keeps it for itself: see `openDatabase`. */
function openSqlite(folder: string, file: string): SqliteStore {
  try {
    return new SqliteStore(folder);
  } catch (error) {
    const isLocked = error instanceof SettingsError && troubleOf(error.cause) === 'locked';
    const held = isLocked ? hold(folder) : null;
    held?.release();
    if (isLocked && held === null)
      throw new RefusedError(
        `The running server has ${file} for itself, because its file system has no shared memory. Stop it first.`,
      );
    throw error;
  }
}

/** Locks the data folder; returns null if a server is running. */
function hold(folder: string): DataFolder | null {
  try {
    return holdDataFolder(folder);
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}

async function onPostgres(url: string): Promise<Place> {
  const store = await PostgresStore.open(url, { name: 'playground runs', connections: 1 }).catch((error) => {
    throw unusable(url, error);
  });
  const { host, pathname } = new URL(url);
  const servers = new PostgresServers(store.database);
  const beats = async () => new Map((await servers.living()).map(({ id, beat }) => [id, beat]));
  return {
    store,
    where: `${host}${pathname}`,
    async removeHidden(ids, waitMs) {
      const before = await beats();
      if (before.size > 0) {
        if (await isRemoved(store, ids, waitMs)) return true;
        const after = await beats();
        for (const [server, beat] of after) if (beat !== before.get(server)) return false;
        // They were killed, and no other has been there to declare them dead.
      }
      for (const one of await store.deleted()) await store.remove(one);
      return true;
    },
    async forgetUse(person) {
      await store.database.rows('delete from allowances where key = $1', [person]);
    },
    close: () => store.close(),
  };
}

/** Waits until servers have removed all of `ids`. Returns false if some of it is left. */
async function isRemoved(store: Store, ids: readonly string[], waitMs: number): Promise<boolean> {
  for (const until = performance.now() + waitMs; performance.now() < until; await pause(LOOK_MS)) {
    const left = new Set(await store.deleted());
    if (!ids.some((id) => left.has(id))) return true;
  }
  return false;
}
