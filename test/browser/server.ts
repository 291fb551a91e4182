/**
 * A playground for browser tests, in a separate process: like server/main.ts, but with what the whole suite has
 * prepared. `LESSONS_FOLDER` names a folder of other lessons. Prints its address.
 */
import process from 'node:process';
import { createApp } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import { startPlayground } from '../../server/playground.ts';
import { LESSONS } from '../../server/programs/build.ts';
import { readSettings } from '../../server/settings.ts';
import { prepared } from '../prepared.ts';

const settings = readSettings();
const { LESSONS_FOLDER: lessonsFolder = LESSONS } = process.env;
const playground = await startPlayground(settings, { lessonsFolder, ...prepared() });
const { serve, getConnInfo } = await listen();
const server = await serve(createApp({ playground, getConnInfo }).fetch, settings);
console.log(server.url);

async function end(): Promise<never> {
  await playground.close();
  await server.close();
  process.exit(0);
}
process.once('SIGTERM', end);
// Exit when the worker that started this server has exited.
process.stdin.once('end', end).resume();
