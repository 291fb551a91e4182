/**
 * Notifications that need not be in the transaction of what they tell of. A commit that notifies takes a lock of the
 * whole database and holds it until the disk has written; one that does nothing else does not wait for the disk.
 */
import { LOG_CHANNEL, payloadsOf } from './channels.ts';
import type { Queries } from './connect.ts';

const NOTIFY =
  'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as notice (channel, payload)';

export class News {
  #queries: Pick<Queries, 'rows'>;
  /** As channel and payload. */
  #due = new Map<string, [channel: string, payload: string]>();
  /** Runs whose logs have something new. */
  #runs = new Set<string>();
  #telling: Promise<void> | null = null;

  constructor(queries: Pick<Queries, 'rows'>) {
    this.#queries = queries;
  }

  /** Notifies soon, with one statement at a time for all that is due. It may be lost, as any notification may. */
  tell(channel: string, payload: string): void {
    this.#due.set(`${channel} ${payload}`, [channel, payload]);
    this.#begin();
  }

  /** Notifies in the same way that logs of runs have something new, with as few notifications as possible. */
  tellOfLogs(runs: Iterable<string>): void {
    for (const run of runs) this.#runs.add(run);
    this.#begin();
  }

  /** Resolves when all that is due was told, or given up. */
  async told(): Promise<void> {
    await this.#telling;
  }

  #begin(): void {
    if (this.#isDue) this.#telling ??= this.#tellAll();
  }

  get #isDue(): boolean {
    return this.#due.size > 0 || this.#runs.size > 0;
  }

  async #tellAll(): Promise<void> {
    while (this.#isDue) {
      const logs = payloadsOf(this.#runs).map((payload) => [LOG_CHANNEL, payload] as const);
      const due = [...this.#due.values(), ...logs];
      this.#due.clear();
      this.#runs.clear();
      const values = [due.map(([channel]) => channel), due.map(([, payload]) => payload)];
      await this.#queries.rows(NOTIFY, values).catch(() => {});
    }
    // At once, so that what is told of next begins anew.
    this.#telling = null;
  }
}
