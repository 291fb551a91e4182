// Five jobs of half a second, in child processes, by hand.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const [job] = process.argv.slice(2);
if (job === undefined) {
  const before = 'Deno' in globalThis ? ['run', '-A', '--no-config', '--no-lock'] : [];
  const ended = [0, 1, 2, 3, 4].map((n) => {
    const child = spawn(process.execPath, [...before, fileURLToPath(import.meta.url), String(n)], {
      stdio: 'pipe',
    });
    child.stdout.on('data', (text) => process.stdout.write(text));
    return new Promise((resolve) => child.on('close', resolve));
  });
  await Promise.all(ended);
} else {
  await delay(500);
  console.log(`Job ${job} done after 0.5 seconds`);
}
