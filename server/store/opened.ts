/** Opens the store that the settings ask for: a SQLite database in the data folder, or a PostgreSQL database. */
import type { Settings } from '../settings.ts';
import { AwayError, SettingsError } from '../settings.ts';
import type { Allowances } from './allowances.ts';
import { Backups } from './backups.ts';
import type { Connections, Queue, Servers, SharedFamilies } from './cluster.ts';
import { FolderMedium } from './folder-medium.ts';
import type { LogFeed } from './log-feed.ts';
import type { Notices } from './notices.ts';
import { DATABASE } from './open-database.ts';
import { PostgresAllowances } from './postgres/allowances.ts';
import { clientConfig } from './postgres/connect.ts';
import { DatabaseMedium } from './postgres/database-medium.ts';
import { isUntrusted, reasonOf } from './postgres/errors.ts';
import { Listener } from './postgres/listener.ts';
import { PostgresLogFeed } from './postgres/log-feed.ts';
import { PostgresStore } from './postgres/postgres-store.ts';
import { PostgresQueue } from './postgres/queue.ts';
import { sharedSecret } from './postgres/secret.ts';
import { PostgresServers } from './postgres/servers.ts';
import { PostgresFamilies } from './postgres/shared-families.ts';
import { refusal } from './refusal.ts';
import { serverSecret } from './secret.ts';
import type { SharedRooms } from './shared-rooms.ts';
import { SqliteStore } from './sqlite.ts';
import { Storage } from './storage.ts';
import { StoreError } from './store-error.ts';

export type OpenStore = {
  storage: Storage;
  /** Signs what browsers keep. */
  secret: string;
  /** Null if the database has its own. */
  backups: Backups | null;
  /** What servers share that use one database; null if no other server can. */
  shared: SharedStore | null;
  /** The server is about to stop: from now on, a store that does not answer is soon given up. */
  hurry(): void;
  /** Must be called last. */
  close(): Promise<void>;
  /** Returns the error to show for one that happened while the server starts. */
  refusal(error: unknown): unknown;
};

/** What a server shares with others. */
type SharedStore = {
  notices: Notices;
  rooms: SharedRooms;
  /** Tells of the logs of other servers. */
  feed: LogFeed;
  /** What people have used, on all servers together. */
  allowances: Allowances;
  connections(): Connections;
  /** The other servers, and the queue. */
  servers: Servers;
  queue: Queue;
  families: SharedFamilies;
  /** Sets which of the servers this is: see `PostgresStore.server`. */
  setServer(id: string): void;
};

/** Says that no other program can read the database while the server runs. */
const ALONE = (folder: string) =>
  `DATA_DIR=${folder}: its file system has no shared memory, so only this server can open the database while it runs.`;

/** Opens the store. Rejects with `SettingsError` if it cannot be used. This server must hold the data folder. */
export function openStore(settings: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL'>): Promise<OpenStore> {
  return settings.DATABASE_URL === null ? openEmbedded(settings.DATA_DIR) : openShared(settings.DATABASE_URL);
}

async function openEmbedded(folder: string): Promise<OpenStore> {
  const secret = serverSecret(folder);
  const store = new SqliteStore(folder, { check: true });
  if (store.isAlone) console.error(ALONE(folder));
  const storage = new Storage(store, new FolderMedium(folder, DATABASE));
  const backups = new Backups(store, folder);
  return {
    storage,
    secret,
    backups,
    shared: null,
    // SQLite answers, or fails: see calls.ts.
    hurry() {},
    async close() {
      await backups.close();
      await storage.close();
      await store.close();
    },
    refusal: (error) => refusal(error instanceof StoreError ? error.cause : error, folder, DATABASE),
  };
}

async function openShared(url: string): Promise<OpenStore> {
  const store = await PostgresStore.open(url).catch((error) => {
    throw unusable(url, error);
  });
  const storage = new Storage(store, new DatabaseMedium());
  const listener = new Listener(clientConfig(url, { name: 'playground notices' }), store.database);
  const allowances = new PostgresAllowances(store.database);
  try {
    return {
      storage,
      secret: await sharedSecret(store.database),
      backups: null,
      shared: {
        notices: listener,
        rooms: storage.watched(store.sharedRooms),
        feed: new PostgresLogFeed(store.database, listener),
        allowances,
        servers: new PostgresServers(store.database),
        queue: new PostgresQueue(store, listener),
        families: new PostgresFamilies(store.database, listener, () => store.server),
        connections: () => store.database.connections,
        setServer(id) {
          store.server = id;
        },
      },
      hurry: () => store.database.hurry(),
      async close() {
        await allowances.close();
        await listener.close();
        await storage.close();
        await store.close();
      },
      refusal: (error) => unusable(url, error),
    };
  } catch (error) {
    await allowances.close();
    await listener.close();
    await store.close();
    throw unusable(url, error);
  }
}

/** Returns the error to show for one of the database, without the password in its URL. */
export function unusable(url: string, error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  const { host, pathname } = new URL(url);
  const said = reasonOf(error.cause) || error.trouble;
  const message = `DATABASE_URL: the database at ${host}${pathname} cannot be used: ${said}.`;
  // It may be starting, as this server is, after a power cut.
  const isAway =
    error.trouble !== 'refused' && error.trouble !== 'database-read-only' && !isUntrusted(error.cause);
  return isAway ? new AwayError(message, { cause: error }) : new SettingsError(message, { cause: error });
}
