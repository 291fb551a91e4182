/** Adds up what the processes of a pass use. */
import type { Usage } from '../launch/guard.ts';
import { toMicrosecond } from '../protocol/times.ts';

export class UsageMeter {
  /** What each process used when last seen; of one that has ended, its memory is 0. */
  #latest = new Map<number, Usage>();
  #peakRssBytes = 0;
  #isKnown = false;

  /** Takes a measurement of a process. Returns the sums over all processes of the pass. */
  measure(pid: number, usage: Usage): Usage {
    this.#isKnown = true;
    const before = this.#latest.get(pid);
    this.#latest.set(pid, { rssBytes: usage.rssBytes, cpuMs: Math.max(usage.cpuMs, before?.cpuMs ?? 0) });
    const sum = this.#sum();
    this.#peakRssBytes = Math.max(this.#peakRssBytes, sum.rssBytes);
    return sum;
  }

  /** Takes what a process says of itself as it ends: the system's own count, finer than any sample. */
  final(pid: number, { cpuMs, peakRssBytes }: { cpuMs: number; peakRssBytes: number }): void {
    this.measure(pid, { rssBytes: this.#latest.get(pid)?.rssBytes ?? peakRssBytes, cpuMs });
    this.#peakRssBytes = Math.max(this.#peakRssBytes, peakRssBytes);
    this.#latest.set(pid, { rssBytes: 0, cpuMs });
  }

  /** A process has ended, whether or not it said so. What it used still counts; its memory is free. */
  gone(pid: number): void {
    const before = this.#latest.get(pid);
    if (before) this.#latest.set(pid, { rssBytes: 0, cpuMs: before.cpuMs });
  }

  /** The whole pass: processor time, and the most memory that its processes had together. Null where nothing is known. */
  total(): { cpuMs: number | null; peakRssBytes: number | null } {
    if (!this.#isKnown) return { cpuMs: null, peakRssBytes: null };
    return { cpuMs: toMicrosecond(this.#sum().cpuMs), peakRssBytes: this.#peakRssBytes };
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
