/** Keeps the words of a run on the page to what its timeline says: sentence, progress, table, console, legend. */
import type { Mode } from '../server/runs/spec.ts';
import { sentence } from '../server/runs/summary.ts';
import type { RunTimeline } from '../server/runs/timeline.ts';
import { MODE_NAMES } from '../server/runs/words.ts';
import { consoleItems } from '../views/console.ts';
import { drawnLooks } from '../views/legend.ts';
import { problemItems } from '../views/problems.ts';
import { progress } from '../views/progress.ts';
import { speedUpDrawing } from '../views/speed-up.ts';
import { passState } from '../views/state.ts';
import { summaryRows } from '../views/table.ts';
import { USES } from '../views/uses.ts';

/** The same views that the server sets the page with fill its parts again; a part is touched only when it changes. */
export class RunWords {
  readonly #root: HTMLElement;
  readonly #modes: Mode[];
  /** Last HTML put into an element: what the browser gives back may be written otherwise. */
  readonly #shown = new WeakMap<Element, string>();

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#modes = [...root.querySelectorAll<HTMLElement>('figure.pass')].flatMap(({ dataset }) =>
      isMode(dataset.mode) ? [dataset.mode] : [],
    );
  }

  /** Brings every part up to date. */
  show(timeline: RunTimeline): void {
    this.#text('#run-sentence', sentence(timeline));
    const bar = this.#root.querySelector('progress');
    if (bar !== null) {
      const { value, text } = progress(bar.max, timeline);
      if (bar.value !== value) bar.value = value;
      this.#text('.progress-text', text);
    }
    this.#html('tbody', () => summaryRows(this.#modes, timeline).toString());
    this.#html('.problems', () => problemItems(timeline).toString());
    for (const figure of this.#root.querySelectorAll<HTMLElement>('figure.pass'))
      this.#showState(figure, timeline);
    this.#html('.speed-up-drawing', () => speedUpDrawing(timeline).toString());
    this.#addLines(timeline);
    for (const look of drawnLooks(timeline)) {
      this.#root.querySelector(`.legend [data-look="${look}"]`)?.removeAttribute('hidden');
    }
    this.#root.dataset.state = timeline.state;
    if (timeline.state === 'ended') this.#removeCancel();
  }

  #showState(figure: HTMLElement, timeline: RunTimeline): void {
    const { dataset } = figure;
    const place = figure.querySelector('.state');
    if (place === null || !isMode(dataset.mode)) return;
    const pass = timeline.passes.find((one) => one.pass === Number(dataset.pass)) ?? null;
    const uses = USES.filter((use) => dataset.uses?.split(' ').includes(use));
    this.#fill(place, passState(pass, { mode: dataset.mode, uses, lanes: Number(dataset.rows) }).toString());
  }

  /** Who has just pressed Cancel, or was about to, finds the focus on Run. */
  #removeCancel(): void {
    const form = this.#root.querySelector('form.cancel');
    if (form === null) return;
    const isPressed =
      form.querySelector('button:disabled') !== null && document.activeElement === document.body;
    const hasFocus = isPressed || form.contains(document.activeElement);
    form.remove();
    if (hasFocus) document.getElementById('run-button')?.focus({ preventScroll: true });
  }

  #text(selector: string, text: string): void {
    const element = this.#root.querySelector(selector);
    if (element !== null && element.textContent !== text) element.textContent = text;
  }

  #html(selector: string, html: () => string): void {
    const element = this.#root.querySelector(selector);
    if (element !== null) this.#fill(element, html());
  }

  #fill(element: Element, html: string): void {
    if (this.#shown.get(element) === html) return;
    this.#shown.set(element, html);
    element.innerHTML = html;
  }

  /** Adds the lines that are not there yet, and keeps the newest in view for a reader who has it in view. */
  #addLines(timeline: RunTimeline): void {
    const list = this.#root.querySelector<HTMLElement>('.console');
    const newest = timeline.lines.at(-1);
    if (list === null || newest === undefined) return;
    const last = list.lastElementChild;
    const lastSeq = last instanceof HTMLElement ? Number(last.dataset.seq) : 0;
    if (newest.seq <= lastSeq) return;
    const from = timeline.lines.findIndex((line) => line.seq > lastSeq);
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 30;
    list.insertAdjacentHTML('beforeend', consoleItems(timeline, from).toString());
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
}

function isMode(name: string | undefined): name is Mode {
  return name !== undefined && Object.hasOwn(MODE_NAMES, name);
}
