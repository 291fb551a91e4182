/** Adds up the CPU time and memory of the processes of a pass. */
import type { Usage } from '../../launch/process-tree.ts';
import { toMicrosecond } from '../../protocol/times.ts';

/** Measures a pass. */
export class UsageMeter {
  /** The latest usage of each process, by pid. The memory of an ended process is 0. */
  #latest = new Map<number, Usage>();
  #peakRssBytes = 0;
  #isKnown = false;
  /** CPU time that `takeComputed` has returned so far. */
  #takenMs = 0;

  /** Adds a measurement of a process. Returns the sums over all processes of the pass. */
  measure(pid: number, usage: Usage): Usage {
    this.#isKnown = true;
    const before = this.#latest.get(pid);
    const { rssBytes, pssBytes } = usage;
    const cpuMs = Math.max(usage.cpuMs, before?.cpuMs ?? 0);
    this.#latest.set(pid, { rssBytes, cpuMs, ...(pssBytes !== undefined && { pssBytes }) });
    const sum = this.#sum();
    this.#peakRssBytes = Math.max(this.#peakRssBytes, sum.rssBytes);
    return sum;
  }

  /**
   * Adds the usage in a process's final report: the operating system's own count, more precise than any sample. The
   * process's code is not trusted, so what was measured and `most`, what it can have used, bound it.
   */
  final(pid: number, { cpuMs, peakRssBytes }: { cpuMs: number; peakRssBytes: number }, most: Usage): void {
    const before = this.#latest.get(pid);
    const cpu = Math.max(Math.min(cpuMs, most.cpuMs), before?.cpuMs ?? 0);
    const peak = Math.min(peakRssBytes, most.rssBytes);
    this.measure(pid, { rssBytes: before?.rssBytes ?? peak, cpuMs: cpu });
    this.#peakRssBytes = Math.max(this.#peakRssBytes, peak);
    this.#latest.set(pid, { rssBytes: 0, cpuMs: cpu });
  }

  /** Marks a process as ended, with or without a final report. Its CPU time still counts; its memory is free. */
  gone(pid: number): void {
    const before = this.#latest.get(pid);
    if (before) this.#latest.set(pid, { rssBytes: 0, cpuMs: before.cpuMs });
  }

  /** Returns the CPU time of the pass, and the most memory that its processes had together; null if never measured. */
  total(): { cpuMs: number | null; peakRssBytes: number | null } {
    if (!this.#isKnown) return { cpuMs: null, peakRssBytes: null };
    return { cpuMs: toMicrosecond(this.#sum().cpuMs), peakRssBytes: this.#peakRssBytes };
  }

  /** Returns the memory of all its processes now: of each its own and its part of what it shares, if that is known. */
  ownBytes(): number {
    let bytes = 0;
    for (const { rssBytes, pssBytes = rssBytes } of this.#latest.values()) bytes += pssBytes;
    return bytes;
  }

  /** Returns the CPU time that has been added since the last call, in ms. */
  takeComputed(): number {
    const newMs = Math.max(0, this.#sum().cpuMs - this.#takenMs);
    this.#takenMs += newMs;
    return newMs;
  }

  #sum(): Usage {
    let rssBytes = 0;
    let cpuMs = 0;
    for (const usage of this.#latest.values()) {
      rssBytes += usage.rssBytes;
      cpuMs += usage.cpuMs;
    }
    return { rssBytes, cpuMs };
  }
}
