/** What the operator's commands ask a running server for, through its socket: see socket.ts. */
import fs from 'node:fs';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { troubleOf } from '../store/sqlite-errors.ts';
import type { Playground } from './playground.ts';

/** The address of a backup. */
export const BACKUP = '/backup';

/** Builds the app of the socket. `POST /backup` answers with a copy of the database, or with a sentence. */
export function commandApp({ backups }: Pick<Playground, 'backups'>): Hono {
  const app = new Hono();
  app.post(BACKUP, async (c) => {
    if (backups === null)
      return c.text(
        'The runs are in PostgreSQL (DATABASE_URL). Back that up, for example with pg_dump.',
        501,
      );
    const file = await backups.make(c.req.raw.signal);
    const bytes = fs.statSync(file).size;
    const stream = fs.createReadStream(file);
    // From here on, the file goes when it has been read, however that ends.
    stream.once('open', () => fs.rmSync(file, { force: true }));
    stream.once('error', () => fs.rmSync(file, { force: true }));
    return c.body(Readable.toWeb(stream) as ReadableStream, 200, {
      'Content-Type': 'application/vnd.sqlite3',
      'Content-Length': String(bytes),
    });
  });
  app.onError((error, c) => {
    if (troubleOf(error) === 'full')
      return c.text(
        'The disk of DATA_DIR is full. A backup needs space there for a copy of the database.',
        507,
      );
    console.error('backup:', error);
    return c.text('The server could not copy its database; its log says why.', 500);
  });
  return app;
}
