/** The words that appear beside a bar that is pointed at. */
import type { Row } from '../server/runs/timeline.ts';
import { barLines } from '../views/bar-words.ts';
import { rowTitle } from '../views/names.ts';
import type { Selected } from './looks.ts';
import type { Chart } from './timeline.ts';

/** What is pointed at: a row, and its bar where it has one. `spanMs` is the time in sight. */
export type Pointed = { row: Row; selected: Selected | null; nowMs: number; spanMs: number };

export class Tip {
  readonly #element = document.createElement('div');
  /** What is shown, and where. */
  #shown = '';

  /** One for all charts in `root`. A pointer's help only: nothing stands here that the page does not say elsewhere. */
  constructor(root: HTMLElement) {
    this.#element.className = 'tip';
    this.#element.setAttribute('aria-hidden', 'true');
    this.#element.hidden = true;
    root.append(this.#element);
  }

  /** Shows what is pointed at, at the chart's cursor; null hides it. */
  show(chart: Chart, pointed: Pointed | null): void {
    this.#element.hidden = pointed === null;
    if (pointed === null) return;
    const { row, selected, nowMs, spanMs } = pointed;
    const lines = selected ? barLines({ ...selected, nowMs, spanMs }, selected.release) : [rowTitle(row)];
    const { left = 0, top = 0 } = chart.u.cursor;
    // A chart that is drawn again points again; where nothing has changed, nothing is to be laid out.
    const shown = [left, top, ...lines].join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#element.replaceChildren(...lines.map(line));
    const place = chart.u.over.getBoundingClientRect();
    const width = this.#element.offsetWidth;
    const x = Math.max(8, Math.min(place.left + left + 14, document.documentElement.clientWidth - width - 8));
    this.#element.style.transform = `translate(${x}px, ${place.top + top + 18}px)`;
  }
}

function line(text: string): HTMLElement {
  const div = document.createElement('div');
  div.textContent = text;
  return div;
}
