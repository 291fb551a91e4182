/** The tip beside the bar under the pointer, or beside a bar selected by a key, a jump or a tap. */
import type { Chart } from '../chart/timeline.ts';

/**
 * A point in a chart's plot, in CSS pixels; `height` is that of what is above it and must not be covered, as must a row
 * of the plot, `clear`, if there is one.
 */
export type At = { left: number; top: number; height?: number; clear?: Span | null };

/** From where to where a row reaches, in CSS pixels from the top of the plot. */
export type Span = { top: number; bottom: number };

/** Distance of the tip from its point, and from the window's edge, in CSS pixels. */
const APART = { x: 14, y: 18, edge: 8 };

export class Tip {
  readonly #element = document.createElement('div');
  /** The text that is shown, and its position. */
  #shown = '';
  /** How far the page was scrolled when the tip was shown. */
  #scrolledPx = 0;

  /** One tip for all charts in `root`. Visual only: the page has all of its text elsewhere. */
  constructor(root: HTMLElement) {
    this.#element.className = 'tip';
    this.#element.setAttribute('aria-hidden', 'true');
    this.#element.hidden = true;
    root.append(this.#element);
    const move = () => {
      if (this.#element.isConnected) this.#element.style.marginTop = `${this.#scrolledPx - scrollY}px`;
      else window.removeEventListener('scroll', move);
    };
    window.addEventListener('scroll', move, { passive: true });
  }

  /** Shows `lines` at a point of the chart; null hides the tip. */
  show(
    chart: Chart,
    { left, top, height: above = 0, clear = null }: At,
    lines: readonly string[] | null,
  ): void {
    this.#element.hidden = lines === null;
    if (lines === null) return;
    const place = chart.u.over.getBoundingClientRect();
    const [x, y] = [place.left + left, place.top + top];
    // A redrawn chart reports the pointer again; without a change, skip the layout.
    const shown = [x, y, ...lines].join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#scrolledPx = scrollY;
    this.#element.style.marginTop = '';
    this.#element.replaceChildren(...lines.map(line));
    const { offsetWidth: width, offsetHeight: height } = this.#element;
    // The window's width may include space reserved for a scrollbar.
    const right = document.body.getBoundingClientRect().right - width - APART.edge;
    const under = y + APART.y;
    const over = y - above - APART.y - height;
    const isCovered =
      clear !== null && place.top + clear.bottom > under && place.top + clear.top < under + height;
    const beyond = isCovered ? place.top + clear.bottom + APART.edge : under;
    const fits = (from: number) => from + height + APART.edge <= document.documentElement.clientHeight;
    const from = fits(beyond) ? beyond : over >= APART.edge || !fits(under) ? over : under;
    this.#element.style.transform = `translate(${Math.max(APART.edge, Math.min(x + APART.x, right))}px, ${from}px)`;
  }
}

function line(text: string): HTMLElement {
  const div = document.createElement('div');
  div.textContent = text;
  return div;
}
