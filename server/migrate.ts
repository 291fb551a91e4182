/** The command that prepares a PostgreSQL database, and moves what a server has in SQLite to it. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runCommand } from './command.ts';
import { readSettings } from './settings.ts';
import { holdDataFolder } from './store/data-folder.ts';
import { DATABASE } from './store/open-database.ts';
import { unusable } from './store/opened.ts';
import { importAll } from './store/postgres/import.ts';
import { PostgresStore } from './store/postgres/postgres-store.ts';
import { serverSecret } from './store/secret.ts';
import { SqliteStore } from './store/sqlite.ts';
import { utcTime } from './words/utc-time.ts';

const USAGE = `DATABASE_URL=postgres://… npm run migrate [-- --from DATA_DIR]

Updates the tables of the PostgreSQL database. With --from, it also copies everything from the SQLite database in that
folder, and compares every row. Stop the server of that folder first. If it breaks off, run it again. Once it is
complete, it copies nothing more from that folder, so what you delete in PostgreSQL stays deleted.`;

/** Carries out the command. Resolves with its exit code. Rejects with `SettingsError`. */
export async function migrateAll(
  args: readonly string[],
  url: string | null,
  print: (line: string) => void,
): Promise<number> {
  const [option, folder, ...more] = args;
  const isWrong = option !== undefined && (option !== '--from' || !folder || more.length > 0);
  if (isWrong || url === null) {
    print(USAGE);
    return 2;
  }
  if (folder && !fs.existsSync(path.join(folder, DATABASE))) {
    print(`There is no database at ${path.join(folder, DATABASE)}. Give the DATA_DIR of the server.`);
    return 2;
  }
  try {
    const store = await PostgresStore.open(url);
    try {
      print('The tables are up to date.');
      if (folder) await importFrom(folder, store, print);
      return 0;
    } finally {
      await store.close();
    }
  } catch (error) {
    throw unusable(url, error);
  }
}

async function importFrom(folder: string, to: PostgresStore, print: (line: string) => void): Promise<void> {
  // No server may write to it in the meantime.
  const held = holdDataFolder(folder);
  try {
    const from = new SqliteStore(folder, { check: true });
    try {
      // What a killed server left: no server on PostgreSQL is to take it for its own.
      await from.interruptUnfinished();
      const result = await importAll(from.database, serverSecret(folder), to.database);
      if ('importedAt' in result) {
        const when = utcTime(result.importedAt.getTime());
        print(
          `${folder} was copied to this database on ${when}. Nothing was compared or added now, so what has been deleted since stays deleted.`,
        );
        return;
      }
      for (const { table, rows, added, different } of result.done) {
        const differ = different === 0 ? '' : `; ${different} have changed there since, and stay so`;
        print(`${table}: ${rows} compared, ${added} of them new${differ}`);
      }
      if (!result.keepsSecret)
        print('The database has a secret of its own, so browsers lose what they had from the old server.');
    } finally {
      await from.close();
    }
  } finally {
    held.release();
  }
}

if (import.meta.main)
  await runCommand(async () => migrateAll(process.argv.slice(2), readSettings().DATABASE_URL, console.log));
