/** The server as users start it, on both runtimes, from its first response to its end, orderly or not. */
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import process from 'node:process';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { alive, childrenOf, commandOf } from '../contract/processes.ts';
import { eventsOf, type Message, messagesIn } from '../event-stream.ts';
import { ALL, isTried, seldom } from '../everyday.ts';
import { dataFolder, ServerProcess, serverStarter, until } from './server-process.ts';

const start = serverStarter();

/** Starts a run through the API. Resolves with its address. */
async function submit(url: string, spec: Record<string, unknown>): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${url}/api/runs`, { method: 'POST', headers, body: JSON.stringify(spec) });
  expect(response.status).toBe(201);
  const run: { url: string } = await response.json();
  return `${url}${run.url}`;
}

/** Reads a run's stream, and calls `onMessage` for each message. Resolves when the stream ends or breaks. */
async function follow(run: string, onMessage: (message: Message) => void): Promise<'ended' | 'broken'> {
  try {
    for await (const message of messagesIn(await fetch(`${run}/events`))) onMessage(message);
    return 'ended';
  } catch {
    return 'broken';
  }
}

/** Requests the page with a `Host` of its own. Resolves with the status. */
async function statusAs(url: string, host: string): Promise<number | undefined> {
  const request = http.get(url, { headers: { host } });
  const [response]: [http.IncomingMessage] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  return response.statusCode;
}

const eventsIn = async (run: string) => {
  const messages: Message[] = [];
  expect(await follow(run, (message) => messages.push(message))).toBe('ended');
  return { messages, events: eventsOf(messages) };
};
/** Returns the process that has started the program's. */
const parentOfMain = (events: RunEvent[]) =>
  events.flatMap((one) => (one.type === 'lane-started' && one.kind === 'main' ? [one.parentPid] : []))[0];
const pidsOf = (events: RunEvent[]) =>
  events.flatMap((event) => (event.type === 'lane-started' ? [event.pid] : []));

/** Sends a POST that breaks off, and hangs up. Resolves when the connection is closed. */
function hangUp(url: string, path: string, rest: string): Promise<void> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), hostname, () => {
      socket.end(`POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${rest}`);
    });
    socket.on('error', reject).on('close', () => resolve());
    socket.resume();
  });
}

/** Asks for the hints for a program with one mistake. Resolves with what they say. */
async function hintsOf(url: string): Promise<string[]> {
  const code = 'export function job(n) { n.foo; }';
  const response = await fetch(`${url}/hints`, { method: 'POST', body: new URLSearchParams({ code }) });
  const hints: { text: string }[] = await response.json();
  return hints.map(({ text }) => text);
}

/** Settings for a server that does nothing before its first run, which takes a core for a second less. */
const NOTHING_READY = { READY: '0' };

/** A run with jobs that compute without end: no message reaches them, so they must be killed. */
const ENDLESS = { work: 'compute', jobs: 2, minSeconds: 3600, maxSeconds: 3600 };

describe.each(JAVASCRIPT)('the server on %s', (runtime) => {
  describe('in service', () => {
    let server: ServerProcess;
    let url: string;
    beforeAll(async () => {
      server = new ServerProcess(runtime, dataFolder());
      url = await server.url();
    });
    afterAll(() => server.destroy());

    test(`the server on ${runtime}: serves the page and its assets`, async () => {
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/html');
      const page = await response.text();
      expect(page).toContain('<form');
      const files = [...page.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, file]) => file);
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) expect((await fetch(url + file)).status).toBe(200);
    });

    // Everyday on Deno, where the server may send signals only to its own children.
    test.skipIf(!ALL && runtime === 'node')(
      `the server on ${runtime}: what another process has started for it can be stopped, alone`,
      async () => {
        const starters = () =>
          childrenOf(server.pid).filter((pid) => commandOf(pid).includes('starter-process'));
        const short = { modes: ['processes'], jobs: 12, minSeconds: 0, maxSeconds: 0 };
        // It begins once starts have held up the server for long.
        for (let runs = 0; runs < 10 && starters().length === 0; runs++)
          await eventsIn(await submit(url, short));
        const [starter] = starters();
        const startedBy = async () => parentOfMain((await eventsIn(await submit(url, short))).events);
        await expect.poll(startedBy).toBe(starter);

        const headers = { 'Content-Type': 'application/json' };
        const body = JSON.stringify({ ...ENDLESS, modes: ['sequential'] });
        const response = await fetch(`${url}/api/runs`, { method: 'POST', headers, body });
        const run: { url: string; cancel: string } = await response.json();
        const events: RunEvent[] = [];
        await follow(url + run.url, (message) => {
          const news = eventsOf([message]);
          events.push(...news);
          if (news.some(({ type }) => type === 'job-started'))
            void fetch(url + run.cancel, { method: 'POST' });
        });
        expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
        expect(parentOfMain(events)).toBe(starter);
        expect(alive(pidsOf(events))).toEqual([]);
        expect(starters()).toEqual([starter]);
      },
    );

    // Everyday on the other one: programs on the server's own runtime differ least from it.
    const ranOn = JAVASCRIPT.filter((one) => ALL || one !== runtime);
    test.each(ranOn)(`the server on ${runtime}: executes a run on %s, in every mode`, async (jobsOn) => {
      const spec = { runtime: jobsOn, jobs: 2, minSeconds: 0.05, maxSeconds: 0.1, seed: 3 };
      const run = await submit(url, spec);
      const { messages, events } = await eventsIn(run);
      expect(messages.at(-1)?.event).toBe('end');
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
      const modes = events.flatMap((event) => (event.type === 'pass-started' ? [event.mode] : []));
      expect(modes).toEqual(MODES);
      const done = events.filter((event) => event.type === 'job-ended' && event.status === 'done');
      expect(done).toHaveLength(8);
      // The server's permissions allow it to measure its programs.
      for (const event of events) if (event.type === 'pass-ended') expect(event.cpuMs).toBeGreaterThan(0);
      expect(alive(pidsOf(events))).toEqual([]);

      const page = await fetch(run, { headers: { accept: 'text/html' } });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<svg');
      const json = await (await fetch(`${run}.json`)).json();
      expect(json).toMatchObject({ state: 'ended', status: 'completed', events: events.length, spec });
      const png = await fetch(`${run}.png`);
      expect(png.headers.get('content-type')).toBe('image/png');
      const { width, height } = decode(new Uint8Array(await png.arrayBuffer()));
      expect({ width, height }).toEqual({ width: 1200, height: 630 });
      const ndjson = await (await fetch(`${run}.ndjson`)).text();
      expect(ndjson).toBe(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    });

    test.skipIf(!isTried('form', runtime))(
      `the server on ${runtime}: accepts the form without script, and lets its sender cancel`,
      async () => {
        const home = await fetch(url);
        const cookie = home.headers.get('set-cookie')?.split(';')[0] ?? '';
        const body = new URLSearchParams([
          ['modes', 'sequential'],
          ['jobs', '1'],
          ['minSeconds', '60'],
          ['maxSeconds', '60'],
        ]);
        const headers = { cookie, origin: url, accept: 'text/html' };
        const answer = await fetch(`${url}/runs`, { method: 'POST', body, headers, redirect: 'manual' });
        expect(answer.status).toBe(303);
        const run = `${url}${answer.headers.get('location')}`;
        const following = eventsIn(run);
        const stranger = await fetch(`${run}/cancel`, { method: 'POST' });
        expect(stranger.status).toBe(403);
        const cancelled = await fetch(`${run}/cancel`, { method: 'POST', headers: { cookie } });
        expect(cancelled.status).toBe(204);
        const { events } = await following;
        expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
        expect(alive(pidsOf(events))).toEqual([]);
      },
    );

    test(`the server on ${runtime}: refuses a Host that is none, or not its own`, async () => {
      const before = server.stderr;
      for (const host of ['a b', 'a/b', 'a#b', 'a@b', '[::1', 'a:99999', 'a:b', '%', '<x>'])
        expect(await statusAs(url, host), host).toBe(400);
      expect(await statusAs(url, 'evil.example')).toBe(403);
      expect(await statusAs(url, 'localhost')).toBe(200);
      expect(server.stderr).toBe(before);
    });

    test(`the server on ${runtime}: responds with 404 to missing addresses, and reports its health`, async () => {
      for (const path of [
        '/nowhere',
        '/runs/none',
        '/runs/none.json',
        '/runs/none/events',
        '/lessons/none',
      ]) {
        const response = await fetch(url + path, { headers: { accept: 'text/html' } });
        expect(response.status).toBe(404);
        await response.body?.cancel();
      }
      const health = await (await fetch(`${url}/healthz`)).json();
      expect(health).toMatchObject({ status: 'ok', runtime, active: 0, waiting: 0 });
    });

    test.skipIf(!isTried('two servers', runtime))(
      `the server on ${runtime}: a folder in use by another server is left unchanged, and it exits with 2`,
      async () => {
        const run = await submit(url, { ...ENDLESS, work: 'wait' });
        const { exitCode, stdout, stderr } = await new ServerProcess(runtime, server.folder).ended;
        expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
        expect(stderr).toBe(
          `DATA_DIR=${server.folder}: is in use by another server. Stop that server, or choose another folder.\n`,
        );
        expect(await (await fetch(`${run}.json`)).json()).toMatchObject({ status: null });
      },
    );

    // The last test: it ends the server, while the run of the test before still goes on.
    test(`the server on ${runtime}: on SIGHUP shuts down in order too, and logs no client that hung up`, async () => {
      for (const [path, type] of [
        ['/runs', 'application/x-www-form-urlencoded'],
        ['/api/runs', 'application/json'],
        ['/runs/none/cancel', 'text/plain'],
      ] as const) {
        await hangUp(url, path, `Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`);
        await hangUp(
          url,
          path,
          `Content-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nno`,
        );
        await hangUp(url, path, `Content-Type: ${type}\r\nContent-Length: 100\r\n\r\nhello`);
      }
      // Answered after all of them have been seen.
      await (await fetch(`${url}/healthz`)).json();
      server.kill('SIGHUP');
      expect(await server.ended).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
    });
  });

  test.skipIf(!isTried('SIGTERM', runtime))(
    `the server on ${runtime}: on SIGTERM interrupts its runs, ends their streams, and exits with 0`,
    async () => {
      const server = start(runtime, { CORES: '1', SANDBOX: '' });
      const url = await server.url();
      const [running, waiting] = [await submit(url, ENDLESS), await submit(url, ENDLESS)];
      const seen: Message[] = [];
      const waited = eventsIn(waiting);
      let launched: number[] = [];
      const outcome = await follow(running, (message) => {
        seen.push(message);
        if (launched.length > 0 || !eventsOf([message]).some(({ type }) => type === 'job-started')) return;
        launched = server.launched;
        server.kill('SIGTERM');
      });
      expect(outcome).toBe('ended');
      expect(seen.at(-1)?.event).toBe('end');
      const events = eventsOf(seen);
      expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'interrupted' });
      const { events: others } = await waited;
      expect(others.map(({ type }) => type)).toEqual(['run-ended']);
      expect(others.at(-1)).toMatchObject({ status: 'interrupted' });
      expect(await server.ended).toMatchObject({ exitCode: 0, signal: null });
      expect(launched).toEqual(expect.arrayContaining(pidsOf(events)));
      await until('every process of the server has ended', () => alive(launched).length === 0);
      expect(server.launched).toEqual([]);
    },
  );

  seldom(`the server on ${runtime}: killed after its guard was stopped, leaves no process`, async () => {
    const server = start(runtime, { ...NOTHING_READY, CORES: '2' });
    const run = await submit(await server.url(), { ...ENDLESS, modes: ['processes'], work: 'compute' });
    const guards = () => childrenOf(server.pid).filter((pid) => commandOf(pid).startsWith('/bin/sh'));
    let first: number | undefined;
    let samples = 0;
    let launched: number[] = [];
    const outcome = await follow(run, (message) => {
      const types = eventsOf([message]).map(({ type }) => type);
      if (first === undefined && types.includes('job-started')) {
        first = guards()[0] ?? 0;
        process.kill(first, 'SIGKILL');
      }
      // Usage is reported again: there is another guard, and it knows the processes.
      if (first !== undefined && !guards().includes(first) && types.includes('sample')) samples += 1;
      if (samples !== 3) return;
      launched = server.launched;
      for (const guard of guards()) process.kill(guard, 'SIGSTOP');
      server.kill('SIGKILL');
    });
    expect(outcome).toBe('broken');
    expect(launched.length).toBeGreaterThanOrEqual(2);
    await until('every process of the run has ended', () => alive(launched).length === 0);
  });

  // On Deno, test/cluster/deaths.test.ts kills one.
  (runtime === 'node' ? test : seldom)(
    `the server on ${runtime}: killed during a run, loses no event that was seen and leaves no process; the next ends though its processes are stopped`,
    async ({ annotate }) => {
      const folder = dataFolder();
      const server = start(runtime, { CORES: '8' }, folder);
      const url = await server.url();
      const specs = [
        { ...ENDLESS, runtime: 'node', modes: ['processes'] },
        { ...ENDLESS, runtime: 'deno', modes: ['threads'] },
        { ...ENDLESS, runtime, modes: ['sequential', 'event-loop'], work: 'wait' },
      ];
      const runs = await Promise.all(specs.map((spec) => submit(url, spec)));
      const seen = runs.map((): Message[] => []);
      const isUnderWay = (messages: Message[]) =>
        eventsOf(messages).some(({ type }) => type === 'job-started');
      let launched: number[] = [];
      const following = runs.map((run, index) =>
        follow(run, (message) => {
          seen[index]?.push(message);
          if (launched.length > 0 || !seen.every(isUnderWay)) return;
          launched = server.launched;
          server.kill('SIGKILL');
        }),
      );
      expect(await Promise.all(following)).toEqual(runs.map(() => 'broken'));
      const pids = seen.flatMap((messages) => pidsOf(eventsOf(messages)));
      expect(pids.length).toBeGreaterThanOrEqual(5);
      expect(launched).toEqual(expect.arrayContaining(pids));
      const ms = await until('every process of the runs has ended', () => alive(launched).length === 0);
      await annotate(`Every process had ended ${Math.round(ms)} ms after its server was killed.`);

      // What the next server makes of the folder is the same on both.
      if (!isTried('next server', runtime)) return;
      const next = start(runtime, NOTHING_READY, folder);
      const again = await next.url();
      for (const [index, run] of runs.entries()) {
        const address = again + new URL(run).pathname;
        const lines = (await (await fetch(`${address}.ndjson`)).text()).trimEnd().split('\n');
        const seenLines = eventsOf(seen[index] ?? []).map((event) => JSON.stringify(event));
        expect(lines.slice(0, seenLines.length)).toEqual(seenLines);
        expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ type: 'run-ended', status: 'interrupted' });
        expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, n) => n + 1));
        expect(await (await fetch(`${address}.json`)).json()).toMatchObject({ status: 'interrupted' });
        const { messages, events } = await eventsIn(address);
        expect(messages.at(-1)?.event).toBe('end');
        expect(events.map((event) => JSON.stringify(event))).toEqual(lines);
        const page = await fetch(address, { headers: { accept: 'text/html' } });
        expect(await page.text()).toContain('nterrupted');
      }

      // This server, too, must end: even if the processes that it launches now, at first to calibrate, are stopped.
      await submit(again, { ...ENDLESS, runtime: 'deno' });
      expect(await hintsOf(again)).toEqual(['A number has no foo.']);
      const checkers = childrenOf(next.pid).filter((pid) => commandOf(pid).includes('--api'));
      expect(checkers).toHaveLength(1);
      for (const pid of [...next.launched, ...checkers]) process.kill(pid, 'SIGSTOP');
      next.kill('SIGTERM');
      expect(await next.ended).toMatchObject({ exitCode: 0, signal: null });
      await until('every process of the next server has ended', () => next.launched.length === 0);
      expect(alive(checkers)).toEqual([]);
    },
  );
});
