/** The words that appear beside a bar that is pointed at, or selected by other means than pointing. */
import type { Chart } from '../chart/timeline.ts';

/** A place in a chart's plot, in CSS pixels. */
export type At = { left: number; top: number };

/** Room between a place and the words for it, and between them and the window's edge, in CSS pixels. */
const APART = { x: 14, y: 18, edge: 8 };

export class Tip {
  readonly #element = document.createElement('div');
  /** What is shown, and where. */
  #shown = '';

  /** One for all charts in `root`. A help for eyes only: nothing stands here that the page does not say elsewhere. */
  constructor(root: HTMLElement) {
    this.#element.className = 'tip';
    this.#element.setAttribute('aria-hidden', 'true');
    this.#element.hidden = true;
    root.append(this.#element);
  }

  /** Shows `lines` at a place of the chart; null hides it. */
  show(chart: Chart, { left, top }: At, lines: readonly string[] | null): void {
    this.#element.hidden = lines === null;
    if (lines === null) return;
    const place = chart.u.over.getBoundingClientRect();
    const [x, y] = [place.left + left, place.top + top];
    // A chart that is drawn again points again; where nothing has changed, nothing is to be laid out.
    const shown = [x, y, ...lines].join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#element.replaceChildren(...lines.map(line));
    const { offsetWidth: width, offsetHeight: height } = this.#element;
    // Not the window's: beside the page there may be room that is kept for a scrollbar.
    const right = document.body.getBoundingClientRect().right - width - APART.edge;
    const isBelow = y + APART.y + height + APART.edge <= document.documentElement.clientHeight;
    const under = isBelow ? y + APART.y : y - APART.y - height;
    this.#element.style.transform = `translate(${Math.max(APART.edge, Math.min(x + APART.x, right))}px, ${under}px)`;
  }
}

function line(text: string): HTMLElement {
  const div = document.createElement('div');
  div.textContent = text;
  return div;
}
