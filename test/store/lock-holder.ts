/** Another process that holds a lock on a database, such as a backup or somebody's editor. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { executable } from '../../server/launch/runtimes.ts';

/** Opens the database, executes the statements, and holds what they lock until its input ends. */
const SCRIPT = `
  const { DatabaseSync } = require('node:sqlite');
  const [file, sql] = process.argv.slice(1);
  const db = new DatabaseSync(file);
  for (const one of sql.split(';')) db.prepare(one).all();
  console.log('held');
  process.stdin.resume().on('end', () => process.exit());
`;

/** Statements that lock a database: for all who write, and as a reader of how it was. */
export const WRITER = 'begin exclusive';
export const READER = 'begin; select count(*) from runs';

/** Locks the database `file` with `sql`. Resolves with a function that releases it, and resolves when it has. */
export async function hold(file: string, sql: string): Promise<() => Promise<void>> {
  const holder = spawn(executable('node'), ['-e', SCRIPT, file, sql], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'close');
  await Promise.race([
    once(holder.stdout, 'data'),
    ended.then(() => {
      throw new Error('The holder of the lock ended.');
    }),
  ]);
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
