/**
 * Pictures of runs as PNG: one is rendered at a time, those of ended runs are cached, and the queue is limited to what
 * clients would wait for.
 */
import { Worker } from 'node:worker_threads';
import { BoundedMap } from '../runs/bounded-map.ts';
import type { RasteriseData } from './rasterise.ts';

/** Largest number of cached pictures: some 30 KB each. */
const MAX_CACHED = 200;
/** Largest number of pictures waiting to be rendered. */
const MAX_WAITING = 20;
/** Timeout for rendering one, in ms. */
const TIMEOUT_MS = 20_000;

/** Thrown when too many pictures are waiting to be rendered. */
export class PicturesBusyError extends Error {}

export class Rasteriser {
  #cache = new BoundedMap<string, Uint8Array<ArrayBuffer>>(MAX_CACHED);
  #pending = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  #last: Promise<unknown> = Promise.resolve();
  #maxWaiting: number;

  constructor(maxWaiting = MAX_WAITING) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Returns the picture for `key`, `width` pixels wide, from the SVG that `draw` returns. Concurrent calls for a key
   * share one rendering. It is cached if `isFinal`. Throws `PicturesBusyError` if too many are waiting.
   */
  async png(
    key: string,
    { isFinal, width, draw }: { isFinal: boolean; width: number; draw: () => Promise<string> },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#cache.get(key);
    if (kept) {
      // A hit makes it the most recent entry.
      this.#cache.set(key, kept);
      return kept;
    }
    const pending = this.#pending.get(key);
    if (pending) return pending;
    if (this.#pending.size >= this.#maxWaiting) throw new PicturesBusyError();
    const previous = this.#last;
    const making = previous.then(async () => rasterise(await draw(), width));
    this.#last = making.catch(() => {});
    this.#pending.set(key, making);
    try {
      const png = await making;
      if (isFinal) this.#cache.set(key, png);
      return png;
    } finally {
      this.#pending.delete(key);
    }
  }
}

/** Renders one picture in a new thread. */
async function rasterise(svg: string, width: number): Promise<Uint8Array<ArrayBuffer>> {
  const workerData: RasteriseData = { svg, width };
  const worker = new Worker(new URL('./rasterise.ts', import.meta.url), { workerData });
  let timer: NodeJS.Timeout | undefined;
  try {
    const png = await new Promise<Uint8Array>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The rasteriser ended with ${code}.`)));
      timer = setTimeout(() => reject(new Error('The rasteriser took too long.')), TIMEOUT_MS);
    });
    return new Uint8Array(png);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
