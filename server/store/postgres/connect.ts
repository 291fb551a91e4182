/** Connections to a PostgreSQL database. All that fails there is a `StoreError`, but for what a statement is refused for. */
import pg from 'pg';
import type { Connections } from '../cluster.ts';
import { StoreError } from '../store-error.ts';
import { wayTo } from './address.ts';
import { isDeadlock, lostConnection, postgresTrouble } from './errors.ts';
import { Patience } from './patience.ts';

/** How long a statement may take, and a connection to be made, in ms. A database that is away may not answer at all. */
export const QUERY_MS = 10_000;
const CONNECT_MS = 5000;
/**
 * How long a transaction may wait for its client, in ms: one that stands still, or is cut off, must not keep the locks
 * of all others.
 */
const IDLE_MS = 5000;
/** Connections of one server, unless it says otherwise: statements here take about a millisecond. */
const CONNECTIONS = 8;
/** PostgreSQL's number of its type `bigint`, of which `pg` returns strings. */
const BIGINT = 20;

/** A value of a statement. */
export type Value = Scalar | readonly Scalar[];
type Scalar = string | number | boolean | null;

/** Set for each transaction: PgBouncer takes no such option when it connects. */
const BEGIN = `begin; set local idle_in_transaction_session_timeout = ${IDLE_MS}`;

/** Runs statements, one after the other if in a transaction. */
export interface Queries {
  /** Returns the rows of a statement. */
  rows(sql: string, values?: readonly Value[]): Promise<unknown[]>;
  /** Returns how many rows a statement has written. */
  count(sql: string, values?: readonly Value[]): Promise<number>;
}

/** How to connect. */
export type ConnectOptions = {
  /** Most connections at once. */
  connections?: number;
  /** How long a statement may take, in ms. */
  queryMs?: number;
  /** The name that the database's own tools show. */
  name?: string;
};

/** Returns the options of a connection to the database at `url`. Throws `SettingsError` if that cannot be used. */
export function clientConfig(
  url: string,
  { queryMs = QUERY_MS, name }: ConnectOptions = {},
): pg.ClientConfig {
  return {
    ...wayTo(url),
    query_timeout: queryMs,
    connectionTimeoutMillis: Math.min(CONNECT_MS, queryMs),
    keepAlive: true,
    fallback_application_name: name ?? 'playground',
    types: {
      getTypeParser: (oid, format) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid, format)),
    },
  };
}

/** A database, with connections that are made when needed and kept for a while. */
export class Database implements Queries {
  #pool: pg.Pool;
  #patience = new Patience();

  constructor(url: string, options: ConnectOptions = {}) {
    this.#pool = new pg.Pool({
      ...clientConfig(url, options),
      max: options.connections ?? CONNECTIONS,
      allowExitOnIdle: true,
    });
    // An idle connection that ends is replaced by the next statement, which fails if that is not possible.
    this.#pool.on('error', () => {});
  }

  rows(sql: string, values: readonly Value[] = []): Promise<unknown[]> {
    return this.#with((queries) => queries.rows(sql, values));
  }

  count(sql: string, values: readonly Value[] = []): Promise<number> {
    return this.#with((queries) => queries.count(sql, values));
  }

  /**
   * Returns the rows of a statement that changes nothing. It is run again if the connection was lost: those that were
   * idle while the database restarted fail at their next use.
   */
  async read(sql: string, values: readonly Value[] = []): Promise<unknown[]> {
    try {
      return await this.rows(sql, values);
    } catch (error) {
      if (!(error instanceof StoreError && lostConnection(error.cause))) throw error;
      return this.rows(sql, values);
    }
  }

  /**
   * Runs statements in a transaction: all of them have an effect, or none. Does `work` once more if the database ended the
   * transaction because two had waited for each other.
   */
  async transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    try {
      return await this.#transaction(work);
    } catch (error) {
      if (!(error instanceof StoreError && isDeadlock(error.cause))) throw error;
      return this.#transaction(work);
    }
  }

  #transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#with(async (queries) => {
      await queries.rows(BEGIN);
      try {
        const result = await work(queries);
        await queries.rows('commit');
        return result;
      } catch (error) {
        // Fails if the connection is gone, and the transaction with it.
        await queries.rows('rollback').catch(() => {});
        throw error;
      }
    });
  }

  /** The connections that there are now. */
  get connections(): Connections {
    const { totalCount, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { busy: totalCount - idle, idle, waiting };
  }

  /** The server is about to stop: from now on, a database that stands still is soon given up. */
  hurry(): void {
    this.#patience.hurry();
  }

  /** Ends all connections, when their statements have ended, or when the database is given up. */
  async close(): Promise<void> {
    await this.#patience.waitFor(this.#pool.end()).catch(() => {});
    this.#patience.stop();
  }

  async #with<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const connecting = this.#pool.connect();
    const client = await this.#patience.waitFor(connecting).catch((error) => {
      // It may still come.
      connecting.then(
        (client) => client.release(true),
        () => {},
      );
      return fail(error);
    });
    let lost: boolean | undefined;
    // Without a listener, a connection that ends between two statements would end the server.
    const note = () => {
      lost = true;
    };
    client.on('error', note);
    try {
      return await work(on(client, this.#patience));
    } catch (error) {
      lost ??= error instanceof StoreError && lostConnection(error.cause);
      throw error;
    } finally {
      client.off('error', note);
      // After a time-out the answer of one statement would come as that of the next.
      client.release(lost);
    }
  }
}

/** Returns what runs statements on one connection. */
function on(client: pg.ClientBase, patience: Patience): Queries {
  const run = (sql: string, values: readonly Value[] = []) =>
    patience
      .waitFor(values.length === 0 ? client.query(sql) : client.query(sql, values.map(storable)))
      .catch(fail);
  return {
    rows: async (sql, values) => (await run(sql, values)).rows,
    count: async (sql, values) => (await run(sql, values)).rowCount ?? 0,
  };
}

/** PostgreSQL has no text with a character 0: it is written as unknown, and what is asked for with it is not found. */
function storable(value: Value): Value {
  return isList(value) ? value.map(storableText) : storableText(value);
}

function isList(value: Value): value is readonly Scalar[] {
  return Array.isArray(value);
}

function storableText(value: Scalar): Scalar {
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}

/** Throws `error`, as a `StoreError` if the database cannot be used. */
function fail(error: unknown): never {
  const trouble = postgresTrouble(error);
  throw trouble === null ? error : new StoreError(trouble, error);
}
