/** How long each statement of this process takes, as seen by the client. */
import pg from 'pg';
import { quantile } from '../figures.ts';

/** Characters that tell statements apart. */
const NAME = 68;

/** Times of everything that was measured, in ms, by its name. */
export class Times {
  #all = new Map<string, number[]>();

  add(name: string, took: number): void {
    const times = this.#all.get(name);
    if (times) times.push(took);
    else this.#all.set(name, [took]);
  }

  of(name: string): number[] {
    return this.#all.get(name) ?? [];
  }

  /** Measures how long a call takes that succeeds. */
  async measure<T>(name: string, call: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await call();
    this.add(name, performance.now() - began);
    return result;
  }

  /** Returns a line for each, those first that took longest together. */
  lines(most = 40): string[] {
    return [...this.#all]
      .map(([name, times]) => ({ name, times, sum: times.reduce((sum, one) => sum + one, 0) }))
      .toSorted((a, b) => b.sum - a.sum)
      .slice(0, most)
      .map(({ name, times, sum }) => {
        const of = (share: number) => quantile(times, share).toFixed(1).padStart(8);
        return `${String(times.length).padStart(8)}${of(0.5)}${of(0.99)}${of(1)}${(sum / 1000).toFixed(1).padStart(9)}  ${name}`;
      });
  }

  static readonly HEADER = '   calls  p50 ms  p99 ms  max ms    sum s';
}

/** Measures each statement from now on. Returns a function that ends that. */
export function watchStatements(times: Times): () => void {
  const prototype = pg.Client.prototype as unknown as { query(...values: unknown[]): unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...values: unknown[]) {
    const began = performance.now();
    const result = query.apply(this, values);
    const [sql] = values;
    if (typeof sql === 'string' && result instanceof Promise) {
      const name = sql.trim().replaceAll(/\s+/g, ' ').slice(0, NAME);
      const note = () => times.add(name, performance.now() - began);
      result.then(note, note);
    }
    return result;
  };
  return () => {
    prototype.query = query;
  };
}
