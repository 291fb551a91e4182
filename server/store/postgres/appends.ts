/**
 * Appends chunks of all logs of a server to a PostgreSQL database. One statement has as many chunks as are waiting, and its
 * commit waits for the disk. If no other statement of this server is under way, it also notifies. If one is, the database
 * is busy: then the notification follows in a statement of its own, so that commits do not wait for each other (news.ts).
 *
 * What a server appends after it was declared dead is refused. A chunk whose answer was lost with the connection may be
 * appended again, also with more events behind it: those that are stored are left out.
 */
import { z } from 'zod';
import { DeadServerError } from '../cluster.ts';
import { LOG_CHANNEL, payloadsOf } from './channels.ts';
import type { Queries } from './connect.ts';
import type { News } from './news.ts';

/**
 * Shortest time from the begin of a statement to that of the next, in ms. After a longer pause, nothing waits. What comes
 * just after a statement has begun waits for it: with 5, half of all that jobs did took 1.5 ms longer to a reader.
 */
const GAP_MS = 2;
/** Most statements at the same time: one that waits for a lock must not keep the others waiting. */
const MAX_STATEMENTS = 3;
/** Most characters of one statement. */
const MAX_CHARS = 4 * 2 ** 20;

/** What lets a server append: a row of its own that says that it lives. */
export type Fence = {
  /** Finds the row by the id, `$1`, if the server lives; `for key share` waits for a death, but not for a heartbeat. */
  sql: string;
  id: string;
};

type Chunk = {
  run: string;
  firstSeq: number;
  lines: string[];
  resolve: () => void;
  reject: (error: unknown) => void;
};

const resultRow = z.object({ lives: z.boolean(), added: z.array(z.string()) });
const foundRow = z.object({ events: z.string().nullable() });

/** The fence of a server that no other can declare dead. */
const NO_FENCE = 'select 1 where $1::text is null';

/** The runs are locked, in order, so that none is removed before its chunk is there. */
const insertSql = (fence: string) => `
  with lives as materialized (${fence}),
  given as (
    select * from unnest($2::text[], $3::int[], $4::text[]) as chunk (run, first_seq, events)
    where exists (select from lives)
  ),
  known as materialized (
    select given.* from given join runs on runs.id = given.run order by runs.id for key share of runs
  ),
  added as (
    insert into chunks (run, first_seq, events) select run, first_seq, events from known
    on conflict (run, first_seq) do nothing returning run
  )
  select exists (select from lives) as lives,
    (select coalesce(array_agg(run), '{}') from added) as added,
    (select count(pg_notify('${LOG_CHANNEL}', payload)) from unnest($5::text[]) as payload
      where exists (select from added)) as notified`;

/** What is stored of a run from a sequence number on: a row without events if nothing is, no row if there is no run. */
const FOUND = `select events from runs left join chunks on chunks.run = runs.id and first_seq >= $2
  where runs.id = $1 order by first_seq`;

/** Appends to the logs of one server's runs. */
export class Appends {
  #queries: Pick<Queries, 'rows'>;
  #news: News;
  /** Set when the server has its row; until then, no other can declare it dead. */
  fence: Fence | null;
  #waiting: Chunk[] = [];
  #statements = 0;
  #begunAt = Number.NEGATIVE_INFINITY;
  #isScheduled = false;
  /** How many statements there were, and how many chunks they had. */
  readonly counts = { statements: 0, chunks: 0 };

  constructor(queries: Pick<Queries, 'rows'>, news: News, fence: Fence | null = null) {
    this.#queries = queries;
    this.#news = news;
    this.fence = fence;
  }

  /**
   * Adds a chunk to the log of a run; see `Store.append`. Chunks of one run must not be appended at the same time.
   * Rejects with `DeadServerError` if the server was declared dead.
   */
  append(run: string, firstSeq: number, lines: string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, firstSeq, lines, resolve, reject });
      this.#schedule();
    });
  }

  /** Begins a statement at the end of this turn of the event loop, or later if another one began just now. */
  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0 || this.#statements >= MAX_STATEMENTS) return;
    this.#isScheduled = true;
    const begin = () => {
      this.#isScheduled = false;
      this.#begin();
    };
    const waitMs = this.#begunAt + GAP_MS - performance.now();
    if (waitMs > 1) setTimeout(begin, waitMs);
    else setImmediate(begin);
  }

  #begin(): void {
    const chunks = this.#take();
    this.#begunAt = performance.now();
    const notifies = this.#statements++ === 0;
    void this.#save(chunks, notifies).finally(() => {
      this.#statements--;
      this.#schedule();
    });
    this.#schedule();
  }

  /** Takes as many chunks as fit in one statement, one at least. */
  #take(): Chunk[] {
    let count = 0;
    for (let chars = 0; count < this.#waiting.length && chars < MAX_CHARS; count++)
      for (const line of this.#waiting[count]?.lines ?? []) chars += line.length;
    return this.#waiting.splice(0, count);
  }

  /** Saves chunks, each of which may be refused alone. `notifies`: by the same statement. Never rejects. */
  async #save(chunks: Chunk[], notifies: boolean): Promise<void> {
    this.counts.statements++;
    this.counts.chunks += chunks.length;
    try {
      const [row] = await this.#queries.rows(insertSql(this.fence?.sql ?? NO_FENCE), [
        this.fence?.id ?? null,
        chunks.map(({ run }) => run),
        chunks.map(({ firstSeq }) => firstSeq),
        chunks.map(({ lines }) => lines.join('\n')),
        notifies ? payloadsOf(chunks.map(({ run }) => run)) : [],
      ]);
      const { lives, added } = resultRow.parse(row);
      if (!notifies) this.#news.tellOfLogs(added);
      const isAdded = new Set(added);
      for (const chunk of chunks) {
        if (!lives) chunk.reject(new DeadServerError());
        else if (isAdded.has(chunk.run)) chunk.resolve();
        else void this.#resume(chunk);
      }
    } catch (error) {
      for (const { reject } of chunks) reject(error);
    }
  }

  /** Settles a chunk that was not added: an earlier attempt may have stored it, or its first events. Never rejects. */
  async #resume({ run, firstSeq, lines, resolve, reject }: Chunk): Promise<void> {
    try {
      const rows = (await this.#queries.rows(FOUND, [run, firstSeq])).map((row) => foundRow.parse(row));
      if (rows.length === 0) throw new Error(`There is no run ${run}.`);
      const stored = rows.flatMap(({ events }) => events?.split('\n') ?? []);
      if (stored.length === 0 || stored.some((line, at) => line !== lines[at]))
        throw new Error(`The log of run ${run} has other events from number ${firstSeq} on.`);
      // It was not told of with the answer that was lost.
      this.#news.tellOfLogs([run]);
      const rest = lines.slice(stored.length);
      if (rest.length > 0) await this.append(run, firstSeq + stored.length, rest);
      resolve();
    } catch (error) {
      reject(error);
    }
  }
}
