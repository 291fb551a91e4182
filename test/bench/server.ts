/** The playground with the benchmarks' lessons, in a separate process. Prints its address. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import { startPlayground } from '../../server/playground.ts';
import { readSettings } from '../../server/settings.ts';

const settings = readSettings();
const lessonsFolder = fileURLToPath(new URL('lessons', import.meta.url));
const playground = await startPlayground(settings, { lessonsFolder });
const { serve, getConnInfo } = await listen();
const server = await serve(createApp({ playground, getConnInfo }).fetch, settings);
console.log(server.url);

process.on('SIGTERM', async () => {
  await playground.close();
  await server.close();
  process.exit(0);
});
