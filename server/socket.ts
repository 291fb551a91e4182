/** The socket in the data folder, through which the operator's commands talk to a running server. */
import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { LONGEST_SOCKET } from './launch/socket-path.ts';
import type { Listen, Server } from './listen.ts';

const NAME = 'server.sock';
/** Only the user that runs the server may connect. */
const MASK = 0o177;

/**
 * Calls `use` with a path of the socket in `folder` that is short enough. Until it returns, the current folder may be
 * another one.
 */
export function atSocket<T>(folder: string, use: (path: string) => T): T {
  // On Deno, only this path is permitted.
  const file = path.join(fs.realpathSync(folder), NAME);
  const home = process.cwd();
  const short = [file, path.relative(home, file)].find((one) => Buffer.byteLength(one) <= LONGEST_SOCKET);
  if (short !== undefined) return use(short);
  process.chdir(folder);
  try {
    return use(NAME);
  } finally {
    process.chdir(home);
  }
}

/**
 * Listens on the socket in `folder`, which this server must hold (see `holdDataFolder`). If that is not possible there,
 * says so on the console, and returns null.
 */
export async function listenOnSocket(
  { serveSocket }: Pick<Listen, 'serveSocket'>,
  fetch: Parameters<Listen['serveSocket']>[0],
  folder: string,
): Promise<Pick<Server, 'close'> | null> {
  const file = path.resolve(folder, NAME);
  const remove = () => fs.rmSync(file, { force: true });
  try {
    // A killed server has left it.
    remove();
    const before = process.umask(MASK);
    // Binds at once; only what comes then takes longer.
    const listening = atOnce(() => atSocket(folder, (short) => serveSocket(fetch, short)));
    process.umask(before);
    const server = await listening;
    return {
      async close() {
        await server.close();
        try {
          remove();
        } catch {
          // The folder is gone, or has become read-only: the next server removes it.
        }
      },
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    console.error(`DATA_DIR=${folder}: cannot have a socket, so stop this server for a backup. ${why}`);
    return null;
  }
}

/** Makes a call that may throw, and returns its promise in any case. */
async function atOnce<T>(call: () => Promise<T>): Promise<T> {
  return call();
}
