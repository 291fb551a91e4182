/** Ends what an earlier server left unfinished in the SQLite database. */
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { endsRun } from '../protocol/events.ts';
import { STATUSES, type Status } from '../protocol/facts.ts';
import { storedType } from '../protocol/stored.ts';
import { FAMILY, RUN, toFamily, toRun } from './rows.ts';
import { interruption } from './store.ts';

const idRow = z.object({ id: z.string() });
const unfinishedRow = z.object({ id: z.string(), createdAt: z.number() });
const chunkRow = z.object({ events: z.string() });
const endEvent = z.object({ type: z.literal('run-ended'), status: z.enum(STATUSES) });

/** See `Store.interruptUnfinished`. Must be called in a transaction. */
export function interruptUnfinished(db: DatabaseSync): number {
  for (const row of db.prepare(`${FAMILY} where status is null`).all())
    nameIfDamaged('series', toFamily, row);
  db.exec(`
    update families set status = case
      when count = (select count(*) from runs where family = families.id and runs.status is not null)
      then 'completed' else 'interrupted' end
    where status is null
  `);
  const unfinished = db.prepare(`${RUN} where status is null`).all();
  for (const row of unfinished) nameIfDamaged('run', toRun, row);
  for (const { id, createdAt } of unfinished.map((row) => unfinishedRow.parse(row))) {
    try {
      endRun(db, id, createdAt);
    } catch (error) {
      console.error(`run ${id}: its log cannot be continued; it ends as interrupted.`, error);
      setStatus(db, id, 'interrupted');
    }
  }
  return unfinished.length;
}

/** Says on the console if a row makes no sense. */
function nameIfDamaged(
  what: string,
  { one }: Pick<typeof toRun | typeof toFamily, 'one'>,
  row: unknown,
): void {
  try {
    one(row);
  } catch {
    const { id } = idRow.parse(row);
    console.error(`${what} ${id}: what is stored about it is damaged, so it cannot be shown.`);
  }
}

/** Ends a run as its log says, or else as interrupted. Throws if its log cannot be continued. */
function endRun(db: DatabaseSync, id: string, createdAt: number): void {
  const lines = db
    .prepare('select events from chunks where run = ? order by first_seq')
    .all(id)
    .flatMap((chunk) => chunkRow.parse(chunk).events.split('\n'));
  const damagedAt = lines.findIndex((line, at) => storedType(line, at + 1) === null);
  if (damagedAt >= 0)
    console.error(`run ${id}: its event ${damagedAt + 1} is damaged; those before it are shown.`);
  const end = (damagedAt < 0 ? lines : lines.slice(0, damagedAt)).findLast(endsRun);
  if (end !== undefined) {
    // The server died between the last event and the status.
    setStatus(db, id, endEvent.parse(JSON.parse(end)).status);
    return;
  }
  const seq = lines.length + 1;
  db.prepare('insert into chunks (run, first_seq, events) values (?, ?, ?)').run(
    id,
    seq,
    JSON.stringify(interruption(seq, createdAt)),
  );
  setStatus(db, id, 'interrupted');
}

function setStatus(db: DatabaseSync, id: string, status: Status): void {
  db.prepare('update runs set status = ? where id = ?').run(status, id);
}
