/**
 * Hears what other servers have to say, on a connection of its own for all channels. It notifies itself from time to
 * time: if it does not hear that, the connection is lost. It then connects again. First it is notified on another
 * connection: behind a pooler that has a connection to the database for each transaction, such as PgBouncer, it hears
 * what it says itself, and nothing else.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Notices } from '../notices.ts';
import type { Queries } from './connect.ts';

/** Pause between two notifications to itself, and how long one may take, in ms. */
const BEAT_MS = 2000;
const ANSWER_MS = 2000;
/** Pauses before it connects again, in ms: the first, and the longest. Each is twice as long as the last. */
const CONNECT_MS = { first: 100, longest: 2000 };
/** How long to wait for the end of the connection when this is closed, in ms: the database may stand still. */
const CLOSE_MS = 500;
/** Pause if there is a connection, and a pooler swallows notifications: each attempt leaves it one that listens. */
const POOLED_MS = 30_000;

/** Listens until it is closed. */
export class Listener implements Notices {
  #config: pg.ClientConfig;
  /** Other connections. */
  #others: Pick<Queries, 'rows'>;
  /** Receives the payloads of each channel, by its name. */
  #heard = new Map<string, Set<(payload: string) => void>>();
  #changed = new Set<() => void>();
  /** No other server listens there. */
  #ownChannel = `playground_${randomBytes(12).toString('hex')}`;
  #client: pg.Client | null = null;
  /** Resolves when the statements so far have ended. */
  #sent: Promise<unknown> = Promise.resolve();
  #isHearing = false;
  #pauseMs = CONNECT_MS.first;
  /** The next heartbeat, the end of the wait for one, or the next attempt to connect. */
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(config: pg.ClientConfig, others: Pick<Queries, 'rows'>) {
    this.#config = config;
    this.#others = others;
    void this.#connect();
  }

  /** Calls `heard` with the payload of each notification on a channel. What is sent while there is no connection is lost. */
  on(channel: string, heard: (payload: string) => void): void {
    const all = this.#heard.get(channel) ?? new Set();
    this.#heard.set(channel, all.add(heard));
    // If it cannot be sent, the connection is lost, and the next one listens.
    if (this.#client && this.#isHearing) this.#send(this.#client, `listen ${channel}`).catch(() => {});
  }

  /** Calls `changed` when `isHearing` has changed. */
  onChanged(changed: () => void): void {
    this.#changed.add(changed);
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
    const ended = client?.end().catch(() => {});
    await Promise.race([ended, pause(CLOSE_MS, null, { ref: false })]);
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({ ...this.#config, query_timeout: ANSWER_MS });
    this.#sent = Promise.resolve();
    this.#client = client;
    const lost = () => this.#lost(client);
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ channel, payload = '' }) => {
      if (client !== this.#client) return;
      if (channel === this.#ownChannel) void this.#heardItself(client);
      else for (const heard of this.#heard.get(channel) ?? []) heard(payload);
    });
    try {
      await client.connect();
      await this.#send(client, `listen ${this.#ownChannel}`);
      let isSent = false;
      this.#setTimer(() => this.#lost(client, isSent ? POOLED_MS : undefined), ANSWER_MS);
      await this.#others.rows(`notify ${this.#ownChannel}`);
      isSent = true;
    } catch {
      lost();
    }
  }

  /** Listens on all channels: again, for those that were added since. */
  #listen(client: pg.Client, then = ''): Promise<unknown> {
    const channels = [...this.#heard.keys()].map((channel) => `listen ${channel};`);
    return this.#send(client, channels.join('') + then);
  }

  /** Notifies itself. */
  async #beat(client: pg.Client): Promise<void> {
    if (client !== this.#client) return;
    this.#setTimer(() => this.#lost(client), ANSWER_MS);
    try {
      await this.#listen(client, `notify ${this.#ownChannel}`);
    } catch {
      this.#lost(client);
    }
  }

  /** Runs a statement when those before it have ended. */
  #send(client: pg.Client, sql: string): Promise<unknown> {
    const sent = this.#sent.then(() => client.query(sql));
    this.#sent = sent.catch(() => {});
    return sent;
  }

  async #heardItself(client: pg.Client): Promise<void> {
    this.#pauseMs = CONNECT_MS.first;
    this.#setTimer(() => void this.#beat(client), BEAT_MS);
    if (this.#isHearing) return;
    try {
      await this.#listen(client);
      if (client === this.#client) this.#setHearing(true);
    } catch {
      this.#lost(client);
    }
  }

  /** Connects again after a pause. */
  #lost(client: pg.Client, pauseMs = this.#pauseMs): void {
    if (client !== this.#client) return;
    this.#client = null;
    // Not awaited: the answer may never come.
    void client.end().catch(() => {});
    this.#setTimer(() => void this.#connect(), pauseMs);
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
    for (const changed of this.#changed) changed();
  }
}
