/** A person who uses several servers as if they were one, as behind a proxy, and moves to another when one is gone. */
import { setTimeout as pause } from 'node:timers/promises';
import type { RunEvent } from '../../server/protocol/events.ts';
import { eventsOf, messagesIn } from '../event-stream.ts';

/** A run that is over in a moment, one that lasts until it is stopped, and one that has an event every few ms. */
export const SHORT = { modes: ['sequential'], jobs: 2, minSeconds: 0.02, maxSeconds: 0.02 };
export const ENDLESS = { modes: ['sequential'], jobs: 1, minSeconds: 3000, maxSeconds: 3600 };
export const LONG = { modes: ['sequential'], jobs: 100, minSeconds: 0.05, maxSeconds: 0.05 };

/** The servers that can be asked at the moment. */
type Urls = () => readonly string[];

/** Where a reader goes on reading: it may give the last number that it has in either way. */
type ReadOptions = {
  by?: 'header' | 'query';
  /** Decides after each message whether to move to another server. */
  moves?: () => boolean;
  /** Receives all events so far after each message. */
  read?: (events: readonly RunEvent[]) => void;
  /** The server to begin with; any by default. */
  from?: string;
};

/** Pause before another server is tried, in ms. */
const RETRY_MS = 20;

export class Learner {
  #urls: Urls;
  #cookie = '';
  /** Counts its requests, so that they go to all servers in turn. */
  #requests = 0;
  /** Every status that it was answered with, and what was said with a 503. */
  readonly statuses = new Set<number>();
  readonly refusals = new Set<string>();

  constructor(urls: Urls) {
    this.#urls = urls;
  }

  /** Sends a request to the next server, until one accepts the connection. */
  async request(path: string, init: RequestInit = {}, from?: string): Promise<Response> {
    for (let first = from; ; first = undefined) {
      const urls = this.#urls();
      const url = first ?? urls[this.#requests++ % urls.length];
      const headers = { ...(this.#cookie !== '' && { cookie: this.#cookie }), ...init.headers };
      try {
        if (url === undefined) throw new Error('No server can be asked.');
        const response = await fetch(url + path, { ...init, headers });
        this.#cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? '';
        this.statuses.add(response.status);
        if (response.status >= 500) this.refusals.add(await response.clone().text());
        return response;
      } catch {
        await pause(RETRY_MS);
      }
    }
  }

  /** Gets a cookie: whoever has none counts as their address. */
  async arrive(): Promise<this> {
    await (await this.request('/', { headers: { accept: 'text/html' } })).text();
    return this;
  }

  /** Starts a run, as soon as a server takes it. Resolves with its id. */
  async start(spec: Record<string, unknown>): Promise<string> {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(spec),
    };
    for (;;) {
      const response = await this.request('/api/runs', init);
      if (response.status === 201) return ((await response.json()) as { id: string }).id;
      const why = await response.text();
      if (response.status !== 503 && response.status !== 429) throw new Error(`${response.status}: ${why}`);
      await pause(RETRY_MS);
    }
  }

  async cancel(id: string): Promise<void> {
    await (await this.request(`/runs/${id}/cancel`, { method: 'POST' })).body?.cancel();
  }

  /**
   * Resolves with all events of a run, as they came, once a server has said that there are no more. Goes on at another
   * server if the connection is lost.
   */
  async read(
    id: string,
    { by = 'header', moves = () => false, read, from }: ReadOptions = {},
  ): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    let last = '';
    for (let first = from; ; first = undefined) {
      const query = by === 'query' && last !== '' ? `?after=${last}` : '';
      const headers: Record<string, string> = by === 'header' && last !== '' ? { 'Last-Event-ID': last } : {};
      const response = await this.request(`/runs/${id}/events${query}`, { headers }, first);
      if (response.status !== 200) {
        if (response.status !== 503) throw new Error(`${response.status}: ${await response.text()}`);
        await pause(RETRY_MS);
        continue;
      }
      try {
        for await (const message of messagesIn(response)) {
          if (message.event === 'end') return events;
          events.push(...eventsOf([message]));
          last = message.id ?? last;
          read?.(events);
          if (moves()) break;
        }
      } catch {
        // The server is gone.
      }
    }
  }
}

/** A run whose first job has started. */
export type Started = {
  id: string;
  /** Its events until then, and all of them once it has ended. */
  soFar: readonly RunEvent[];
  events: Promise<RunEvent[]>;
};

/** Starts a run, and reads it to its end. Resolves when its first job has started. */
export async function started(learner: Learner, spec: Record<string, unknown>): Promise<Started> {
  const id = await learner.start(spec);
  const begun = Promise.withResolvers<readonly RunEvent[]>();
  const read = (events: readonly RunEvent[]) =>
    events.some(({ type }) => type === 'job-started') && begun.resolve([...events]);
  const events = learner.read(id, { read });
  return { id, soFar: await Promise.race([begun.promise, events]), events };
}

/** Returns what is wrong with the events of a run that ended with `status`: nothing if each came once and in order. */
export function faultsOf(events: readonly RunEvent[], status: string = 'completed'): string[] {
  const faults: string[] = [];
  if (events.some(({ seq }, at) => seq !== at + 1)) faults.push(`numbers: ${events.map(({ seq }) => seq)}`);
  const count = (type: string) => events.filter((event) => event.type === type).length;
  if (count('run-started') > 1) faults.push('started more than once');
  if (count('run-ended') !== 1) faults.push(`ended ${count('run-ended')} times`);
  const last = events.at(-1);
  if (last?.type !== 'run-ended' || last.status !== status) faults.push(`ended with ${JSON.stringify(last)}`);
  return faults;
}
