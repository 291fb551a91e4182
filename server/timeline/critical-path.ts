/**
 * The critical path of a pass: what took its time. Walks back from its end; a wait that something released leads to
 * what released it, and a lane's or a job's beginning to who started it or made room for it. A sleep that came late is
 * on it until its time was up, and from then on what its thread was busy with.
 */
import { beginningOf, dueMs, releaseOf, rowOf } from './causes.ts';
import { firstWhere } from './first-where.ts';
import type { Bar, BarState, Cause, PassTimeline, Row } from './model.ts';

/** A stretch of the path, in one bar. */
export type Segment = {
  lane: number;
  slot: number | null;
  job: number | null;
  fromMs: number;
  toMs: number;
  state: BarState;
};

/** Latest end of a bar of the pass; `nowMs` while one is open. */
export function endOf(pass: PassTimeline, nowMs = pass.latestMs): number {
  return Math.max(0, ...pass.rows.map(({ bars }) => barEnd(bars.at(-1), nowMs)));
}

/**
 * The path, in order of time: each segment begins where the one before ends, from 0 to {@link endOf}. Each lies within
 * a bar of its row; only the first may be `starting` before its lane is there, for a pass begins a moment before main.
 */
export function criticalPath(pass: PassTimeline, nowMs = pass.latestMs): Segment[] {
  const path = new Path(pass, nowMs);
  path.walk();
  return path.segments.reverse();
}

class Path {
  /** From the last to the first. */
  segments: Segment[] = [];
  #pass: PassTimeline;
  #nowMs: number;
  #atMs: number;
  #row: Row | undefined;
  /** Rows that the path has been in at this very moment: it does not go back to them. */
  #seen = new Set<Row>();

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
        if (this.#release(row, bar)) continue;
        this.#push(row, bar, bar.startMs);
        this.#begin(row, bar);
      } else if (row.slot === null || !this.#go(this.#main, this.#atMs)) {
        // A slot has gaps between jobs, in which main goes on; but before a lane's start there is nothing.
        this.#push(row, { job: null, state: 'starting' }, 0);
      }
    }
  }

  get #main(): Row | undefined {
    return this.#pass.lanes.get(0)?.tracks[0].row;
  }

  /** Follows what ended a wait, back to where it came from. */
  #release(row: Row, bar: Bar): boolean {
    const cause = this.#atMs === bar.endMs ? releaseOf(this.#pass, row, bar) : null;
    if (!cause) return false;
    if (cause.kind === 'thread') {
      this.#computed(row, bar, cause);
      return false;
    }
    const atMs = Math.min(cause.from.atMs, this.#atMs);
    const target = rowOf(this.#pass, cause.from);
    if (atMs <= bar.startMs || !this.#canGo(target, atMs)) return false;
    this.#push(row, bar, atMs);
    return this.#go(target, atMs);
  }

  /**
   * Adds what the thread of a late sleep computed from when its time was up to when it was let go; where nothing was
   * computed, the sleep. The path goes on with the sleep, for until its time was up the thread kept nobody.
   */
  #computed(row: Row, bar: Bar, { on, wait }: Cause): void {
    const upMs = Math.max(bar.startMs, dueMs(wait?.startMs ?? bar.startMs, on));
    const others = this.#pass.rows
      .filter(({ lane }) => lane === row.lane)
      .flatMap((one) => this.#ended(one, upMs, this.#atMs).map((other) => ({ row: one, bar: other })))
      .filter(({ bar: { state, job } }) => state === 'computing' && job !== bar.job)
      .sort((one, other) => barEnd(other.bar, 0) - barEnd(one.bar, 0));
    for (const other of others) {
      const endMs = barEnd(other.bar, 0);
      if (endMs > this.#atMs) continue;
      this.#push(row, bar, endMs);
      this.#push(other.row, other.bar, Math.max(upMs, other.bar.startMs));
    }
  }

  /** At the start of a lane or a job: goes to who started it, or to the job whose end it waited for. */
  #begin(row: Row, bar: Bar): void {
    const cause = this.#beginning(row, bar);
    if (!cause) return;
    const atMs = Math.min(cause.from.atMs, this.#atMs);
    const target = rowOf(this.#pass, cause.from);
    // Between the end of a job and the start of another elsewhere, main is at work.
    if (this.#canGo(target, atMs) && this.#passThrough(this.#main, atMs)) this.#go(target, atMs);
  }

  #beginning(row: Row, bar: Bar): Cause | null {
    const own = beginningOf(this.#pass, row, bar);
    if (row.slot !== null) return own;
    // A lane goes from job to job without a gap. One that was opened for a job that had to wait began with that.
    if (bar !== row.bars[0]) return own?.kind === 'start' ? own : null;
    const first = row.bars.find(({ job }) => job !== null);
    const opened = first && beginningOf(this.#pass, row, first);
    return opened?.kind === 'worker' && opened.from.atMs <= this.#atMs ? opened : own;
  }

  /** Adds what a row does from `atMs` on; false, and nothing, where it was not there all the time. */
  #passThrough(row: Row | undefined, atMs: number): boolean {
    if (atMs === this.#atMs) return true;
    if (!row || (row.bars[0]?.startMs ?? this.#atMs) > atMs || !this.#barAt(row, this.#atMs)) return false;
    for (let bar = this.#barAt(row, this.#atMs); bar && this.#atMs > atMs; bar = this.#barAt(row, this.#atMs))
      this.#push(row, bar, Math.max(atMs, bar.startMs));
    return true;
  }

  #canGo(row: Row | undefined, atMs: number): row is Row {
    if (!row || !this.#barAt(row, atMs)) return false;
    return atMs < this.#atMs || !this.#seen.has(row);
  }

  #go(row: Row | undefined, atMs: number): boolean {
    if (!this.#canGo(row, atMs)) return false;
    this.#row = row;
    this.#seen.add(row);
    return true;
  }

  /** Adds a stretch from `fromMs` to where the path has come. */
  #push(row: Row, { job, state }: Pick<Bar, 'job' | 'state'>, fromMs: number): void {
    if (fromMs >= this.#atMs) return;
    const { lane, slot } = row;
    this.segments.push({ lane, slot, job, fromMs, toMs: this.#atMs, state });
    this.#atMs = fromMs;
    this.#seen = new Set([row]);
  }

  /** The bar that a row has just before `atMs`. */
  #barAt({ bars }: Row, atMs: number): Bar | undefined {
    const bar = bars[begunBefore(bars, atMs) - 1];
    return bar && barEnd(bar, this.#nowMs) >= atMs ? bar : undefined;
  }

  /** The bars of a row that ended after `fromMs`, and by `toMs`. */
  #ended({ bars }: Row, fromMs: number, toMs: number): Bar[] {
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

/** How many of `bars`, which stand in order, began before `atMs`. */
function begunBefore(bars: Bar[], atMs: number): number {
  return firstWhere(bars.length, (i) => (bars[i]?.startMs ?? atMs) >= atMs);
}

function barEnd(bar: Bar | undefined, nowMs: number): number {
  return bar ? (bar.endMs ?? Math.max(bar.startMs, nowMs)) : 0;
}
