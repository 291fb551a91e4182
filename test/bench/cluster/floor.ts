/** The least that the way through PostgreSQL takes: an insert with a notification, and a select when that comes. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Bare clients: some that write, one that listens, and two that read what it hears of, as a server has for its logs. */
export class Floor {
  #writers: pg.Pool;
  #listener: pg.Client;
  #readers: pg.Pool;
  #sent = 0;
  #arrived = new Map<number, (at: number) => void>();

  private constructor(url: string) {
    this.#writers = new pg.Pool({ connectionString: url, max: 8 });
    this.#listener = new pg.Client({ connectionString: url });
    this.#readers = new pg.Pool({ connectionString: url, max: 2 });
  }

  static async open(url: string): Promise<Floor> {
    const floor = new Floor(url);
    await floor.#listener.connect();
    await floor.#readers.query(
      'create table if not exists floor (id integer primary key, line text not null)',
    );
    floor.#listener.on('notification', ({ payload }) => void floor.#read(Number(payload)));
    await floor.#listener.query('listen floor');
    return floor;
  }

  /** Returns how long each of `count` inserts by each of `writers` takes to a reader, with `pauseMs` in between. */
  async times(writers: number, count: number, pauseMs: number): Promise<number[]> {
    const took: number[] = [];
    const write = async () => {
      for (let n = 0; n < count; n++) {
        await pause(pauseMs * (0.5 + Math.random()));
        took.push(await this.#time());
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    return took;
  }

  async close(): Promise<void> {
    await Promise.all([this.#writers.end(), this.#listener.end(), this.#readers.end()]);
  }

  async #time(): Promise<number> {
    const id = ++this.#sent;
    const arrived = new Promise<number>((resolve) => this.#arrived.set(id, resolve));
    const began = performance.now();
    await this.#writers.query(
      `with added as (insert into floor values ($1, $2) returning id) select pg_notify('floor', id::text) from added`,
      [id, 'x'.repeat(150)],
    );
    return (await arrived) - began;
  }

  async #read(id: number): Promise<void> {
    const arrived = this.#arrived.get(id);
    this.#arrived.delete(id);
    await this.#readers.query('select line from floor where id = $1', [id]);
    arrived?.(performance.now());
  }
}
