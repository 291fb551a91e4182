/** The stream of a run's events on a port of Node's server: as HTTP of each version, headers included. */
import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { listen, type Server } from '../../server/listen.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { eventsOf, messagesIn } from '../event-stream.ts';
import { ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
let server: Server;
let path: string;
let events: RunEvent[];
beforeAll(async () => {
  app = await playgroundApp();
  const { serve } = await listen();
  server = await serve(createApp({ playground: app.playground }).fetch, { HOST: '127.0.0.1', PORT: 0 });
  const id = await app.start({ ...QUICK, modes: ['sequential', 'threads'], jobs: 3 });
  events = await app.events(id);
  path = `/runs/${id}/events`;
});
afterAll(async () => {
  await server.close();
  await app.close();
});

/** Sends `requests` at once on a connection of their own. Resolves with all that comes until the server closes it. */
async function raw(...requests: string[]): Promise<string> {
  const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(requests.map((one) => `${one}\r\nHost: localhost\r\n\r\n`).join(''));
  return text(socket);
}

/** Returns the head and the body of each response. */
const responsesIn = (all: string) =>
  all
    .split(/^(?=HTTP\/1\.1 )/m)
    .map((one) => one.split('\r\n\r\n'))
    .map(([head = '', ...body]) => ({ head, body: body.join('\r\n\r\n') }));

/** Returns what chunks hold. Throws if their lengths are wrong, or the last is missing. */
function unchunked(body: string): string {
  const bytes = Buffer.from(body);
  let found = '';
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, end), 16);
    const to = end + 2 + length;
    if (!(length >= 0) || bytes.toString('latin1', to, to + 2) !== '\r\n')
      throw new Error(`At ${at}: ${body}`);
    if (length === 0) return found;
    found += bytes.toString('utf8', end + 2, to);
    at = to + 2;
  }
}

const eventsIn = async (body: string) => eventsOf(await Array.fromAsync(messagesIn(new Response(body))));

it('events: HTTP 1.1 gets chunks, and the connection can be used again after the end', async () => {
  const [first, second] = responsesIn(
    await raw(`GET ${path} HTTP/1.1`, `GET ${path}?after=2 HTTP/1.1\r\nConnection: close`),
  );
  expect(first?.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(first?.head).toMatch(/^transfer-encoding: chunked$/im);
  expect(await eventsIn(unchunked(first?.body ?? ''))).toEqual(events);
  // This request came while the first was being answered.
  expect(await eventsIn(unchunked(second?.body ?? ''))).toEqual(events.slice(2));
});

it('events: HTTP 1.0 gets no chunks, and the connection ends with the stream', async () => {
  const [response] = responsesIn(await raw(`GET ${path} HTTP/1.0`));
  expect(response?.head).not.toMatch(/transfer-encoding/i);
  expect(response?.body).toMatch(/^retry: 1000\n/);
  expect(await eventsIn(response?.body ?? '')).toEqual(events);
});

it('events: the headers are those of the app, each cookie on a line of its own', async () => {
  const { headers } = await app.request(path);
  const response = await fetch(server.url + path);
  await response.text();
  for (const [name, value] of headers)
    if (name !== 'set-cookie') expect(response.headers.get(name)).toBe(value);
  expect(response.headers.getSetCookie().length).toBe(headers.getSetCookie().length);
});

it('events: a client that goes is no reader any more, whether the stream has begun or not', async () => {
  const live = await app.start(ENDLESS);
  await app.until(live, ({ type }) => type === 'job-started');
  const log = (await app.playground.runs.get(live))?.log;
  if (!log) throw new Error('The run is not there.');
  let open = 0;
  const read = log.read.bind(log);
  log.read = (seq) => {
    open++;
    const reader = read(seq);
    const close = reader.close.bind(reader);
    reader.close = () => {
      open--;
      close();
    };
    return reader;
  };
  for (const waits of [true, false]) {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`GET /runs/${live}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    if (waits) await once(socket, 'data');
    if (waits) expect(open).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => open).toBe(0);
  }
  await app.playground.runs.cancel(live);
});
