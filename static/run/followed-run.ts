/** A run that a page shows: followed from its first event on, as far as it has come, or shown as it was at a moment. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { PassTimeline, RunTimeline } from '../../server/timeline/model.ts';
import { apply, newTimeline, passOf } from '../../server/timeline/timeline.ts';
import { PassClock } from './clock.ts';
import { follow } from './stream.ts';

/** What is to be done when events have come, when the connection is lost or back, and when all has come. */
export type Hearing = { heard(): void; lost(): void; ended(): void };

export class FollowedRun {
  readonly timeline: RunTimeline = newTimeline();
  readonly events: RunEvent[] = [];
  /** What is shown of it: itself, or what it was at a moment of its replay; and as far as which event. */
  #shown = this.timeline;
  #shownSeq = -1;
  #clocks: PassClock[] = [];
  #lostAtMs: number | null = null;
  /** The last event that the server has drawn. */
  readonly #seq: number;

  /** Reads the events at `url` until `signal` aborts; the server has drawn them up to number `seq`. */
  constructor(url: string, seq: number, hearing: Hearing, signal: AbortSignal) {
    this.#seq = seq;
    const lose = (atMs: number | null) => {
      this.#lostAtMs = atMs;
      hearing.lost();
    };
    const close = follow(url, {
      onEvents: (events) => {
        const pageMs = performance.now();
        for (const event of events) this.#take(event, pageMs);
        hearing.heard();
      },
      onLost: () => lose(performance.now()),
      onBack: () => lose(null),
      onEnd: () => {
        lose(null);
        hearing.ended();
      },
      after: () => this.timeline.seq,
    });
    signal.addEventListener('abort', close);
  }

  #take(event: RunEvent, pageMs: number): void {
    if (event.seq <= this.timeline.seq) return;
    this.events.push(event);
    apply(this.timeline, event);
    if (event.pass === null) return;
    this.#clocks[event.pass] ??= new PassClock();
    this.#clocks[event.pass]?.hear(event.atMs, pageMs);
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

  /** When its longest pass was heard of last, in ms since that began. */
  get latestMs(): number {
    return Math.max(0, ...this.timeline.passes.map(({ latestMs }) => latestMs));
  }

  /** What is shown: itself, or what it was. */
  get shown(): RunTimeline {
    return this.#shown;
  }

  /** Shows what it was at a moment; null: itself. Whether that is other than what was shown before. */
  show(replayed: RunTimeline | null): boolean {
    const shown = replayed ?? this.timeline;
    if (shown === this.#shown && shown.seq === this.#shownSeq) return false;
    this.#shown = shown;
    this.#shownSeq = shown.seq;
    return true;
  }

  /** The pass with that number, as it is shown; null before it begins. */
  pass(number: number): PassTimeline | null {
    return passOf(this.#shown, number);
  }

  /** Where a pass is at page time `pageMs`, or, where that is not null, at `atMs` of the replay; in ms since it began. */
  nowMs(number: number, pageMs: number, atMs: number | null): number {
    const pass = this.pass(number);
    if (pass === null) return 0;
    if (pass.ended !== null || this.#shown.state === 'ended') return pass.latestMs;
    // Where nobody saw it end, it is known no further, though other passes go on.
    const knownMs = passOf(this.timeline, number)?.latestMs ?? 0;
    if (atMs !== null) return Math.max(pass.latestMs, Math.min(atMs, knownMs));
    return this.#clocks[number]?.now(pass.latestMs, this.#lostAtMs ?? pageMs) ?? pass.latestMs;
  }
}
