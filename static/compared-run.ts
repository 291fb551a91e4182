/** One of the two runs of a comparison: followed from its first event on, as far as it has come. */
import { apply, newTimeline, type PassTimeline, type RunTimeline } from '../server/runs/timeline.ts';
import { PassClock } from './clock.ts';
import { follow } from './stream.ts';

export class ComparedRun {
  readonly timeline: RunTimeline = newTimeline();
  #clocks: PassClock[] = [];
  #lostAtMs: number | null = null;
  /** The last event that the server has drawn. */
  readonly #seq: number;

  /** Reads the events at `url` until `signal` aborts; calls `changed` when there is more to show. */
  constructor(url: string, seq: number, changed: () => void, signal: AbortSignal) {
    this.#seq = seq;
    const lose = (atMs: number | null) => {
      this.#lostAtMs = atMs;
      changed();
    };
    const close = follow(url, {
      onEvents: (events) => {
        const pageMs = performance.now();
        for (const event of events) {
          apply(this.timeline, event);
          if (event.pass === null) continue;
          this.#clocks[event.pass] ??= new PassClock();
          this.#clocks[event.pass]?.hear(event.atMs, pageMs);
        }
        changed();
      },
      onLost: () => lose(performance.now()),
      onBack: () => lose(null),
      onEnd: () => lose(null),
      after: () => this.timeline.seq,
    });
    signal.addEventListener('abort', close);
  }

  /** Whether the events have told as much as the server has drawn. */
  get isThere(): boolean {
    return this.timeline.seq >= this.#seq;
  }

  /** Whether its bars grow: a pass is under way, and is heard of. */
  get isMoving(): boolean {
    return this.isLive && this.#lostAtMs === null;
  }

  get isLive(): boolean {
    return this.timeline.state === 'running' && this.timeline.passes.some((pass) => pass.ended === null);
  }

  get isLost(): boolean {
    return this.#lostAtMs !== null;
  }

  /** The pass with that number; null before it begins. */
  pass(number: number): PassTimeline | null {
    return this.timeline.passes.find(({ pass }) => pass === number) ?? null;
  }

  /** Where a pass is at page time `pageMs`. */
  nowMs(number: number, pageMs: number): number {
    const pass = this.pass(number);
    if (pass === null) return 0;
    if (pass.ended !== null || this.timeline.state === 'ended') return pass.latestMs;
    return this.#clocks[number]?.now(pass.latestMs, this.#lostAtMs ?? pageMs) ?? pass.latestMs;
  }
}
