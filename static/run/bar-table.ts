/** Keeps the open tables of the timelines up to date, and links their rows with the drawn bars. */
import type { PassTimeline } from '../../server/timeline/model.ts';
import { barRows, moreWords } from '../../views/run/bar-table.ts';
import type { Selection } from '../stage/selection.ts';
import type { Stage } from '../stage/stage.ts';

/** Shortest time between updates of a table, in ms: rows that change faster cannot be read. */
const REST_MS = 500;

/** What a table lists, and how far its pass had come. */
type Listed = { pass: PassTimeline; latestMs: number; isEnded: boolean; rows: string[] };

export class BarTables {
  readonly #root: HTMLDetailsElement;
  readonly #stage: Stage;
  /** The content of each table, by pass. */
  #listed: (Listed | undefined)[] = [];
  #filledMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #marked = '';

  /** Handles the tables in `root` until `signal` aborts. */
  constructor(root: HTMLDetailsElement, stage: Stage, signal: AbortSignal) {
    this.#root = root;
    this.#stage = stage;
    root.addEventListener('click', (event) => this.#press(event), { signal });
    root.addEventListener('keydown', (event) => this.#walk(event), { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** Updates the tables, if they are open, to what the timelines show. */
  show(): void {
    if (!this.#root.open) return;
    clearTimeout(this.#timer);
    const waitMs = this.#filledMs + REST_MS - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.show(), waitMs);
    else this.#fill();
    this.#mark();
  }

  #fill(): void {
    this.#filledMs = performance.now();
    this.#stage.scene.passes.forEach((pass, i) => {
      const before = this.#listed[i];
      const latestMs = pass?.latestMs ?? 0;
      const isEnded = pass?.ended !== null;
      if (before && before.pass === pass && before.latestMs === latestMs && before.isEnded === isEnded)
        return;
      const body = this.#root.querySelector(`.bar-table[data-pass="${i}"] tbody`);
      if (body === null) return;
      const rows = pass ? barRows(pass, i).map(String) : [];
      setRows(body, before?.rows ?? [], rows);
      const more = this.#root.querySelector(`.bar-table-more[data-pass="${i}"] span`);
      if (more) more.textContent = moreWords(pass);
      this.#listed[i] = pass ? { pass, latestMs, isEnded, rows } : undefined;
      this.#marked = '';
    });
  }

  /** Marks the row of the selected bar, and scrolls it into view if the focus is in the tables. */
  #mark(): void {
    const { selection } = this.#stage;
    const name = selection ? nameOf(selection) : '';
    if (name === this.#marked) return;
    this.#marked = name;
    this.#root.querySelector('tr[aria-current]')?.removeAttribute('aria-current');
    const row = name === '' ? null : this.#root.querySelector(`tr[data-bar="${name}"]`);
    row?.setAttribute('aria-current', 'true');
    if (this.#root.contains(document.activeElement)) row?.scrollIntoView({ block: 'nearest' });
  }

  #press({ target }: Event): void {
    const name = target instanceof Element && target.closest('button')?.closest('tr')?.dataset.bar;
    if (!name) return;
    const [chart, lane, slot, bar] = name.split('.');
    const selection = {
      chart: Number(chart),
      lane: Number(lane),
      slot: slot === '' ? null : Number(slot),
      bar: Number(bar),
    };
    this.#stage.select(selection, true);
    this.#stage.charts[selection.chart]?.root.scrollIntoView({ block: 'nearest' });
  }

  /** The arrow keys move from row to row within a table. */
  #walk(event: KeyboardEvent): void {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const table = event.target instanceof Element ? event.target.closest('.bar-table') : null;
    if (by === 0 || table === null) return;
    const buttons = [...table.querySelectorAll('button')];
    const { activeElement } = document;
    const at = activeElement instanceof HTMLButtonElement ? buttons.indexOf(activeElement) : -1;
    const next = buttons[at + by];
    if (next === undefined) return;
    next.focus();
    event.preventDefault();
  }
}

/** Returns the value of `data-bar` for a selection. */
function nameOf({ chart, lane, slot, bar }: Selection): string {
  return [chart, lane, slot ?? '', bar].join('.');
}

/**
 * Replaces only the rows that differ from `before`. Without `before`, replaces all rows: the server rendered them. A
 * row that has the focus keeps it.
 */
function setRows(body: Element, before: readonly string[], rows: readonly string[]): void {
  if (before.length === 0) {
    const focused = [...body.children].findIndex((row) => row.contains(document.activeElement));
    body.innerHTML = rows.join('');
    body.children[focused]?.querySelector('button')?.focus({ preventScroll: true });
    return;
  }
  while (body.children.length > rows.length) body.lastElementChild?.remove();
  before.slice(0, rows.length).forEach((text, i) => {
    const old = body.children[i];
    if (text === rows[i] || !old) return;
    const hadFocus = old.contains(document.activeElement);
    old.insertAdjacentHTML('afterend', rows[i] ?? '');
    old.remove();
    if (hadFocus) body.children[i]?.querySelector('button')?.focus({ preventScroll: true });
  });
  body.insertAdjacentHTML('beforeend', rows.slice(before.length).join(''));
}
