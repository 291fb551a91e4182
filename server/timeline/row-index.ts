/**
 * Finds and adds up the bars of a row without going through them all: running sums by state, kept as bars are added.
 */
import { firstWhere } from './first-where.ts';
import { BAR_STATES, type Bar, type Row } from './model.ts';

const STATES = BAR_STATES.length;
const INDEX = Object.fromEntries(BAR_STATES.map((state, i) => [state, i]));
/** The last bar may still change, or go, and take the one before it for its end (lanes.ts): these are not summed yet. */
const UNSETTLED = 2;

/** Whether, in a column, a narrow bar failed or was cut off: bits of {@link Merged}'s `ends`. */
export const END_FAILED = 1;
export const END_CUT_OFF = 2;

/** A row as it looks in a drawing so many pixel columns wide. */
export type Merged = {
  /** Places in `bars` of those in view that are wide enough to be drawn alone, in order. */
  alone: number[];
  /** Columns, from 0, that have narrower bars or the end of one, in order. */
  mixed: number[];
  /** At `column * BAR_STATES.length + state`: the share of the column, 0 to 1, that narrower bars of that state take. */
  shares: Float64Array;
  /** By column: {@link END_FAILED}, {@link END_CUT_OFF}. A bar without a length has its end in the column of its time. */
  ends: Uint8Array;
};

export class RowIndex {
  #bars: Bar[];
  /** Bars summed so far, and at `i * STATES + state` the time in a state of the first i of them. */
  #settled = 0;
  #sums = new Float64Array(64 * STATES);
  /** Places of summed bars that failed or were cut off. A pass has few: each job ends once. */
  #ended: number[] = [];
  #merged: Merged = { alone: [], mixed: [], shares: new Float64Array(0), ends: new Uint8Array(0) };

  constructor(row: Row) {
    this.#bars = row.bars;
  }

  /** Time in each state from `minMs` to `maxMs`, in ms, in order of BAR_STATES. Bars still open last to `nowMs`. */
  between(minMs: number, maxMs: number, nowMs: number): Float64Array {
    this.#settle();
    const sums = new Float64Array(STATES);
    const from = this.#firstEndingAfter(minMs, 0, nowMs);
    const to = this.#firstStartingFrom(maxMs, from);
    this.#add(sums, 0, 1, from, to, minMs, maxMs, nowMs);
    return sums;
  }

  /**
   * What to draw of `minMs` to `maxMs` in `columns` pixels: bars at least `minPixels` (not below 1) wide alone, and
   * what the others take of each column. Takes time for the columns and the bars drawn alone, not for all bars. The
   * result is used again by the next call.
   */
  merge(minMs: number, maxMs: number, columns: number, nowMs: number, minPixels = 1): Merged {
    this.#settle();
    const merged = this.#clear(columns);
    const { alone, mixed, shares } = merged;
    const bars = this.#bars;
    const pixelMs = (maxMs - minMs) / columns;
    const wideMs = pixelMs * minPixels;
    if (!(pixelMs > 0)) return merged;
    const columnOf = (ms: number) => Math.min(columns - 1, Math.floor((ms - minMs) / pixelMs));
    const isWide = (bar: Bar) => endOf(bar, nowMs) - bar.startMs >= wideMs;

    let at = 0;
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
      // Of bars at least a column wide only the first and the last in it can be: others lie within it.
      let from = at;
      if (isWide(first)) {
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
      if (to > from && last && isWide(last)) alone.push(--to);
      if (this.#add(shares, column * STATES, 1 / pixelMs, from, to, fromMs, toMs, nowMs)) mixed.push(column);
      column++;
    }
    this.#markEnds(merged, minMs, maxMs, nowMs, columnOf, isWide);
    return merged;
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
    const mark = (place: number) => {
      const bar = bars[place];
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
    for (const place of this.#ended) mark(place);
    for (let place = this.#settled; place < bars.length; place++) mark(place);
    if (!isOrdered) mixed.sort((one, other) => one - other);
  }

  #clear(columns: number): Merged {
    const merged = this.#merged;
    if (merged.ends.length !== columns) {
      merged.shares = new Float64Array(columns * STATES);
      merged.ends = new Uint8Array(columns);
    }
    // One sweep is quicker than one for each of many columns.
    merged.shares.fill(0);
    merged.ends.fill(0);
    merged.alone.length = 0;
    merged.mixed.length = 0;
    return merged;
  }

  #settle(): void {
    const count = this.#bars.length - UNSETTLED;
    if (this.#sums.length < (count + 1) * STATES) {
      const sums = new Float64Array(2 * (count + 1) * STATES);
      sums.set(this.#sums);
      this.#sums = sums;
    }
    const sums = this.#sums;
    for (; this.#settled < count; this.#settled++) {
      const bar = this.#bars[this.#settled];
      if (!bar) return;
      const at = this.#settled * STATES;
      sums.copyWithin(at + STATES, at, at + STATES);
      const cell = at + STATES + stateOf(bar);
      sums[cell] = (sums[cell] ?? 0) + endOf(bar, bar.startMs) - bar.startMs;
      if (bar.end !== null) this.#ended.push(this.#settled);
    }
  }

  /**
   * Adds to `into`, from place `offset` on, the time by state of the bars `from` to before `to`, as far as it lies
   * between `minMs` and `maxMs`, multiplied by `scale`. Returns whether there was any.
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
    // Whole ones stand between the first and the last, which may be cut by the edges.
    const wholeTo = Math.min(to - 1, this.#settled);
    if (wholeTo - from < STATES) return this.#addEach(into, offset, scale, from, to, minMs, maxMs, nowMs);
    let isAny = this.#addEach(into, offset, scale, from, from + 1, minMs, maxMs, nowMs);
    for (let state = 0; state < STATES; state++) {
      const ms = (this.#sums[wholeTo * STATES + state] ?? 0) - (this.#sums[(from + 1) * STATES + state] ?? 0);
      if (!(ms > 0)) continue;
      into[offset + state] = (into[offset + state] ?? 0) + ms * scale;
      isAny = true;
    }
    return this.#addEach(into, offset, scale, wholeTo, to, minMs, maxMs, nowMs) || isAny;
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
    let isAny = false;
    for (let place = from; place < to; place++) {
      const bar = this.#bars[place];
      if (!bar) break;
      const ms = Math.min(maxMs, endOf(bar, nowMs)) - Math.max(minMs, bar.startMs);
      if (!(ms > 0)) continue;
      const cell = offset + stateOf(bar);
      into[cell] = (into[cell] ?? 0) + ms * scale;
      isAny = true;
    }
    return isAny;
  }

  /** First place from `from` on of a bar that ends after `ms`. */
  #firstEndingAfter(ms: number, from: number, nowMs: number): number {
    return firstWhere(this.#bars.length, (i) => endAt(this.#bars, i, nowMs) > ms, from);
  }

  /** First place from `from` on of a bar that starts at `ms` or later. */
  #firstStartingFrom(ms: number, from: number): number {
    return firstWhere(this.#bars.length, (i) => startAt(this.#bars, i) >= ms, from);
  }
}

function startAt(bars: Bar[], place: number): number {
  return bars[place]?.startMs ?? Number.POSITIVE_INFINITY;
}

function endAt(bars: Bar[], place: number, nowMs: number): number {
  const bar = bars[place];
  return bar ? endOf(bar, nowMs) : Number.POSITIVE_INFINITY;
}

function endOf(bar: Bar, nowMs: number): number {
  return bar.endMs ?? Math.max(bar.startMs, nowMs);
}

function stateOf(bar: Bar): number {
  return INDEX[bar.state] ?? 0;
}
