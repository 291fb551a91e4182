/** The tables of the timelines while they are open: up to date, and linked with the bars that are drawn. */
import type { PassTimeline } from '../../server/timeline/model.ts';
import { barRows, moreWords } from '../../views/run/bar-table.ts';
import type { Selection } from '../stage/selection.ts';
import type { Stage } from '../stage/stage.ts';

/** How long a table of a live run or a replay stays as it is, in ms: who reads it is not to be hurried. */
const REST_MS = 500;

/** What a table lists: so far had its pass come. */
type Listed = { pass: PassTimeline; latestMs: number; isEnded: boolean; rows: string[] };

export class BarTables {
  readonly #root: HTMLDetailsElement;
  readonly #stage: Stage;
  /** What each table lists. */
  #listed: (Listed | undefined)[] = [];
  #filledMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #marked = '';

  /** For the tables in `root`, until `signal` aborts. */
  constructor(root: HTMLDetailsElement, stage: Stage, signal: AbortSignal) {
    this.#root = root;
    this.#stage = stage;
    root.addEventListener('click', (event) => this.#press(event), { signal });
    root.addEventListener('keydown', (event) => this.#walk(event), { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** Brings what is open up to what the timelines show. */
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

  /** Marks the row of the selected bar, and brings it into sight for who is in the table. */
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

  /** A table is one stop of the Tab key; within it the arrow keys go from row to row. */
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

/** As `data-bar` has it. */
function nameOf({ chart, lane, slot, bar }: Selection): string {
  return [chart, lane, slot ?? '', bar].join('.');
}

/** Sets anew what differs from `before` alone. Rows that the server has set are all set anew once. */
function setRows(body: Element, before: readonly string[], rows: readonly string[]): void {
  if (before.length === 0) body.replaceChildren();
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
