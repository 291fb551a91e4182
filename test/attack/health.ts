/** Asks a server for its health all the while, in a thread of its own, so that the runner's work does not delay it. */
import http from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Pause between requests, in ms. */
const PAUSE_MS = 10;

/** The slowest answers since the last look, in ms: of the server, and of a bare server beside it. */
export type Slowest = { server: number; bare: number };

export class Health {
  #worker: Worker;

  constructor(url: string) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: url });
  }

  /** Returns the slowest answers since the last call. An answer that has not come counts as long as it has taken. */
  async look(): Promise<Slowest> {
    this.#worker.postMessage(null);
    return new Promise((resolve) => this.#worker.once('message', resolve));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Asks one server again and again. */
class Asked {
  #slowest = 0;
  #since = 0;
  #agent = new http.Agent({ keepAlive: true });

  constructor(url: string) {
    const ask = () => {
      this.#since = performance.now();
      const again = () => {
        this.#slowest = Math.max(this.#slowest, performance.now() - this.#since);
        this.#since = Number.POSITIVE_INFINITY;
        setTimeout(ask, PAUSE_MS);
      };
      http
        .get(url, { agent: this.#agent }, (response) => response.resume().once('end', again))
        .once('error', again);
    };
    ask();
  }

  take(): number {
    const slowest = Math.max(this.#slowest, performance.now() - this.#since);
    this.#slowest = 0;
    return slowest;
  }
}

if (!isMainThread && parentPort && typeof workerData === 'string') {
  // In a thread beside: what it is late by is the machine's doing.
  const bare = http
    .createServer((_, response) => response.end('{}'))
    .listen(0, '127.0.0.1', () => {
      const address = bare.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const [server, other] = [new Asked(`${workerData}/healthz`), new Asked(`http://127.0.0.1:${port}/`)];
      parentPort?.on('message', () =>
        parentPort?.postMessage({ server: server.take(), bare: other.take() } satisfies Slowest),
      );
    });
}
