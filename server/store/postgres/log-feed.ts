/** The logs of runs of other servers, in a PostgreSQL database that this server shares with them. */
import { z } from 'zod';
import type { FeedListener, LogFeed, News } from '../log-feed.ts';
import type { Notices } from '../notices.ts';
import { idsIn, LOG_CHANNEL } from './channels.ts';
import type { Queries } from './connect.ts';

/** Most chunks of one log in an answer. */
const MAX_CHUNKS = 500;

/** One statement sees one state: if a run has ended there, its last events are there, too. */
const NEWS = `
  select runs.id as run, runs.status is not null as over, chunk.events
  from unnest($1::text[], $2::int[]) as wanted (run, seq)
  join runs on runs.id = wanted.run
  left join lateral (
    select first_seq, events from chunks where chunks.run = wanted.run and first_seq > wanted.seq
    order by first_seq limit ${MAX_CHUNKS + 1}
  ) as chunk on true
  order by runs.id, chunk.first_seq`;

const newsRow = z.object({ run: z.string(), over: z.boolean(), events: z.string().nullable() });

/** Asks with `queries`, and hears by `notices` when that is worth while. */
export class PostgresLogFeed implements LogFeed {
  #queries: Pick<Queries, 'rows'>;
  #notices: Notices;

  constructor(queries: Pick<Queries, 'rows'>, notices: Notices) {
    this.#queries = queries;
    this.#notices = notices;
  }

  get isHearing(): boolean {
    return this.#notices.isHearing;
  }

  listen({ woken, hearingChanged }: FeedListener): void {
    this.#notices.on(LOG_CHANNEL, (payload) => woken(idsIn(payload)));
    this.#notices.onChanged(hearingChanged);
  }

  async news(after: ReadonlyMap<string, number>): Promise<Map<string, News>> {
    const rows = await this.#queries.rows(NEWS, [[...after.keys()], [...after.values()]]);
    const found = new Map<string, { chunks: string[]; isOver: boolean }>();
    for (const row of rows) {
      const { run, over, events } = newsRow.parse(row);
      const one = found.get(run) ?? { chunks: [], isOver: over };
      found.set(run, one);
      if (events !== null) one.chunks.push(events);
    }
    return new Map([...found].map(([run, { chunks, isOver }]) => [run, newsOf(chunks, isOver)]));
  }
}

function newsOf(chunks: string[], isOver: boolean): News {
  const isMore = chunks.length > MAX_CHUNKS;
  const lines = chunks.slice(0, MAX_CHUNKS).flatMap((events) => events.split('\n'));
  return { lines, isMore, isOver };
}
