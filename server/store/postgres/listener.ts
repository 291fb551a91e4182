/**
 * Hears of what is new in logs, on a connection of its own. It notifies itself from time to time: if it does not hear
 * that, the connection is lost, or a pooler between here and the database swallows notifications. It then connects again.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { CHANNEL, idsIn } from './log-channel.ts';

/** Pause between two notifications to itself, and how long one may take, in ms. */
const BEAT_MS = 2000;
const ANSWER_MS = 2000;
/** Pauses before it connects again, in ms: the first, and the longest. Each is twice as long as the last. */
const CONNECT_MS = { first: 100, longest: 2000 };

/** Listens until it is closed. */
export class Listener {
  #config: pg.ClientConfig;
  #woken: (ids: readonly string[]) => void;
  #changed: () => void;
  /** No other server listens there. */
  #ownChannel = `playground_${randomBytes(12).toString('hex')}`;
  #client: pg.Client | null = null;
  #isHearing = false;
  #pauseMs = CONNECT_MS.first;
  /** The next heartbeat, the end of the wait for one, or the next attempt to connect. */
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** Calls `woken` with the ids of runs whose logs have something new, and `changed` when `isHearing` has changed. */
  constructor(config: pg.ClientConfig, woken: (ids: readonly string[]) => void, changed: () => void) {
    this.#config = config;
    this.#woken = woken;
    this.#changed = changed;
    void this.#connect();
  }

  /** Whether notifications come, as far as known. */
  get isHearing(): boolean {
    return this.#isHearing;
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#setTimer(null, 0);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ ...this.#config, query_timeout: ANSWER_MS });
    this.#client = client;
    const lost = () => this.#lost(client);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => {
      if (client !== this.#client) return;
      if (channel === this.#ownChannel) this.#heard(client);
      else this.#woken(idsIn(payload));
    });
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      await client.query(`listen ${this.#ownChannel}`);
      await this.#beat(client);
    } catch {
      lost();
    }
  }

  /** Notifies itself. */
  async #beat(client: pg.Client): Promise<void> {
    if (client !== this.#client) return;
    this.#setTimer(() => this.#lost(client), ANSWER_MS);
    try {
      await client.query(`notify ${this.#ownChannel}`);
    } catch {
      this.#lost(client);
    }
  }

  #heard(client: pg.Client): void {
    this.#pauseMs = CONNECT_MS.first;
    this.#setTimer(() => void this.#beat(client), BEAT_MS);
    this.#setHearing(true);
  }

  /** Connects again later. */
  #lost(client: pg.Client): void {
    if (client !== this.#client) return;
    this.#client = null;
    // Not awaited: the answer may never come.
    void client.end().catch(() => {});
    this.#setTimer(() => void this.#connect(), this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, CONNECT_MS.longest);
    this.#setHearing(false);
  }

  #setTimer(then: (() => void) | null, ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = then && !this.#isClosed ? setTimeout(then, ms).unref() : null;
  }

  #setHearing(isHearing: boolean): void {
    if (isHearing === this.#isHearing || this.#isClosed) return;
    this.#isHearing = isHearing;
    this.#changed();
  }
}
