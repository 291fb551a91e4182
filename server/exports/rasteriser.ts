/**
 * Pictures of runs as PNG: one is made at a time, those of runs that have ended are kept, and no more wait than would
 * be waited for.
 */
import { Worker } from 'node:worker_threads';
import { BoundedMap } from '../runs/bounded-map.ts';
import type { RasteriseData } from './rasterise.ts';

/** Most pictures kept: some 30 KB each. */
const MAX_KEPT = 200;
/** Most pictures that may wait to be made. */
const MAX_WAITING = 20;
/** Longest that one may take, in ms. */
const LIMIT_MS = 20_000;

/** Too many pictures wait to be made. */
export class PicturesBusyError extends Error {}

export class Rasteriser {
  #kept = new BoundedMap<string, Uint8Array<ArrayBuffer>>(MAX_KEPT);
  #making = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  #last: Promise<unknown> = Promise.resolve();
  #maxWaiting: number;

  constructor(maxWaiting = MAX_WAITING) {
    this.#maxWaiting = maxWaiting;
  }

  /**
   * The picture of `key`, `width` pixels wide, from the SVG that `draw` gives; asked for twice at once, it is made
   * once. Where `isFinal`, it is kept. Throws `PicturesBusyError` where too many wait.
   */
  async png(
    key: string,
    { isFinal, width, draw }: { isFinal: boolean; width: number; draw: () => Promise<string> },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#kept.get(key);
    if (kept) {
      // Asked for again, it is kept longer than the others.
      this.#kept.set(key, kept);
      return kept;
    }
    const under = this.#making.get(key);
    if (under) return under;
    if (this.#making.size >= this.#maxWaiting) throw new PicturesBusyError();
    const before = this.#last;
    const making = before.then(async () => rasterise(await draw(), width));
    this.#last = making.catch(() => {});
    this.#making.set(key, making);
    try {
      const png = await making;
      if (isFinal) this.#kept.set(key, png);
      return png;
    } finally {
      this.#making.delete(key);
    }
  }
}

/** One picture, in a thread of its own that ends with it. */
async function rasterise(svg: string, width: number): Promise<Uint8Array<ArrayBuffer>> {
  const workerData: RasteriseData = { svg, width };
  const worker = new Worker(new URL('./rasterise.ts', import.meta.url), { workerData });
  let timer: NodeJS.Timeout | undefined;
  try {
    const png = await new Promise<Uint8Array>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The rasteriser ended with ${code}.`)));
      timer = setTimeout(() => reject(new Error('The rasteriser took too long.')), LIMIT_MS);
    });
    return new Uint8Array(png);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
