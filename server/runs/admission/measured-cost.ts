/**
 * What a pass costs by what its processes are measured to use. A form cannot tell of code that somebody wrote; and lanes
 * that wait use far less than what is set aside for their start.
 */
import type { Demand } from './admission.ts';

/** Over how long computing is measured, in ms: starting up, and a job that computes for a moment, are no reason to wait. */
const WINDOW_MS = 2000;
/** What a pass may grow by until it is measured again, as a part of its memory. */
const GROWTH = 1.25;

/** The total of all processes of a pass at a moment. */
export type CostSample = {
  /** Each process's own memory and its part of what it shares with others (PSS), or all that it has (RSS). */
  memoryBytes: number;
  cpuMs: number;
  /** Lanes that are ready, main included. */
  lanes: number;
};

/** Follows one pass. */
export class MeasuredCost {
  #estimate: Demand;
  #lanes: number;
  #cores: number;
  #from: { cpuMs: number; atMs: number } | null = null;
  #said = '';

  /** `estimate`: what is set aside until `lanes` lanes, main included, are ready. `cores`: the most that it can cost. */
  constructor(estimate: Demand, lanes: number, cores: number) {
    this.#estimate = estimate;
    this.#lanes = lanes;
    this.#cores = cores;
  }

  /** Adds a sample, taken at `atMs`. Returns the cost if it has changed; else null. */
  measure({ memoryBytes, cpuMs, lanes }: CostSample, atMs: number): Partial<Demand> | null {
    const from = this.#from;
    if (from === null) {
      this.#from = { cpuMs, atMs };
      return null;
    }
    if (atMs - from.atMs < WINDOW_MS) return null;
    this.#from = { cpuMs, atMs };
    const used = Math.min(this.#cores, Math.max(0, cpuMs - from.cpuMs) / (atMs - from.atMs));
    const isReady = lanes >= this.#lanes;
    const measuredMib = Math.ceil((GROWTH * memoryBytes) / 2 ** 20);
    const memoryMib = isReady ? measuredMib : Math.max(this.#estimate.memoryMib, measuredMib);
    const cost = { memoryMib, ...this.#coresFor(Math.round(used * 100) / 100, isReady) };
    const text = JSON.stringify(cost);
    if (text === this.#said) return null;
    this.#said = text;
    return cost;
  }

  /** A pass that computes keeps the cores that it was given, so that it stays alone on them, or shares as before. */
  #coresFor(used: number, isReady: boolean): Partial<Demand> {
    const { cores, needs } = this.#estimate;
    return needs > 0 ? {} : { cores: isReady ? used : Math.max(cores, used), needs: used };
  }
}
