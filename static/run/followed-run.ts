/** A run on the page: follows its events from the first one, and shows the run live or at a moment of its replay. */
import type { RunEvent } from '../../server/protocol/events.ts';
import { countsSteps, type PassTimeline, type RunTimeline } from '../../server/timeline/model.ts';
import { apply, newTimeline, passOf, setPlace } from '../../server/timeline/timeline.ts';
import type { Connection } from '../../server/words/connection.ts';
import { PassClock } from './clock.ts';
import { follow } from './stream.ts';

/** Callbacks: events have arrived, `connection` may have changed, all events have arrived. */
type RunHandlers = { received(): void; connected(): void; ended(): void };

/** Where events come from: see `follow`. Calls back only after it has returned. */
export type Source = typeof follow;

export class FollowedRun {
  readonly timeline: RunTimeline = newTimeline();
  readonly events: RunEvent[] = [];
  /** The timeline that is shown, live or at a moment of the replay, and its last event. */
  #shown = this.timeline;
  #shownSeq = -1;
  #clocks: PassClock[] = [];
  #connection: Connection = 'live';
  /** Page time up to which the events are known; null while they arrive as they happen. */
  #knownAtMs: number | null = null;
  #late: string | null = null;
  /** Page time since which no events come although the connection is good; null if they do. */
  #lateAtMs: number | null = null;
  /** The last event in the server's drawing. */
  readonly #seq: number;

  /**
   * Reads the events at `url` until `signal` aborts; the server's drawing contains the events up to number `seq`.
   * `source`: where they come from, by default the server.
   */
  constructor(url: string, seq: number, handlers: RunHandlers, signal: AbortSignal, source: Source = follow) {
    this.#seq = seq;
    const hearLate = (words: string | null) => {
      this.#late = words;
      this.#lateAtMs = words === null ? null : (this.#lateAtMs ?? performance.now());
    };
    const connect = (connection: Connection) => {
      // A new stream says it again.
      if (connection === 'live' || connection === 'lost' || connection === 'gone') hearLate(null);
      if (connection === 'live') this.#knownAtMs = null;
      else if (connection === 'lost' || connection === 'gone') this.#knownAtMs ??= performance.now();
      else this.#knownAtMs = performance.now();
      this.#connection = connection;
      handlers.connected();
    };
    const close = source(url, {
      onEvents: (events) => {
        const pageMs = performance.now();
        for (const event of events) this.#add(event, pageMs);
        handlers.received();
      },
      onLate: (words) => {
        hearLate(words);
        handlers.connected();
      },
      onPlace: (place) => {
        setPlace(this.timeline, place);
        handlers.received();
      },
      onConnection: connect,
      onPause: () => {
        this.#knownAtMs ??= performance.now();
      },
      onEnd: () => {
        connect('live');
        handlers.ended();
      },
      after: () => this.timeline.seq,
    });
    signal.addEventListener('abort', close);
  }

  #add(event: RunEvent, pageMs: number): void {
    if (event.seq <= this.timeline.seq) return;
    this.events.push(event);
    apply(this.timeline, event);
    if (event.pass === null) return;
    this.#clocks[event.pass] ??= new PassClock();
    this.#clocks[event.pass]?.observe(event.atMs, pageMs);
  }

  /** Whether the events have caught up with the server's drawing. */
  get hasCaughtUp(): boolean {
    return this.timeline.seq >= this.#seq;
  }

  /** Whether bars grow: a pass is running, and its events arrive as they happen. */
  get isMoving(): boolean {
    return this.isLive && this.#knownAtMs === null && this.#lateAtMs === null;
  }

  get isLive(): boolean {
    return this.timeline.state === 'running' && this.timeline.passes.some((pass) => pass.ended === null);
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Why the server has no events to send, in a sentence; null if it has. */
  get late(): string | null {
    return this.#late;
  }

  /** The time of the latest event of any pass, in ms since that pass began. */
  get latestMs(): number {
    return Math.max(0, ...this.timeline.passes.map(({ latestMs }) => latestMs));
  }

  /** The timeline that is shown: the live one, or one of the replay. */
  get shown(): RunTimeline {
    return this.#shown;
  }

  /** Shows a moment of the replay, or (null) the live timeline. Returns whether that differs from what was shown. */
  show(replayed: RunTimeline | null): boolean {
    const shown = replayed ?? this.timeline;
    if (shown === this.#shown && shown.seq === this.#shownSeq) return false;
    this.#shown = shown;
    this.#shownSeq = shown.seq;
    return true;
  }

  /** The pass with that number, as shown; null before it begins. */
  pass(number: number): PassTimeline | null {
    return passOf(this.#shown, number);
  }

  /**
   * Returns the current time of a pass, in ms since it began: at `atMs` of the replay, or, if that is null, at page
   * time `pageMs`.
   */
  nowMs(number: number, pageMs: number, atMs: number | null): number {
    const pass = this.pass(number);
    if (pass === null) return 0;
    if (pass.ended !== null || this.#shown.state === 'ended') return pass.latestMs;
    // A pass without an end event is known only up to its last event, though other passes continue.
    const knownMs = passOf(this.timeline, number)?.latestMs ?? 0;
    if (countsSteps(pass)) return pass.latestMs;
    if (atMs !== null) return Math.max(pass.latestMs, Math.min(atMs, knownMs));
    return (
      this.#clocks[number]?.now(pass.latestMs, this.#lateAtMs ?? this.#knownAtMs ?? pageMs) ?? pass.latestMs
    );
  }
}
