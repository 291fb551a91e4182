/**
 * Holds a PostgreSQL database for this server alone. A server that starts ends what an earlier one left unfinished, and
 * one beside it would end runs that are under way.
 */
import pg from 'pg';
import { StoreError } from '../store-error.ts';

/** Number of the advisory lock, which PostgreSQL keeps for each database. */
const LOCK = 1_886_151_033;
/** How long a server that is ending may still hold the database, and the pause between two attempts, in ms. */
const WAIT_MS = 5000;
const PAUSE_MS = 250;

/** The database is another server’s. */
export class HeldError extends Error {
  constructor() {
    super('another server uses it, and one database serves one server');
  }
}

/** Holds the lock on a connection of its own: PostgreSQL gives it back when that ends. */
export class SoleServer {
  #config: pg.ClientConfig;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  private constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  /** Rejects with `StoreError` if another server holds the database for longer than one takes to end. */
  static async open(config: pg.ClientConfig, waitMs = WAIT_MS): Promise<SoleServer> {
    const sole = new SoleServer(config);
    const until = performance.now() + waitMs;
    while (!(await sole.#hold())) {
      if (performance.now() >= until) throw new StoreError('refused', new HeldError());
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return sole;
  }

  /** Gives the database back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#client?.end().catch(() => {});
  }

  /** Returns false if another server holds it. Rejects with `StoreError` if the database cannot be used. */
  async #hold(): Promise<boolean> {
    const client = new pg.Client(this.#config);
    let isHeld = false;
    client.on('error', () => {});
    client.on('end', () => isHeld && this.#again());
    try {
      await client.connect();
      const { rows } = await client.query('select pg_try_advisory_lock($1) as held', [LOCK]);
      isHeld = rows[0]?.held === true;
    } catch (error) {
      void client.end().catch(() => {});
      throw new StoreError('unreachable', error);
    }
    if (isHeld && !this.#isClosed) this.#client = client;
    else await client.end().catch(() => {});
    return isHeld;
  }

  /** Holds it again after the connection was lost. */
  #again(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#hold().then(
        (isHeld) => {
          if (isHeld) return;
          console.error('storage: another server uses this database, too. Stop one of them.');
          this.#again();
        },
        () => this.#again(),
      );
    }, PAUSE_MS).unref();
  }
}
