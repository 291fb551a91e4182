/** Follows the stream of a run as a page does, across lost connections. */
import { messagesIn } from '../../event-stream.ts';
import type { Browser } from './browser.ts';

/** What came: each event as JSON, and when the first of anything came, in ms on this process's clock. */
export class Followed {
  readonly events: string[] = [];
  /** The first event, or the first place in the queue. */
  firstAt: number | null = null;
  /** The first pass has started. */
  startedAt: number | null = null;
  endedAt: number | null = null;
  #cut = new AbortController();

  /** Loses the connection. The stream is opened again at once. */
  lose(): void {
    this.#cut.abort();
  }

  /** Follows to the end the stream at `path`. Rejects if the server refuses it. */
  async follow(browser: Browser, path: string): Promise<void> {
    while (this.endedAt === null) {
      this.#cut = new AbortController();
      const { signal } = this.#cut;
      const after = this.events.length;
      const response = await browser.stream(after === 0 ? path : `${path}?after=${after}`);
      signal.addEventListener('abort', () => response.destroy());
      if (signal.aborted) response.destroy();
      try {
        for await (const { event, data } of messagesIn({ body: response })) this.#read(event, data);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  #read(event: string, data: string): void {
    const now = performance.now();
    if (event === 'end') this.endedAt = now;
    if (event === 'place' && data !== '' && data !== 'null') this.firstAt ??= now;
    if (event !== 'message' || data === '') return;
    this.firstAt ??= now;
    for (const one of JSON.parse(data)) {
      if (one.type === 'pass-started') this.startedAt ??= now;
      this.events.push(JSON.stringify(one));
    }
  }
}

/** Returns what is wrong in what came, compared with the run's log: how many events are lost, and how many doubled. */
export function compare(
  events: readonly string[],
  log: readonly string[],
): { lost: number; doubled: number } {
  const came = new Map<string, number>();
  for (const one of events) came.set(one, (came.get(one) ?? 0) + 1);
  const lost = log.filter((one) => !came.has(one)).length;
  // Whatever comes twice, and whatever is not in the log.
  return { lost, doubled: events.length - (log.length - lost) };
}
