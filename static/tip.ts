/** The words that appear beside a bar that is pointed at. */
import type { Bar, Row } from '../server/runs/timeline.ts';
import { LOOK_WORDS, rowTitle } from '../views/names.ts';
import { duration } from '../views/words.ts';
import type { Chart } from './timeline.ts';

export class Tip {
  readonly #element = document.createElement('div');

  /** One for all charts in `root`. A pointer's help only: nothing stands here that the page does not say elsewhere. */
  constructor(root: HTMLElement) {
    this.#element.className = 'tip';
    this.#element.setAttribute('aria-hidden', 'true');
    this.#element.hidden = true;
    root.append(this.#element);
  }

  /** Shows what `bar` of `row` is, at the chart's cursor; hides where nothing is pointed at. */
  show(chart: Chart, row: Row | null, bar: Bar | null): void {
    this.#element.hidden = row === null;
    if (row === null) return;
    this.#element.replaceChildren(...lines(row, bar).map(line));
    const { left = 0, top = 0 } = chart.u.cursor;
    const place = chart.u.over.getBoundingClientRect();
    const width = this.#element.offsetWidth;
    const x = Math.max(8, Math.min(place.left + left + 14, document.documentElement.clientWidth - width - 8));
    this.#element.style.transform = `translate(${x}px, ${place.top + top + 18}px)`;
  }
}

function lines(row: Row, bar: Bar | null): string[] {
  if (bar === null) return [rowTitle(row)];
  const job = bar.job === null ? '' : `job ${bar.job}, `;
  const on = bar.on === null ? '' : ` (${bar.on})`;
  const from = duration(bar.startMs);
  const time =
    bar.endMs === null
      ? `since ${from}`
      : `${from} to ${duration(bar.endMs)}: ${duration(bar.endMs - bar.startMs)}`;
  const end = bar.end === null ? [] : [LOOK_WORDS[bar.end]];
  return [`${job}${LOOK_WORDS[bar.state]}${on}`, time, ...end, rowTitle(row)];
}

function line(text: string): HTMLElement {
  const div = document.createElement('div');
  div.textContent = text;
  return div;
}
