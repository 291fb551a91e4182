/** What main gathers during a pass for the program's `check`: lines and results of all lanes. */
import { CHECK_LINE_BYTES, type Evidence, evidenceBytes } from '../protocol/evidence.ts';
import { Buffer } from './builtins.ts';
import { toJson } from './json.ts';
import { Memory } from './memory.ts';
import type { CheckApi } from './types.ts';

const { byteLength } = Buffer;

/** Lines up to `CHECK_LINE_BYTES`, and the results of the jobs. */
export class Gathered {
  #logs: CheckApi['logs'] = [];
  #results = new Map<number, string>();
  #bytes = 0;

  /** Whether lines were left out. */
  get isCut(): boolean {
    return this.#bytes > CHECK_LINE_BYTES;
  }

  add(evidence: Evidence): void {
    if (evidence.what === 'result') {
      this.#results.set(evidence.job, evidence.json);
      return;
    }
    if (this.isCut) return;
    const { job, text } = evidence;
    this.#bytes += evidenceBytes(byteLength(text));
    if (!this.isCut) this.#logs.push({ job, text });
  }

  /** Returns what the check is given after a pass of `jobs` jobs with main's `memory`. */
  given(jobs: number, memory: SharedArrayBuffer): CheckApi {
    const shared = new Memory(memory);
    const results: unknown[] = [];
    for (let n = 0; n < jobs; n++) results[n] = undefined;
    for (const [job, json] of this.#results) {
      while (results.length < job) results[results.length] = undefined;
      results[job] = JSON.parse(json);
    }
    return {
      shared: shared.exclusively(() => ({ counter: shared.read(), list: shared.values() })),
      logs: [...this.#logs],
      results,
    };
  }
}

/** Returns what job `n` returned as evidence; null if it returned nothing. Throws if that cannot be copied. */
export function resultOf(n: number, returned: unknown): Evidence | null {
  return returned === undefined ? null : { what: 'result', job: n, json: toJson(returned) };
}
