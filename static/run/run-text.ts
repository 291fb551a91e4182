/** Keeps the words of a run on the page to what its timeline says: sentence, progress, table, console, legend. */
import { isMode, type Mode } from '../../server/spec/modes.ts';
import { firstWhere } from '../../server/timeline/first-where.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { passOf } from '../../server/timeline/timeline.ts';
import { progress } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { drawnLooks } from '../../views/drawing/legend.ts';
import { sentenceTerms } from '../../views/page/terms.ts';
import { consoleItems, consoleList, consoleMore, MOST_LINES } from '../../views/run/console.ts';
import { problemItems } from '../../views/run/problems.ts';
import { speedUpDrawing } from '../../views/run/speed-up.ts';
import { speedUpRows } from '../../views/run/speed-up-panel.ts';
import { passState } from '../../views/run/state.ts';
import { summaryRows } from '../../views/run/table.ts';
import { USES } from '../../views/run/uses.ts';

const REPLAY_SENTENCE = 'Played again, each way beside the others from its start.';

/** How many times as long as they took the words rest, so that the drawing has the most of a page that has much to tell. */
const REST = 9;

/** The same views that the server sets the page with fill its parts again; a part is touched only when it changes. */
export class RunWords {
  readonly #root: HTMLElement;
  readonly #modes: Mode[];
  /** Last HTML put into an element: what the browser gives back may be written otherwise. */
  readonly #shown = new WeakMap<Element, string>();

  /** Until when the words rest, on the page's clock. */
  #restsUntilMs = 0;
  #later: ReturnType<typeof setTimeout> | undefined;
  /** How far the run was when it was told last. */
  #stage = '';
  /** Whether the console shows lines of a replay. */
  #isReplayed = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#modes = [...root.querySelectorAll<HTMLElement>('figure.pass')].flatMap(({ dataset }) =>
      isMode(dataset.mode) ? [dataset.mode] : [],
    );
  }

  /**
   * Brings every part up to date: at once where a pass begins or ends, else with a rest in between. `isReplay`: with a
   * moment of a run that has ended.
   */
  show(timeline: RunTimeline, isReplay = false): void {
    clearTimeout(this.#later);
    const { state, passes } = timeline;
    const stage = `${state} ${passes.map(({ ended }) => ended?.status)} ${isReplay}`;
    const beganMs = performance.now();
    const waitMs = this.#restsUntilMs - beganMs;
    if (waitMs > 0 && stage === this.#stage) {
      this.#later = setTimeout(() => this.show(timeline, isReplay), waitMs);
      return;
    }
    this.#stage = stage;
    this.#tell(timeline, isReplay);
    this.#restsUntilMs = performance.now() + REST * (performance.now() - beganMs);
  }

  #tell(timeline: RunTimeline, isReplay: boolean): void {
    // First: where the console is scrolled to is not known again before all that was changed has been laid out.
    if (isReplay) this.#showLines(timeline);
    else this.#addLines(timeline);
    // Not the time: a reader would hear it at each frame.
    this.#text('#run-sentence', isReplay ? REPLAY_SENTENCE : sentence(timeline));
    if (!isReplay) this.#html('.sentence-terms', () => sentenceTerms(timeline).toString());
    const bar = this.#root.querySelector('progress');
    if (bar !== null) {
      const { value, text } = progress(bar.max, timeline);
      if (bar.value !== value) bar.value = value;
      this.#text('.progress-text', text);
    }
    this.#html('.console-more', () => consoleMore(this.#root.dataset.id ?? '', timeline).toString());
    this.#html('tbody', () => summaryRows(this.#modes, timeline).toString());
    this.#html('.problems', () => problemItems(timeline).toString());
    for (const figure of this.#root.querySelectorAll<HTMLElement>('figure.pass'))
      this.#showState(figure, timeline);
    this.#html('.speed-up-drawing', () => speedUpDrawing(timeline).toString());
    this.#html('.gains-list', () => speedUpRows(this.#modes, timeline).toString());
    for (const look of drawnLooks(timeline)) {
      this.#root.querySelector(`.legend [data-look="${look}"]`)?.removeAttribute('hidden');
    }
  }

  #showState(figure: HTMLElement, timeline: RunTimeline): void {
    const { dataset } = figure;
    const place = figure.querySelector('.state');
    if (place === null || !isMode(dataset.mode)) return;
    const pass = passOf(timeline, Number(dataset.pass));
    const uses = USES.filter((use) => dataset.uses?.split(' ').includes(use));
    this.#fill(place, passState(pass, { mode: dataset.mode, uses, lanes: Number(dataset.rows) }).toString());
  }

  /** Takes Cancel away. Who has just pressed it, or was about to, finds the focus on Run. */
  end(): void {
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

  /** In a replay all passes are under way at once: their lines are kept apart. */
  #showLines(timeline: RunTimeline): void {
    const list = this.#root.querySelector('.console');
    if (list === null) return;
    this.#isReplayed = true;
    const key = `${timeline.lines.length} lines`;
    if (this.#shown.get(list) === key) return;
    this.#shown.set(list, key);
    const lines = timeline.lines.slice(-MOST_LINES).sort((a, b) => a.pass - b.pass);
    list.innerHTML = consoleList({ ...timeline, lines }).toString();
    list.scrollTop = list.scrollHeight;
  }

  /** Adds the lines that are not there yet, and keeps the newest in view for a reader who has it in view. */
  #addLines(timeline: RunTimeline): void {
    const list = this.#root.querySelector<HTMLElement>('.console');
    const newest = timeline.lines.at(-1);
    if (list === null) return;
    if (this.#isReplayed) {
      this.#isReplayed = false;
      this.#shown.delete(list);
      list.replaceChildren();
    }
    if (newest === undefined) return;
    const last = list.lastElementChild;
    const lastSeq = last instanceof HTMLElement ? Number(last.dataset.seq) : 0;
    if (newest.seq <= lastSeq) return;
    const { lines } = timeline;
    const from = firstWhere(lines.length, (i) => (lines[i]?.seq ?? 0) > lastSeq);
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 30;
    if (last === null || lines.length - from > MOST_LINES) list.innerHTML = consoleList(timeline).toString();
    else list.insertAdjacentHTML('beforeend', consoleItems(timeline, from).toString());
    dropEarliest(list);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
}

/** Takes lines away that are too many, and a heading that has none left. The first item is a heading. */
function dropEarliest(list: Element): void {
  let tooMany = list.querySelectorAll('[data-seq]').length - MOST_LINES;
  for (; tooMany > 0 && list.children[1]; tooMany--) {
    list.children[1].remove();
    if (list.children[1]?.matches('.heading')) list.children[0]?.remove();
  }
}
