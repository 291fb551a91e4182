/**
 * The critical path of a pass: the chain of bars that determined how long it took. The search walks back from the end
 * of the pass. From a wait it goes to the bar that released it; from the start of a lane or a job, to the bar that
 * started it or freed its worker. A late sleep is on the path until it was due; after that, the computing that kept its
 * thread busy is.
 */
import { beginningOf, dueMs, releaseOf, rowOf } from './causes.ts';
import { firstWhere } from './first-where.ts';
import type { Bar, BarState, Cause, PassTimeline, Row } from './model.ts';

/** A part of the path, within one bar. */
export type Segment = {
  lane: number;
  slot: number | null;
  job: number | null;
  fromMs: number;
  toMs: number;
  state: BarState;
};

/** Returns the latest end of any bar of the pass. Open bars end at `nowMs`. */
export function endOf(pass: PassTimeline, nowMs = pass.latestMs): number {
  return Math.max(0, ...pass.rows.map(({ bars }) => barEnd(bars.at(-1), nowMs)));
}

/**
 * Returns the path in order of time. Each segment begins where the one before it ends, from 0 to {@link endOf}, and
 * lies within a bar of its row. Only the first may be a `starting` segment before its lane exists, because a pass
 * begins a moment before main does. Without an end of the pass that is known, there is no path.
 */
export function criticalPath(pass: PassTimeline, nowMs = pass.latestMs): Segment[] {
  if (pass.cutMs !== null) return [];
  const path = new Path(pass, nowMs);
  path.walk();
  return path.segments.reverse();
}

class Path {
  /** In reverse order of time. */
  segments: Segment[] = [];
  #pass: PassTimeline;
  #nowMs: number;
  #atMs: number;
  #row: Row | undefined;
  /** Rows already visited at the current time; the path does not return to them, or it would loop. */
  #visited = new Set<Row>();

  constructor(pass: PassTimeline, nowMs: number) {
    this.#pass = pass;
    this.#nowMs = nowMs;
    this.#atMs = endOf(pass, nowMs);
    this.#row = pass.rows.find(({ bars }) => barEnd(bars.at(-1), nowMs) === this.#atMs);
  }

  walk(): void {
    for (let row = this.#row; row && this.#atMs > 0; row = this.#row) {
      const bar = this.#barAt(row, this.#atMs);
      if (bar) {
        if (this.#followRelease(row, bar) || this.#followThread(row, bar)) continue;
        this.#addSegment(row, bar, bar.startMs);
        this.#followStart(row, bar);
      } else if (row.slot === null || !this.#moveTo(this.#main, this.#atMs)) {
        // A slot has gaps between jobs, while main runs. Before a lane's start there is nothing to follow.
        this.#addSegment(row, { job: null, state: 'starting' }, 0);
      }
    }
  }

  get #main(): Row | undefined {
    return this.#pass.lanes.get(0)?.tracks[0].row;
  }

  /** While main on the event loop is idle, a job has its thread: moves to that job. */
  #followThread(row: Row, { state }: Bar): boolean {
    if (state !== 'idle' || row.kind !== 'main' || row.slot !== null) return false;
    const isBusy = (slot: Row) =>
      slot.lane === row.lane && slot.slot !== null && this.#barAt(slot, this.#atMs)?.state === 'computing';
    const slot = this.#pass.rows.find(isBusy);
    // It may be the row that the path comes from, with another of its jobs. Computing is never left at the same time.
    if (slot) this.#row = slot;
    return slot !== undefined;
  }

  /** Follows a wait back to the cause that ended it. Returns false if the path stays in this row. */
  #followRelease(row: Row, bar: Bar): boolean {
    const cause = this.#atMs === bar.endMs ? releaseOf(this.#pass, row, bar) : null;
    if (!cause) return false;
    if (cause.kind === 'thread') {
      this.#addComputing(row, bar, cause);
      return false;
    }
    const atMs = Math.min(cause.from.atMs, this.#atMs);
    const target = rowOf(this.#pass, cause.from);
    if (atMs <= bar.startMs || !this.#canMoveTo(target, atMs)) return false;
    this.#addSegment(row, bar, atMs);
    return this.#moveTo(target, atMs);
  }

  /**
   * Adds what kept the thread busy between the moment the sleep was due and the moment it woke. If nothing did, adds
   * the sleep. Before it was due, the path stays in the sleep.
   */
  #addComputing(row: Row, bar: Bar, { on, wait }: Cause): void {
    const sleepDueMs = Math.max(bar.startMs, dueMs(wait?.startMs ?? bar.startMs, on));
    const computations = this.#pass.rows
      .filter(({ lane }) => lane === row.lane)
      .flatMap((other) =>
        this.#endedBetween(other, sleepDueMs, this.#atMs).map((ended) => ({ row: other, bar: ended })),
      )
      .filter(({ bar: { state, job } }) => state === 'computing' && job !== bar.job)
      .sort((a, b) => barEnd(b.bar, 0) - barEnd(a.bar, 0));
    for (const computation of computations) {
      const endMs = barEnd(computation.bar, 0);
      if (endMs > this.#atMs) continue;
      this.#addSegment(row, bar, endMs);
      this.#addSegment(computation.row, computation.bar, Math.max(sleepDueMs, computation.bar.startMs));
    }
  }

  /** At the start of a lane or a job, moves to the row that started it, or to the job that freed its worker. */
  #followStart(row: Row, bar: Bar): void {
    const cause = this.#startCause(row, bar);
    if (!cause) return;
    const atMs = Math.min(cause.from.atMs, this.#atMs);
    const target = rowOf(this.#pass, cause.from);
    // Between the end of one job and the start of another elsewhere, main is at work.
    if (this.#canMoveTo(target, atMs) && this.#addBarsFrom(this.#main, atMs)) this.#moveTo(target, atMs);
  }

  #startCause(row: Row, bar: Bar): Cause | null {
    const cause = beginningOf(this.#pass, row, bar);
    if (row.slot !== null) return cause;
    // A lane runs its jobs without gaps, so what freed it for a later job is in the same row. A lane that was opened
    // for a queued job started because another job freed a worker.
    if (bar !== row.bars[0]) return cause?.kind === 'start' ? cause : null;
    const firstJobBar = row.bars.find(({ job }) => job !== null);
    const freedBy = firstJobBar && beginningOf(this.#pass, row, firstJobBar);
    return freedBy?.kind === 'worker' && freedBy.from.atMs <= this.#atMs ? freedBy : cause;
  }

  /**
   * Adds the bars of a row from `atMs` to the current time. If the row does not cover all of that time, adds nothing
   * and returns false.
   */
  #addBarsFrom(row: Row | undefined, atMs: number): boolean {
    if (atMs === this.#atMs) return true;
    if (!row || (row.bars[0]?.startMs ?? this.#atMs) > atMs || !this.#barAt(row, this.#atMs)) return false;
    for (let bar = this.#barAt(row, this.#atMs); bar && this.#atMs > atMs; bar = this.#barAt(row, this.#atMs))
      this.#addSegment(row, bar, Math.max(atMs, bar.startMs));
    return true;
  }

  #canMoveTo(row: Row | undefined, atMs: number): row is Row {
    if (!row || !this.#barAt(row, atMs)) return false;
    return atMs < this.#atMs || !this.#visited.has(row);
  }

  #moveTo(row: Row | undefined, atMs: number): boolean {
    if (!this.#canMoveTo(row, atMs)) return false;
    this.#row = row;
    this.#visited.add(row);
    return true;
  }

  /** Adds a segment from `fromMs` to the current time. */
  #addSegment(row: Row, { job, state }: Pick<Bar, 'job' | 'state'>, fromMs: number): void {
    if (fromMs >= this.#atMs) return;
    const { lane, slot } = row;
    this.segments.push({ lane, slot, job, fromMs, toMs: this.#atMs, state });
    this.#atMs = fromMs;
    this.#visited = new Set([row]);
  }

  /** Returns the bar that covers the time just before `atMs`. */
  #barAt({ bars }: Row, atMs: number): Bar | undefined {
    const bar = bars[begunBefore(bars, atMs) - 1];
    return bar && barEnd(bar, this.#nowMs) >= atMs ? bar : undefined;
  }

  /** Returns the bars of a row that ended after `fromMs` and no later than `toMs`. */
  #endedBetween({ bars }: Row, fromMs: number, toMs: number): Bar[] {
    const ended: Bar[] = [];
    for (let i = begunBefore(bars, toMs) - 1; i >= 0; i--) {
      const bar = bars[i];
      const endMs = barEnd(bar, this.#nowMs);
      if (!bar || endMs <= fromMs) break;
      if (bar.endMs !== null && endMs <= toMs) ended.push(bar);
    }
    return ended;
  }
}

/** Returns how many of `bars`, which are in order of time, began before `atMs`. */
function begunBefore(bars: Bar[], atMs: number): number {
  return firstWhere(bars.length, (i) => (bars[i]?.startMs ?? atMs) >= atMs);
}

function barEnd(bar: Bar | undefined, nowMs: number): number {
  return bar ? (bar.endMs ?? Math.max(bar.startMs, nowMs)) : 0;
}
