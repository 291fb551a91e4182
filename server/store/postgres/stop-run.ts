/** Ends runs of the queue, on whichever server they are. */
import type { Stop } from '../cluster.ts';
import { LOG_CHANNEL, QUEUE_CHANNEL, RUNNER_CHANNEL } from './channels.ts';
import type { Queries } from './connect.ts';

/** Ends a run that waits, and lets the server of one that was claimed know. The first reason stays. */
export async function stopRun(queries: Queries, { id, status, why }: Stop): Promise<void> {
  // A runner may claim it at this moment: then this waits, and it is the runner that stops it.
  const [waits] = await queries.rows('select 1 from queue where run = $1 and server is null for update', [
    id,
  ]);
  if (waits === undefined) {
    await queries.rows(
      `with stopped as (
        update queue set stop_status = $2, stop_why = $3 where run = $1 and stop_status is null returning server
      ) select pg_notify('${RUNNER_CHANNEL}', server) from stopped where server is not null`,
      [id, status, why],
    );
    return;
  }
  const event = { seq: 1, pass: null, atMs: 0, type: 'run-ended', status, error: why };
  await queries.rows(
    'insert into chunks (run, first_seq, events) values ($1, 1, $2) on conflict do nothing',
    [id, JSON.stringify(event)],
  );
  await queries.rows('update runs set status = $2 where id = $1', [id, status]);
  await queries.rows('delete from queue where run = $1', [id]);
  await queries.rows(`select pg_notify('${LOG_CHANNEL}', $1), pg_notify('${QUEUE_CHANNEL}', '')`, [id]);
}
