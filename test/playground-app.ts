/** A real playground for tests, in a folder of its own. Requests go through `app.request`, without a port. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { GetConnInfo } from 'hono/conninfo';
import { type AppDeps, createApp } from '../server/app.ts';
import { startPlayground } from '../server/playground.ts';
import type { RunEvent } from '../server/protocol/events.ts';
import { type Place, parsePlace } from '../server/protocol/place.ts';
import type { Playground } from '../server/routes/playground.ts';
import { readSettings } from '../server/settings.ts';
import { eventsOf, messagesIn } from './event-stream.ts';
import { prepared } from './prepared.ts';

/** A form as `fetch` sends it: a name may have several values. */
export type Fields = Record<string, string | readonly string[]>;

/** A client that keeps its cookie. */
export type Client = {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Submits a form. */
  submit(path: string, fields?: Fields, headers?: Record<string, string>): Promise<Response>;
  /** Sends JSON. A string is sent as it is. */
  sendJson(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
};

export type PlaygroundApp = {
  playground: Playground;
  /** The folder of its database. */
  folder: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  /** All routes that have a handler, as `GET /runs/:id`. */
  routes: readonly string[];
  /** Returns a new browser that has loaded the playground, at an address, and sends requests from there. */
  browser(address?: string): Promise<Client>;
  /** Returns a browser without a cookie. */
  newBrowser(address?: string): Client;
  /** Returns a program at an address. */
  program(address?: string): Client;
  /** Starts a run through the API, and returns its id. */
  start(spec: Record<string, unknown>, client?: Client): Promise<string>;
  /** Resolves with all events of a run once it has ended. */
  events(id: string): Promise<RunEvent[]>;
  /** Resolves with the first event of a run for which `matches` is true, as soon as it is streamed. */
  until(id: string, matches: (event: RunEvent) => boolean): Promise<RunEvent>;
  /** Resolves with the first place in the queue that a run's stream gives. */
  place(id: string): Promise<Place | null>;
  /** Ends all runs and processes, and removes the folder. */
  close(): Promise<void>;
};

/** A spec of a job that is done almost at once. */
export const QUICK = { modes: ['sequential'], jobs: 1, minSeconds: 0, maxSeconds: 0 } as const;
/** A spec of a job that waits until it is stopped. */
export const ENDLESS = { modes: ['sequential'], jobs: 1, minSeconds: 3000, maxSeconds: 3600 } as const;
/** The form of three short runs, one after another. */
export const SERIES: Fields = {
  lesson: 'one-by-one',
  modes: ['sequential'],
  runtime: 'node',
  jobs: '1',
  workers: '',
  minSeconds: '0',
  maxSeconds: '0',
  work: 'wait',
  seed: '7',
  repeat: '3',
  sweep: '',
};
/** Settings that admit one run at a time: memory for a second does not fit. */
export const ONE_AT_A_TIME = { MEMORY_MIB: '64' } as const;

/** Stands for what the runtime passes with a request: its client's address. */
class Sender {
  readonly address: string | undefined;
  constructor(address: string | undefined) {
    this.address = address;
  }
}

/** Starts a playground with `env` as its environment. No processes are kept ready unless `env` says so. */
export async function playgroundApp(
  env: Record<string, string> = {},
  deps: Pick<AppDeps, 'stallMs' | 'heartbeatMs'> = {},
): Promise<PlaygroundApp> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-'));
  const playground = await startPlayground(
    readSettings({ DATA_DIR: folder, READY: '0', ...env }),
    prepared(),
  );
  const getConnInfo: GetConnInfo = ({ env }) => ({
    remote: { address: env instanceof Sender ? env.address : undefined },
  });
  const app = createApp({ playground, getConnInfo, ...deps });

  function client(own: Record<string, string>, address?: string): Client {
    let cookie = '';
    async function send(path: string, init: RequestInit, headers: Record<string, string>) {
      const all = { ...own, ...(cookie !== '' && { Cookie: cookie }), ...headers };
      const response = await app.request(path, { ...init, headers: all }, new Sender(address));
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
      return response;
    }
    return {
      get: (path, headers = {}) => send(path, {}, headers),
      submit: (path, fields = {}, headers = {}) =>
        send(
          path,
          { method: 'POST', body: encodeForm(fields) },
          { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        ),
      sendJson: (path, body, headers = {}) =>
        send(
          path,
          { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) },
          { 'Content-Type': 'application/json', ...headers },
        ),
    };
  }

  const self: PlaygroundApp = {
    playground,
    folder,
    request: async (path, init) => app.request(path, init),
    routes: app.routes.flatMap(({ method, path }) => (method === 'ALL' ? [] : [`${method} ${path}`])),
    async browser(address) {
      const browser = self.newBrowser(address);
      await browser.get('/');
      return browser;
    },
    newBrowser: (address) =>
      client({ Accept: 'text/html', Origin: 'http://localhost', 'Sec-Fetch-Site': 'same-origin' }, address),
    program: (address) => client({ Accept: '*/*' }, address),
    async start(spec, by = self.program()) {
      const response = await by.sendJson('/api/runs', spec);
      if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
      const { id }: { id: string } = await response.json();
      return id;
    },
    async events(id) {
      const response = await app.request(`/runs/${id}/events`);
      return eventsOf(await Array.fromAsync(messagesIn(response)));
    },
    async until(id, matches) {
      for await (const message of messagesIn(await app.request(`/runs/${id}/events`))) {
        const found = eventsOf([message]).find(matches);
        if (found) return found;
      }
      throw new Error(`Run ${id} ended without that event.`);
    },
    async place(id) {
      for await (const { event, data } of messagesIn(await app.request(`/runs/${id}/events`)))
        if (event === 'place') return parsePlace(data);
      throw new Error(`Run ${id} ended without a place in the queue.`);
    },
    async close() {
      await playground.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
  return self;
}

/** Fields as `application/x-www-form-urlencoded`. */
export function encodeForm(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((text) => [name, text]),
  );
  return new URLSearchParams(pairs).toString();
}
