/**
 * Finds and adds up the bars of a row without visiting them all: keeps running sums by state, extended as bars are
 * added.
 */
import { firstWhere } from './first-where.ts';
import { BAR_STATES, type Bar, type Row } from './model.ts';

const STATES = BAR_STATES.length;
const INDEX = Object.fromEntries(BAR_STATES.map((state, i) => [state, i]));
/**
 * The last bar may still change or be removed, and may set the end of the one before it (lanes.ts). These two are not
 * summed yet.
 */
const UNSETTLED = 2;
/** Bars from one running sum to the next. Those between are added one by one, which is about as fast for so few. */
const BLOCK = 8;
/** Of how many columns one has to hold something for all to be cleared at once. */
const MANY = 8;

/** Up to how many bars for each column all of them are visited: that is faster than a search for those of each column. */
const FEW = 4;

/** Flags of {@link Merged}'s `ends`: a narrow bar in the column failed, or was cut off. */
export const END_FAILED = 1;
export const END_CUT_OFF = 2;

/** A row as drawn in a given number of pixel columns. */
export type Merged = {
  /** Indexes in `bars` of the visible bars that are wide enough to be drawn alone, in order. */
  alone: number[];
  /** Columns, from 0, that contain narrower bars or an end of one, in order. */
  mixed: number[];
  /**
   * At `column * BAR_STATES.length + state`: the share of the column, 0 to 1, that narrower bars of that state take.
   */
  shares: Float64Array;
  /**
   * By column: {@link END_FAILED}, {@link END_CUT_OFF}. A bar without a length has its end in the column of its time.
   */
  ends: Uint8Array;
};

/** Returns a result of {@link RowIndex.merge} without a row. */
export function newMerged(): Merged {
  return { alone: [], mixed: [], shares: new Float64Array(0), ends: new Uint8Array(0) };
}

export class RowIndex {
  #bars: Bar[];
  /** Number of bars summed so far. */
  #settled = 0;
  /** At `i * STATES + state`: the time in a state of the first `i * BLOCK` bars. */
  #sums = new Float64Array(8 * STATES);
  /** The time in each state of all bars summed so far. */
  readonly #sum = new Float64Array(STATES);
  /** Indexes of bars that failed or were cut off, of the first `#searched`. A pass has few: each job ends once. */
  #ended: number[] = [];
  #searched = 0;

  constructor(row: Row) {
    this.#bars = row.bars;
  }

  /**
   * Returns the time in each state from `minMs` to `maxMs`, in ms, in the order of BAR_STATES. Open bars end at
   * `nowMs`.
   */
  between(minMs: number, maxMs: number, nowMs: number): Float64Array {
    this.#settle();
    const sums = new Float64Array(STATES);
    const from = this.#firstEndingAfter(minMs, 0, nowMs);
    const to = this.#firstStartingFrom(maxMs, from);
    this.#add(sums, 0, 1, from, to, minMs, maxMs, nowMs);
    return sums;
  }

  /**
   * Returns what to draw of `minMs` to `maxMs` in `columns` pixels: bars at least `minPixels` (not below 1) wide are
   * drawn alone; the others are summed by column. The time it takes depends on the columns and the bars drawn alone,
   * not on the number of bars. The result replaces the content of `merged`: one serves all rows in turn, because those
   * of many rows would not stay in the processor's cache.
   */
  merge(
    minMs: number,
    maxMs: number,
    columns: number,
    nowMs: number,
    minPixels = 1,
    merged: Merged = newMerged(),
  ): Merged {
    clear(merged, columns);
    const pixelMs = (maxMs - minMs) / columns;
    const wideMs = pixelMs * minPixels;
    if (!(pixelMs > 0)) return merged;
    const columnOf = (ms: number) => Math.min(columns - 1, Math.floor((ms - minMs) / pixelMs));
    const isWide = (bar: Bar) => endOf(bar, nowMs) - bar.startMs >= wideMs;

    const from = this.#firstEndingAfter(minMs, 0, nowMs);
    const to = this.#firstStartingFrom(maxMs, from);
    if (to - from <= FEW * columns) this.#mergeEach(merged, from, to, minMs, maxMs, columns, nowMs, wideMs);
    else {
      this.#settle();
      this.#mergeColumns(merged, from, minMs, maxMs, columns, nowMs, wideMs);
    }
    this.#markEnds(merged, minMs, maxMs, nowMs, columnOf, isWide);
    return merged;
  }

  /** Merges by visiting the bars `from` to `to - 1`, which are those in view. */
  #mergeEach(
    { alone, mixed, shares }: Merged,
    from: number,
    to: number,
    minMs: number,
    maxMs: number,
    columns: number,
    nowMs: number,
    wideMs: number,
  ): void {
    const bars = this.#bars;
    const pixelMs = (maxMs - minMs) / columns;
    for (let at = from; at < to; at++) {
      const bar = bars[at];
      if (!bar) return;
      const endMs = endOf(bar, nowMs);
      if (endMs - bar.startMs >= wideMs) {
        alone.push(at);
        continue;
      }
      const state = stateOf(bar);
      const lastMs = Math.min(maxMs, endMs);
      let atMs = Math.max(minMs, bar.startMs);
      for (
        let column = Math.min(columns - 1, Math.floor((atMs - minMs) / pixelMs));
        atMs < lastMs;
        column++
      ) {
        const toMs = column + 1 < columns ? Math.min(lastMs, minMs + (column + 1) * pixelMs) : lastMs;
        if (toMs <= atMs) continue;
        const cell = column * STATES + state;
        shares[cell] = (shares[cell] ?? 0) + (toMs - atMs) / pixelMs;
        if (mixed[mixed.length - 1] !== column) mixed.push(column);
        atMs = toMs;
      }
    }
  }

  /** Merges by looking for the bars of each column, from bar `at` on, which is the first in view. */
  #mergeColumns(
    { alone, mixed, shares }: Merged,
    at: number,
    minMs: number,
    maxMs: number,
    columns: number,
    nowMs: number,
    wideMs: number,
  ): void {
    const bars = this.#bars;
    const pixelMs = (maxMs - minMs) / columns;
    const columnOf = (ms: number) => Math.min(columns - 1, Math.floor((ms - minMs) / pixelMs));
    for (let column = 0; column < columns; ) {
      const fromMs = minMs + column * pixelMs;
      const toMs = column + 1 === columns ? maxMs : fromMs + pixelMs;
      at = this.#firstEndingAfter(fromMs, at, nowMs);
      const first = bars[at];
      if (!first || first.startMs >= maxMs) break;
      if (first.startMs >= toMs) {
        column = Math.max(column + 1, columnOf(first.startMs));
        continue;
      }
      // Of the bars in a column, only the first and the last can be wider than it: the others lie within it.
      let from = at;
      if (endOf(first, nowMs) - first.startMs >= wideMs) {
        if (alone.at(-1) !== at) alone.push(at);
        const endMs = endOf(first, nowMs);
        if (endMs >= toMs) {
          column = Math.max(column + 1, columnOf(endMs));
          if (endMs >= maxMs) break;
          continue;
        }
        from++;
      }
      let to = this.#firstStartingFrom(toMs, from);
      const last = bars[to - 1];
      if (to > from && last && endOf(last, nowMs) - last.startMs >= wideMs) alone.push(--to);
      if (this.#add(shares, column * STATES, 1 / pixelMs, from, to, fromMs, toMs, nowMs)) mixed.push(column);
      column++;
    }
  }

  #markEnds(
    { mixed, shares, ends }: Merged,
    minMs: number,
    maxMs: number,
    nowMs: number,
    columnOf: (ms: number) => number,
    isWide: (bar: Bar) => boolean,
  ): void {
    const bars = this.#bars;
    let isOrdered = true;
    const mark = (index: number) => {
      const bar = bars[index];
      if (!bar || bar.end === null || isWide(bar)) return;
      const endMs = endOf(bar, nowMs);
      if (endMs < minMs || endMs > maxMs) return;
      const column = columnOf(endMs);
      const isNew = !ends[column] && !shares.subarray(column * STATES, (column + 1) * STATES).some(Boolean);
      if (isNew) {
        mixed.push(column);
        isOrdered = false;
      }
      ends[column] = (ends[column] ?? 0) | (bar.end === 'failed' ? END_FAILED : END_CUT_OFF);
    };
    for (; this.#searched < bars.length - UNSETTLED; this.#searched++) {
      if (bars[this.#searched]?.end !== null) this.#ended.push(this.#searched);
    }
    for (const index of this.#ended) mark(index);
    for (let index = this.#searched; index < bars.length; index++) mark(index);
    if (!isOrdered) mixed.sort((a, b) => a - b);
  }

  #settle(): void {
    const count = this.#bars.length - UNSETTLED;
    const sum = this.#sum;
    for (; this.#settled < count; this.#settled++) {
      const bar = this.#bars[this.#settled];
      if (!bar) return;
      const cell = stateOf(bar);
      sum[cell] = (sum[cell] ?? 0) + endOf(bar, bar.startMs) - bar.startMs;
      if ((this.#settled + 1) % BLOCK === 0) this.#keepSum((this.#settled + 1) / BLOCK);
    }
  }

  #keepSum(block: number): void {
    if (this.#sums.length < (block + 1) * STATES) {
      const sums = new Float64Array(2 * (block + 1) * STATES);
      sums.set(this.#sums);
      this.#sums = sums;
    }
    this.#sums.set(this.#sum, block * STATES);
  }

  /**
   * Adds to `into`, from index `offset`, the time by state of the bars `from` to `to - 1` within `minMs` to `maxMs`,
   * multiplied by `scale`. Returns whether there was any.
   */
  #add(
    into: Float64Array,
    offset: number,
    scale: number,
    from: number,
    to: number,
    minMs: number,
    maxMs: number,
    nowMs: number,
  ): boolean {
    // All bars between the first and the last are whole; those two may be clipped.
    const firstBlock = Math.ceil((from + 1) / BLOCK);
    const lastBlock = Math.floor(Math.min(to - 1, this.#settled) / BLOCK);
    if (lastBlock <= firstBlock) return this.#addEach(into, offset, scale, from, to, minMs, maxMs, nowMs);
    let isAdded = this.#addEach(into, offset, scale, from, firstBlock * BLOCK, minMs, maxMs, nowMs);
    for (let state = 0; state < STATES; state++) {
      const ms =
        (this.#sums[lastBlock * STATES + state] ?? 0) - (this.#sums[firstBlock * STATES + state] ?? 0);
      if (!(ms > 0)) continue;
      into[offset + state] = (into[offset + state] ?? 0) + ms * scale;
      isAdded = true;
    }
    return this.#addEach(into, offset, scale, lastBlock * BLOCK, to, minMs, maxMs, nowMs) || isAdded;
  }

  #addEach(
    into: Float64Array,
    offset: number,
    scale: number,
    from: number,
    to: number,
    minMs: number,
    maxMs: number,
    nowMs: number,
  ): boolean {
    let isAdded = false;
    for (let index = from; index < to; index++) {
      const bar = this.#bars[index];
      if (!bar) break;
      const ms = Math.min(maxMs, endOf(bar, nowMs)) - Math.max(minMs, bar.startMs);
      if (!(ms > 0)) continue;
      const cell = offset + stateOf(bar);
      into[cell] = (into[cell] ?? 0) + ms * scale;
      isAdded = true;
    }
    return isAdded;
  }

  /** Returns the first index, not below `from`, of a bar that ends after `ms`. */
  #firstEndingAfter(ms: number, from: number, nowMs: number): number {
    return firstWhere(this.#bars.length, (i) => endAt(this.#bars, i, nowMs) > ms, from);
  }

  /** Returns the first index, not below `from`, of a bar that starts at `ms` or later. */
  #firstStartingFrom(ms: number, from: number): number {
    return firstWhere(this.#bars.length, (i) => startAt(this.#bars, i) >= ms, from);
  }
}

/** Empties `merged`, for a number of columns. */
function clear(merged: Merged, columns: number): void {
  if (merged.ends.length !== columns) {
    merged.shares = new Float64Array(columns * STATES);
    merged.ends = new Uint8Array(columns);
  }
  // Elsewhere there is nothing. Of many columns, filling all is faster.
  const { shares, ends, mixed } = merged;
  if (mixed.length > columns / MANY) {
    shares.fill(0);
    ends.fill(0);
  } else
    for (const column of mixed) {
      for (let cell = column * STATES; cell < (column + 1) * STATES; cell++) shares[cell] = 0;
      ends[column] = 0;
    }
  merged.alone.length = 0;
  mixed.length = 0;
}

function startAt(bars: Bar[], index: number): number {
  return bars[index]?.startMs ?? Number.POSITIVE_INFINITY;
}

function endAt(bars: Bar[], index: number, nowMs: number): number {
  const bar = bars[index];
  return bar ? endOf(bar, nowMs) : Number.POSITIVE_INFINITY;
}

function endOf(bar: Bar, nowMs: number): number {
  return bar.endMs ?? Math.max(bar.startMs, nowMs);
}

function stateOf(bar: Bar): number {
  return INDEX[bar.state] ?? 0;
}
