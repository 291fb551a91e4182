/** Giving way to requests: what a server answers while it works in turns. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { executable } from '../../server/launch/runtimes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';

test.for(JAVASCRIPT)('%s: a request is answered between the turns of long work', async (runtime) => {
  const script = fileURLToPath(new URL('gives-way.ts', import.meta.url));
  const args = runtime === 'deno' ? ['run', '-A', '--no-lock'] : [];
  const server = spawn(executable(runtime), [...args, script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [port] = await once(server.stdout, 'data');
    const url = `http://127.0.0.1:${String(port).trim()}`;
    const turns = async (path: string) => Number(await (await fetch(`${url}${path}`)).text());
    expect(await turns('/work')).toBe(0);
    const seen = [await turns('/'), await turns('/'), await turns('/')];
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    // The first of them after one turn or a few. What gives no way answers after the last.
    expect(seen[0]).toBeLessThan(50);
    expect(seen[2]).toBeLessThan(100);
  } finally {
    server.kill('SIGKILL');
  }
});
