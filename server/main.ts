/**
 * Starts the playground on Node or Deno, prints its address, and shuts it down on a signal. With `class` as its argument
 * it is for a class: other devices reach it, and it prints the address for them.
 */
import process from 'node:process';
import { createApp } from './app.ts';
import { logAsJson } from './json-log.ts';
import { PythonError } from './launch/pythons.ts';
import { SERVER_RUNTIME } from './launch/runtimes.ts';
import { LessonError } from './lessons/read-program.ts';
import { listen, listenError } from './listen.ts';
import { Board, envForClass } from './network/board.ts';
import { startPlayground } from './playground.ts';
import { commandApp } from './routes/backup.ts';
import { AwayError, readSettings, SettingsError, settingsWarning } from './settings.ts';
import { listenOnSocket } from './socket.ts';

/**
 * Exits with the message of an invalid setting or lesson, which the operator can fix without a stack: with 2, or with 1
 * if another attempt may succeed. Else rethrows.
 */
function refuse(error: unknown): never {
  const isKnown = [SettingsError, LessonError, PythonError].some((kind) => error instanceof kind);
  if (!isKnown || !(error instanceof Error)) throw error;
  console.error(error.message);
  process.exit(error instanceof AwayError || (error instanceof PythonError && error.isSlow) ? 1 : 2);
}

const isForClass = process.argv[2] === 'class';

async function start() {
  const settings = readSettings(isForClass ? envForClass(process.env) : process.env);
  if (settings.LOG === 'json') logAsJson();
  const warning = settingsWarning();
  if (warning !== null) console.error(warning);
  return { settings, playground: await startPlayground(settings) };
}

const { settings, playground } = await start().catch(refuse);
const { getConnInfo, serve, serveSocket } = await listen();
let board: Board | null = null;
const app = await Promise.try(createApp, {
  playground,
  getConnInfo,
  ...(isForClass && {
    onClient: (address: string) => board?.seen(address),
    addressForOthers: () => board?.url ?? null,
  }),
}).catch(async (error) => {
  await playground.close();
  return refuse(error);
});
const server = await serve(app.fetch, settings).catch(async (error) => {
  await playground.close();
  return refuse(listenError(error, settings));
});
const socket = await listenOnSocket({ serveSocket }, commandApp(playground).fetch, settings.DATA_DIR);

let isClosing = false;
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    if (isClosing) return;
    isClosing = true;
    playground.health.stop();
    await socket?.close();
    // Runs end first, so that their readers receive the end before the connections close.
    await playground.close();
    await server.close();
    process.exit(0);
  });
}
if (isForClass) {
  const port = Number(new URL(server.url).port || 80);
  board = new Board({ settings, port, print: console.log });
  await board.open();
}
// Printed last: whatever waits for this line may send a signal at once.
console.log(`Concurrency Playground on ${SERVER_RUNTIME}: ${server.url}`);
