/** Ends runs in the PostgreSQL database that their server has left unfinished. */
import { z } from 'zod';
import { endsRun } from '../../protocol/events.ts';
import { STATUSES, type Status } from '../../protocol/facts.ts';
import { storedType } from '../../protocol/stored.ts';
import { interruption } from '../store.ts';
import type { Queries, Value } from './connect.ts';

const unfinishedRow = z.object({ id: z.string(), createdAt: z.number() });
const chunkRow = z.object({ events: z.string() });
const endEvent = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });

/**
 * Ends the unfinished runs for which the condition `which` holds, with `values` as its parameters: each with the status
 * of its log's `run-ended`, or else as interrupted. Returns their ids. Must be called in a transaction. Two servers that
 * do so at once end each run once.
 */
export async function interruptRuns(
  queries: Queries,
  which = 'true',
  values: readonly Value[] = [],
): Promise<string[]> {
  const found = await queries.rows(
    `select id, created_at as "createdAt" from runs where status is null and (${which}) order by id for update`,
    values,
  );
  const runs = found.map((row) => unfinishedRow.parse(row));
  for (const { id, createdAt } of runs) await endRun(queries, id, createdAt);
  return runs.map(({ id }) => id);
}

/** Ends the unfinished families for which the condition `which` holds: completed if all their runs have ended. */
export async function interruptFamilies(
  queries: Queries,
  which = 'true',
  values: readonly Value[] = [],
): Promise<void> {
  await queries.rows(
    `update families set status = case
      when count = (select count(*) from runs where family = families.id and runs.status is not null)
      then 'completed' else 'interrupted' end
    where status is null and (${which})`,
    values,
  );
}

async function endRun(queries: Queries, id: string, createdAt: number): Promise<void> {
  const chunks = await queries.rows('select events from chunks where run = $1 order by first_seq', [id]);
  const lines = chunks.flatMap((chunk) => chunkRow.parse(chunk).events.split('\n'));
  const damagedAt = lines.findIndex((line, at) => storedType(line, at + 1) === null);
  if (damagedAt >= 0)
    console.error(`run ${id}: its event ${damagedAt + 1} is damaged; those before it are shown.`);
  const end = (damagedAt < 0 ? lines : lines.slice(0, damagedAt)).findLast(endsRun);
  // The server died between the last event and the status.
  if (end !== undefined) return setStatus(queries, id, endEvent.parse(JSON.parse(end)).status);
  const seq = lines.length + 1;
  // Only a damaged log already has a chunk there.
  await queries.rows(
    'insert into chunks (run, first_seq, events) values ($1, $2, $3) on conflict do nothing',
    [id, seq, JSON.stringify(interruption(seq, createdAt))],
  );
  return setStatus(queries, id, 'interrupted');
}

async function setStatus(queries: Queries, id: string, status: Status): Promise<void> {
  await queries.rows('update runs set status = $2 where id = $1', [id, status]);
}
