/** The thread that copies a database: answers with null, or with what went wrong. */
import { backup, DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

/** More pages than any database has: all are copied in one step, which sees one state of the database. */
const ALL_PAGES = 2 ** 31 - 1;

const { from, to } = z.object({ from: z.string(), to: z.string() }).parse(workerData);
const db = new DatabaseSync(from, { timeout: 5000 });
try {
  await backup(db, to, { rate: ALL_PAGES });
  parentPort?.postMessage(null);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  // What an error has beside its message would be lost on the way.
  const { errcode } = z.object({ errcode: z.number().optional() }).parse(error);
  parentPort?.postMessage({ message: error.message, ...(errcode !== undefined && { errcode }) });
} finally {
  db.close();
}
