/** Updates the text of a run on the page from its timeline: sentence, progress, table, console, legend. */
import { isMode, type Mode } from '../../server/spec/modes.ts';
import { firstWhere } from '../../server/timeline/first-where.ts';
import { countsSteps, type RunTimeline } from '../../server/timeline/model.ts';
import { passOf } from '../../server/timeline/timeline.ts';
import { answerOf, type Claim } from '../../server/words/claim.ts';
import { asLaneNoun } from '../../server/words/names.ts';
import { stepShownWords } from '../../server/words/order-sentence.ts';
import type { TimeUnit } from '../../server/words/pass-times.ts';
import { progress } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { drawnLooks } from '../../views/drawing/legend.ts';
import { sentenceTerms } from '../../views/page/terms.ts';
import { consoleItems, consoleList, consoleMore, MOST_LINES } from '../../views/run/console.ts';
import { headline } from '../../views/run/headline.ts';
import { isDecided, judgement } from '../../views/run/judged.ts';
import { stepsList } from '../../views/run/order.ts';
import { problemItems } from '../../views/run/problems.ts';
import { speedUpDrawing } from '../../views/run/speed-up.ts';
import { speedUpRows } from '../../views/run/speed-up-panel.ts';
import { passState } from '../../views/run/state.ts';
import { summaryRows } from '../../views/run/table.ts';
import { USES } from '../../views/run/uses.ts';

const REPLAY_SENTENCE = 'Replay: all modes start together.';

/**
 * After an update the text rests this many times as long as the update took, so that drawing gets most of a busy page.
 */
const REST = 9;

/** Renders parts of the page with the server's views, and touches a part only when it changes. */
export class RunWords {
  readonly #root: HTMLElement;
  readonly #modes: Mode[];
  /** The last HTML set on an element: reading it back may give a different serialisation. */
  readonly #shown = new WeakMap<Element, string>();

  /** Until when the text rests, in page time. */
  #restsUntilMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The run's progress at the last update. */
  #stage = '';
  /** Whether the console shows the lines of a replay. */
  #isReplayed = false;
  /** What the run's times count. */
  readonly #unit: TimeUnit;
  /** The lesson's claim, once it is loaded. */
  claim: Claim | null = null;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#unit = root.querySelector('.player[data-unit=step]') ? 'step' : 'ms';
    this.#modes = [...root.querySelectorAll<HTMLElement>('figure.pass')].flatMap(({ dataset }) =>
      isMode(dataset.mode) ? [dataset.mode] : [],
    );
  }

  /**
   * Updates every part: at once when a pass begins or ends, else with a rest in between. `isReplay`: `timeline` is a
   * moment of a run that has ended; `all` is the run up to its latest event.
   */
  show(timeline: RunTimeline, isReplay = false, all: RunTimeline = timeline): void {
    this.#showSteps(timeline, all);
    clearTimeout(this.#timer);
    const { state, passes } = timeline;
    const stage = `${state} ${passes.map(({ ended }) => ended?.status)} ${isReplay}`;
    const beganMs = performance.now();
    const waitMs = this.#restsUntilMs - beganMs;
    if (waitMs > 0 && stage === this.#stage) {
      this.#timer = setTimeout(() => this.show(timeline, isReplay, all), waitMs);
      return;
    }
    this.#stage = stage;
    this.#update(timeline, isReplay);
    this.#restsUntilMs = performance.now() + REST * (performance.now() - beganMs);
  }

  #update(timeline: RunTimeline, isReplay: boolean): void {
    const { base = '' } = document.documentElement.dataset;
    const { id } = this.#root.dataset;
    const words = sentence(timeline, this.claim);
    // The console goes first: reading its scroll position after other changes would force a layout of all of them.
    if (isReplay) this.#showLines(timeline);
    else this.#addLines(timeline);
    // Without the time: a screen reader would read it at each frame.
    this.#html('#run-sentence', () =>
      headline(isReplay ? (stepShownWords(timeline) ?? REPLAY_SENTENCE) : words).toString(),
    );
    if (!isReplay) this.#html('.sentence-terms', () => sentenceTerms(timeline, words, base).toString());
    const bar = this.#root.querySelector('progress');
    if (bar !== null) {
      const { value, max, text } = progress(bar.dataset.unplanned === undefined ? bar.max : null, timeline);
      if (bar.max !== max) bar.max = max;
      if (bar.value !== value) bar.value = value;
      this.#text('.progress-text', text);
    }
    if (!isReplay && isDecided(timeline)) this.#showJudgement(timeline);
    this.#html('.console-more', () => consoleMore(`${base}/runs/${id}`, timeline).toString());
    this.#html('tbody', () => summaryRows(this.#modes, timeline, this.#unit).toString());
    this.#html('.problems', () => problemItems(timeline).toString());
    for (const figure of this.#root.querySelectorAll<HTMLElement>('figure.pass'))
      this.#showState(figure, timeline);
    this.#html('.speed-up-drawing', () => speedUpDrawing(timeline).toString());
    this.#html('.gains-list', () => speedUpRows(this.#modes, timeline).toString());
    for (const look of drawnLooks(timeline)) {
      this.#root.querySelector(`.legend [data-look="${look}"]`)?.removeAttribute('hidden');
    }
  }

  /** Judges the guess that is chosen on the page. */
  #showJudgement(timeline: RunTimeline): void {
    const section = this.#root.querySelector<HTMLElement>('.judged');
    if (section === null) return;
    const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name=guess]')];
    const choices = boxes.map(({ value }) => value);
    const question = document.querySelector('.guess .question')?.textContent ?? '';
    const guess = boxes.findIndex(({ checked }) => checked);
    const answer = answerOf(timeline, this.claim);
    const judged = judgement({ question, choices }, answer, guess < 0 ? null : guess);
    this.#html('.judgement', () => judged.toString());
    section.hidden = false;
  }

  /** Marks the step that is shown, and keeps it in view. */
  #showSteps({ passes }: RunTimeline, all: RunTimeline): void {
    const list = this.#root.querySelector<HTMLElement>('.steps');
    if (list === null) return;
    const shown = passes.find(countsSteps)?.steps.length ?? 0;
    const before = this.#shown.get(list);
    this.#fill(list, stepsList(all, shown).toString());
    const current = list.querySelector<HTMLElement>('[aria-current]');
    if (current === null || before === this.#shown.get(list)) return;
    const { offsetTop: top, offsetHeight: height } = current;
    const start = top - list.offsetTop;
    if (start < list.scrollTop) list.scrollTop = start;
    else if (start + height > list.scrollTop + list.clientHeight)
      list.scrollTop = start + height - list.clientHeight;
  }

  #showState(figure: HTMLElement, timeline: RunTimeline): void {
    const { dataset } = figure;
    const place = figure.querySelector('.state');
    if (place === null || !isMode(dataset.mode)) return;
    const pass = passOf(timeline, Number(dataset.pass));
    const uses = USES.filter((use) => dataset.uses?.split(' ').includes(use));
    const { noun } = figure.querySelector<HTMLElement>('.chart')?.dataset ?? {};
    const options = { mode: dataset.mode, uses, lanes: Number(dataset.rows), noun: asLaneNoun(noun) };
    this.#fill(place, passState(pass, options).toString());
  }

  /** Removes Cancel. If Cancel had the focus or was just pressed, Run gets the focus. */
  end(): void {
    const form = this.#root.querySelector('form.cancel');
    if (form === null) return;
    const isPressed =
      form.querySelector('button:disabled') !== null && document.activeElement === document.body;
    const hasFocus = isPressed || form.contains(document.activeElement);
    form.remove();
    document.dispatchEvent(new Event('cancel-gone'));
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

  /** In a replay all passes run at once, so lines are grouped by pass. */
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

  /** Appends new lines, and keeps the newest in view if it was in view. */
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

/** Removes the earliest lines beyond the limit, and a heading without lines. The first item is a heading. */
function dropEarliest(list: Element): void {
  let tooMany = list.querySelectorAll('[data-seq]').length - MOST_LINES;
  for (; tooMany > 0 && list.children[1]; tooMany--) {
    list.children[1].remove();
    if (list.children[1]?.matches('.heading')) list.children[0]?.remove();
  }
}
