/** Has processes started by the process beside, which end; prints how many of their pipes were freed, of all. */
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { Starter } from '../../server/launch/starter.ts';

const PROCESSES = 40;
const [folder = ''] = process.argv.slice(2);
const starter = new Starter(folder, () => {});
starter.begin();
while (starter.spawner.pid === process.pid) await pause(10);

// The process beside keeps nobody from ending.
const stays = setInterval(() => {}, 1000);
let freed = 0;
const registry = new FinalizationRegistry(() => freed++);
for (let n = 0; n < PROCESSES; n++) {
  const child = await starter.spawner.spawn({ file: '/bin/cat', args: [], env: {} });
  const { stdin, stdout, stderr } = child;
  for (const pipe of [stdin, stdout, stderr]) if (pipe) registry.register(pipe, null);
  stderr?.resume();
  // It may end before it has read.
  stdin?.on('error', () => {});
  stdin?.write('It is read.');
  if (stdout) await once(stdout, 'data');
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
// Finalizers run between two collections.
for (let times = 0; times < 8; times++) {
  globalThis.gc?.();
  await pause(20);
}
console.log(freed, 3 * PROCESSES);
starter.close();
clearInterval(stays);
