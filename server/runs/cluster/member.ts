/**
 * This server among those that share a database: it shows the others that it lives, and declares those dead that do not.
 * One that was itself declared dead, because it stood still or had no connection, gives up its runs and joins anew.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import { type ClusterServer, DeadServerError, type Servers } from '../../store/cluster.ts';
import { StoreError } from '../../store/store-error.ts';
import { Leases } from './leases.ts';

/** Longest pause between two beats, in ms; a quarter of a lease, if that is shorter. */
const BEAT_MS = 1000;
/** Pause between attempts to join anew, in ms. */
const RETRY_MS = 500;

type MemberDeps = {
  servers: Servers;
  /** Returns what the others should know of this server now. */
  describe(): Omit<ClusterServer, 'id'>;
  /** For how long a server must stand still to be declared dead, in ms. */
  leaseMs: number;
  /** Hears of the id that it has from now on, before it joins with it. */
  named(id: string): void;
  /** Is called with each beat, with the servers that live. */
  beaten(living: readonly ClusterServer[]): void;
  /** Gives up what others have ended. Must not reject. */
  died(): Promise<void>;
};

export class Member {
  #deps: MemberDeps;
  #leases: Leases;
  #id = '';
  #isIn = false;
  /** Whether the database did not answer when it was last asked. */
  #isAway = false;
  #timer: NodeJS.Timeout | null = null;
  /** The turn that is under way, or the last. Never rejects. */
  #turning: Promise<void> = Promise.resolve();
  #dying: Promise<void> | null = null;
  #isClosed = false;

  private constructor(deps: MemberDeps) {
    this.#deps = deps;
    this.#leases = new Leases(deps.leaseMs);
  }

  static async join(deps: MemberDeps): Promise<Member> {
    const member = new Member(deps);
    await member.#join();
    member.#schedule();
    return member;
  }

  /** Its id, a new one after each death. */
  get id(): string {
    return this.#id;
  }

  /** Whether it lives, as far as it knows. */
  get isIn(): boolean {
    return this.#isIn;
  }

  /**
   * Was told that the server `id` is dead: if that is still its id, joins anew when it has given up its runs. Never
   * rejects.
   */
  async died(id: string): Promise<void> {
    if (id !== this.#id) return;
    this.#isIn = false;
    this.#dying ??= this.#rejoin().finally(() => {
      this.#dying = null;
    });
    await this.#dying;
  }

  /** Leaves: what it has not begun goes back to the others. Resolves also if the database is away, and they find out. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#turning;
    await this.#dying;
    if (!this.#isIn) return;
    this.#isIn = false;
    // Nobody waits for a database that does not answer, or whoever stops this server loses patience.
    if (!this.#isAway) await this.#deps.servers.bury(this.#id).catch(report);
  }

  async #join(): Promise<void> {
    this.#id = nanoid();
    const { servers, named, describe, beaten } = this.#deps;
    named(this.#id);
    await servers.join({ id: this.#id, ...describe() });
    this.#isIn = true;
    beaten(await servers.living());
  }

  async #rejoin(): Promise<void> {
    console.error(
      'cluster: this server was declared dead by another, so it gives up its runs and joins anew',
    );
    await this.#deps.died();
    while (!this.#isClosed && !this.#isIn)
      await this.#join().catch(async (error) => {
        report(error);
        await pause(RETRY_MS, null, { ref: false });
      });
  }

  #schedule(): void {
    if (this.#isClosed) return;
    const ms = Math.min(BEAT_MS, this.#deps.leaseMs / 4);
    this.#timer = setTimeout(() => {
      this.#turning = this.#turn().then(() => this.#schedule());
    }, ms).unref();
  }

  /** Shows that it lives, and looks who does not. Never rejects. */
  async #turn(): Promise<void> {
    const { servers, describe, beaten } = this.#deps;
    if (!this.#isIn) return;
    const own = this.#id;
    try {
      await servers.beat(own, describe());
      this.#isAway = false;
      const askedAt = performance.now();
      const living = await servers.living();
      const beats = new Map(living.map(({ id, beat }) => [id, beat]));
      for (const id of this.#leases.look(beats, askedAt)) if (id !== own) await this.#bury(id);
      beaten(living);
    } catch (error) {
      this.#isAway = error instanceof StoreError;
      // Nothing is known of the others, and they may be as well as this one.
      this.#leases.failed();
      if (error instanceof DeadServerError) void this.died(own);
      else report(error);
    }
  }

  async #bury(id: string): Promise<void> {
    const ended = await this.#deps.servers.bury(id);
    console.error(
      `cluster: server ${id} has stood still for ${this.#deps.leaseMs} ms, so it counts as dead; runs that this ended: ${ended.length}`,
    );
  }
}

/** The storage reports its own trouble. */
function report(error: unknown): void {
  if (!(error instanceof StoreError)) console.error('cluster: something failed, and is tried again', error);
}
