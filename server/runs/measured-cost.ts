/** What a run costs by what its processes are measured to use, which its form cannot tell of code that somebody wrote. */
import type { Cost } from './admission.ts';

/** Over how long computing is measured, in ms: starting up, and a job that computes for a moment, are no reason to wait. */
const WINDOW_MS = 2000;

/** The total of all processes of a run at a moment. */
type Sample = { rssBytes: number; cpuMs: number };

/** Follows one run. */
export class MeasuredCost {
  #estimate: Cost;
  #cores: number;
  #from: { cpuMs: number; atMs: number } | null = null;
  #current: Cost;

  /** `estimate`: the least that it costs. `cores`: the most that it can cost. */
  constructor(estimate: Cost, cores: number) {
    this.#estimate = estimate;
    this.#current = estimate;
    this.#cores = cores;
  }

  /** Adds a sample, taken at `atMs`. Returns the cost if it has changed; else null. */
  measure({ rssBytes, cpuMs }: Sample, atMs: number): Cost | null {
    const from = this.#from;
    // Each pass counts from 0.
    if (from === null || cpuMs < from.cpuMs) {
      this.#from = { cpuMs, atMs };
      return null;
    }
    if (atMs - from.atMs < WINDOW_MS) return null;
    this.#from = { cpuMs, atMs };
    const used = (cpuMs - from.cpuMs) / (atMs - from.atMs);
    const before = this.#current;
    this.#current = {
      cores: Math.min(this.#cores, Math.max(this.#estimate.cores, Math.round(used * 10) / 10)),
      memoryMib: Math.max(this.#estimate.memoryMib, Math.round(rssBytes / 2 ** 20)),
    };
    const { cores, memoryMib } = this.#current;
    return cores === before.cores && memoryMib === before.memoryMib ? null : this.#current;
  }
}
