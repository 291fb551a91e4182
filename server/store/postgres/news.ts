/**
 * Notifications that need not be in the transaction of what they tell of. A commit that notifies takes a lock of the
 * whole database and holds it until the disk has written; one that does nothing else does not wait for the disk.
 */
import type { Queries } from './connect.ts';

const NOTIFY =
  'select pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as notice (channel, payload)';

export class News {
  #queries: Pick<Queries, 'rows'>;
  /** As channel and payload. */
  #due = new Map<string, [channel: string, payload: string]>();
  #isTelling = false;

  constructor(queries: Pick<Queries, 'rows'>) {
    this.#queries = queries;
  }

  /** Notifies soon, with one statement at a time for all that is due. It may be lost, as any notification may. */
  tell(channel: string, payload: string): void {
    this.#due.set(`${channel} ${payload}`, [channel, payload]);
    if (!this.#isTelling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    while (this.#due.size > 0) {
      const due = [...this.#due.values()];
      this.#due.clear();
      const values = [due.map(([channel]) => channel), due.map(([, payload]) => payload)];
      await this.#queries.rows(NOTIFY, values).catch(() => {});
    }
    this.#isTelling = false;
  }
}
