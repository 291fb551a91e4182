/** Programs that somebody wrote, at each level that this machine has: what they try is refused, and what they see. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlaygroundApp, QUICK } from '../playground-app.ts';
import { javaScriptAt, logsOf, ofType, playgroundAt, runCode, TRIED } from './sandboxed.ts';

/** Tries each of the actions in the job; logs what was not refused, and what it sees. */
function attempts(actions: Record<string, string>): string {
  const tries = Object.entries(actions).map(
    ([name, action]) => `  ${JSON.stringify(name)}: async () => { ${action} },`,
  );
  return `
const attempts = {\n${tries.join('\n')}\n};
export async function job(n, { log }) {
  for (const [name, attempt] of Object.entries(attempts)) {
    try { log(name + ': ' + (await attempt())); } catch (error) { log(name + ' refused'); }
  }
  const { execPath, title, argv } = process;
  log('sees ' + JSON.stringify([execPath, title, argv, process.cwd(), import.meta.url, new Error().stack]));
}
`;
}

for (const level of TRIED) {
  const runtimes = await javaScriptAt(level);
  describe.skipIf(runtimes.length === 0)(
    `sandbox at the level ${level} (${runtimes.join(', ') || 'not here'})`,
    () => {
      let app: PlaygroundApp;
      let server: http.Server;
      let reached = 0;
      beforeAll(async () => {
        app = await playgroundAt(level);
        server = http.createServer((_request, response) => {
          reached++;
          response.end('reached');
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      });
      afterAll(async () => {
        server.close();
        await app.close();
      });

      it('a process that dies just before it is given the program: another one runs it', async () => {
        const { ready } = app.playground;
        const take = ready.take.bind(ready);
        ready.take = async (...of) => {
          ready.take = take;
          const booted = await take(...of);
          booted.child.kill();
          await booted.child.ended;
          return booted;
        };
        const events = await runCode(app, 'export function job(n, { log }) { log("ran " + n); }');
        expect(logsOf(events)).toEqual(['ran 0']);
        expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      });

      it.for(runtimes)('on %s: what a program lacks is said in words for its author', async (runtime) => {
        const code = `import dns from 'node:dns/promises';
import fs from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const WAYS = [
  () => fs.readFile('/etc/passwd'), () => fetch('https://example.com'), () => import('lodash'),
  () => require('lodash'), () => dns.resolve4('example.com'), () => dns.lookup('example.com'),
  () => new Promise((end, fail) => http.get('http://example.com', end).on('error', fail)),
  () => new Promise((_, fail) => { new WebSocket('ws://example.com').onerror = fail; }),
  () => new Promise((_, fail) => { new WebSocket('ws://example.com').onerror = ({ error }) => fail(error); }),
];
export async function job(n) { await WAYS[n](); }`;
        const events = await runCode(app, code, { runtime, modes: ['event-loop'], jobs: 9 });
        const errors = ofType(events, 'job-ended').sort((a, b) => a.job - b.job);
        expect(errors.map(({ error }) => /: (a program [^()]*)/.exec(error ?? '')?.[1])).toEqual([
          'a program has no files here',
          'a program has no network here',
          ...Array(2).fill('a program can import only the runtime’s own modules here'),
          ...Array(5).fill('a program has no network here'),
        ]);
        expect(errors.filter(({ error }) => error?.includes('\n'))).toEqual([]);
        expect(errors.filter(({ error }) => error?.includes('--allow'))).toEqual([]);
      });

      it.for(runtimes.flatMap((runtime) => ['threads', 'processes'].map((mode) => [runtime, mode] as const)))(
        'on %s, in %s: what would reach beyond it is refused',
        async ([runtime, mode]) => {
          const { port } = server.address() as AddressInfo;
          const database = path.resolve(app.folder, 'playground.db');
          const file = fs.readdirSync(app.folder).find((name) => name.endsWith('.db'));
          const secret = file ? path.join(app.folder, file) : database;
          const actions = {
            passwd: `return fs.readFileSync('/etc/passwd').length;`,
            database: `return fs.readFileSync(${JSON.stringify(secret)}).length;`,
            'import of a file': `return (await import('file:///etc/passwd', { with: { type: 'text' } })).default;`,
            'require of a file': `return createRequire('/etc/')(${JSON.stringify(path.resolve('package.json'))}).name;`,
            'the server in /proc': `return fs.readFileSync('/proc/${process.pid}/environ').length;`,
            'other places': `return fs.readdirSync(new URL('..', import.meta.url).pathname).filter((name) => name.length > 12).length || Promise.reject();`,
            write: `return fs.writeFileSync(new URL('written', import.meta.url), 'x');`,
            'write for all': `return fs.writeFileSync('/var/tmp/written', 'x');`,
            fetch: `return (await fetch('http://127.0.0.1:${port}/')).status;`,
            connect: `return new Promise((resolve, reject) => net.connect(${port}, '127.0.0.1', () => resolve('connected')).on('error', reject));`,
            listen: `return new Promise((resolve, reject) => net.createServer().on('error', reject).listen(0, () => resolve('listening')));`,
            dns: `return dns.resolve4('example.org');`,
            shell: `return child.execFileSync('/bin/sh', ['-c', 'id']);`,
            'another runtime': `return child.execFileSync(process.execPath, ['--version']);`,
            'native code': `return process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6');`,
            signal: `return process.kill(${process.pid}, 0);`,
            storage: `localStorage.setItem('a', 'b'); return localStorage.getItem('a');`,
            cache: `return (await caches.open('a')).put('http://a/', new Response('b'));`,
            'a database’s files': `return new (await import('node:sqlite')).DatabaseSync(':memory:').exec("attach '/proc/self/environ' as x");`,
            graphics: `return (await navigator.gpu.requestAdapter()).info;`,
          };
          const code = `import fs from 'node:fs'; import net from 'node:net'; import dns from 'node:dns/promises';
import child from 'node:child_process'; import { createRequire } from 'node:module';
process.on('uncaughtException', () => {});
${attempts(actions)}`;
          const events = await runCode(app, code, { runtime, modes: [mode] });
          const logs = logsOf(events);
          const seen = logs.pop() ?? '';
          expect(logs).toEqual(Object.keys(actions).map((name) => `${name} refused`));
          expect(seen).toContain('program.mjs');
          for (const folder of [path.resolve('.'), app.folder]) expect(seen).not.toContain(folder);
          expect(reached).toBe(0);
          expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
        },
      );

      it('lanes have the numbers that the system shows, and nothing is left of a cancelled run', async () => {
        const code = `export async function job(n, { log, lane, sleep }) { log(String(lane.pid)); await sleep(3600); }`;
        const id = await app.start({ ...QUICK, code, runtime: runtimes[0], modes: ['processes'] });
        const logged = await app.until(id, ({ type }) => type === 'log');
        const pid = logged.type === 'log' ? Number(logged.text) : 0;
        expect(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('entry.mjs');
        const user = process.getuid?.() === 0 ? 65534 : process.getuid?.();
        expect(fs.readFileSync(`/proc/${pid}/status`, 'utf8')).toContain(`Uid:\t${user}`);
        await app.playground.runs.cancel(id);
        const events = await app.events(id);
        const pids = events.flatMap((event) => (event.type === 'lane-started' ? [event.pid] : []));
        expect(pids).toHaveLength(2);
        expect(pids[1]).toBe(pid);
        expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
        for (const one of pids) expect(fs.existsSync(`/proc/${one}`)).toBe(false);
      });

      it('a process that takes too much memory is killed, and its run says so', async () => {
        const code = `export async function job() { const all = []; for (;;) { all.push(new Uint8Array(2 ** 23).fill(1)); await 0; } }`;
        const events = await runCode(app, code, { runtime: runtimes[0], modes: ['processes'] });
        expect(events.find((event) => event.type === 'lane-ended' && event.lane === 1)).toMatchObject({
          reason: 'killed',
          signal: 'SIGKILL',
        });
        expect(JSON.stringify(events)).toMatch(/Job 0: its process .* MiB/);
      });

      it.runIf(runtimes.includes('node'))('a process that kills itself ends as any other does', async () => {
        const code = `export async function job() { process.kill(process.pid, 'SIGKILL'); await new Promise(() => {}); }`;
        const events = await runCode(app, code, { runtime: 'node', modes: ['processes'] });
        expect(events.find((event) => event.type === 'lane-ended' && event.lane === 1)).toMatchObject({
          reason: 'killed',
          exitCode: null,
          signal: 'SIGKILL',
        });
      });
    },
  );
}
