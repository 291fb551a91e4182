/** The secret of all servers on a database: see `serverSecret`. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Queries } from './connect.ts';

const secretRow = z.object({ secret: z.string().min(43) });

/** Returns the secret in the database. If there is none, `first` becomes it: by default, a new one. */
export async function sharedSecret(
  queries: Queries,
  first = randomBytes(32).toString('base64url'),
): Promise<string> {
  await queries.rows('insert into secret (id, secret) values (1, $1) on conflict (id) do nothing', [first]);
  const [row] = await queries.rows('select secret from secret');
  return secretRow.parse(row).secret;
}
