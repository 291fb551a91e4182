/**
 * Marks lines of the program below the timelines: during a run or its replay those that jobs are at, and those of the
 * selected bar. A line at which something was seen is a button that marks its bars.
 */
import { addLinesSeen, linesOfBar, positions } from '../../server/timeline/lines.ts';
import type { Line } from '../../server/timeline/model.ts';
import { type AtLine, atLineByMode, atLineWords } from '../../server/words/line-words.ts';
import type { ProgramEditor } from '../editor/program-editor.ts';
import type { Stage } from '../stage/stage.ts';
import type { LineMarks } from './line-marks.ts';
import { thrownAt } from './thrown.ts';

export class ProgramLines {
  readonly #stage: Stage;
  #elements: HTMLElement[] = [];
  /** How each element is marked. */
  #shown = new Map<HTMLElement, string>();
  /** Lines that are buttons. */
  #seen = new Set<number>();
  /** The button that Tab leads to. */
  #current: number | null = null;
  /** The editor, and what is marked there. */
  #edited: ProgramEditor | null = null;
  #shownInEditor = '';
  #saidLines = -1;
  #said: readonly Line[] = [];
  /** The selected bar and the lines that were last scrolled into view. */
  #revealed = '';

  /** Handles events until `signal` aborts; then the lines are left as they were. */
  constructor(stage: Stage, signal: AbortSignal) {
    this.#stage = stage;
    document.addEventListener('click', (event) => this.#click(event), { signal });
    document.addEventListener('keydown', (event) => this.#press(event), { signal });
    document.addEventListener('line-press', (event) => this.#pressInEditor(event), { signal });
    document.addEventListener('editor-ready', () => this.show(this.#said), { signal });
    signal.addEventListener('abort', () => this.#clear());
  }

  /**
   * Marks the lines as of the stage's scene and selection; touches the page only where something changed. `said`: the
   * console of the whole run.
   */
  show(said: readonly Line[] = []): void {
    this.#said = said;
    // A page without a lesson has no program.
    if (!this.#elements[0]?.isConnected) {
      this.#elements = [...document.querySelectorAll<HTMLElement>('#panel-program > pre .line')];
      this.#shown.clear();
    }
    if (this.#elements.length === 0) return;
    const { scene, selected, selection, line: pressed } = this.#stage;
    // A replay sees nothing that the whole run has not.
    const isMore = scene.isNew && scene.atMs === null;
    for (const pass of isMore ? scene.passes : []) if (pass) addLinesSeen(pass, this.#seen);
    const at = this.#labels();
    const chosen = selected && linesOfBar(selected.pass, selected.row, selected.bar);
    const chosenWords =
      selected && (selected.bar.job === null ? selected.row.name : `job ${selected.bar.job}`);
    if (this.#current === null && this.#seen.size > 0) this.#current = Math.min(...this.#seen);
    const all = new Map<number, LineMarks>();
    for (const element of this.#elements) {
      const line = Number(element.dataset.line);
      const isChosen = chosen?.includes(line) === true;
      const { label, byMode } = at.get(line) ?? { label: isChosen ? chosenWords : null, byMode: null };
      const marks = {
        label: label === null ? '' : `← ${label}`,
        byMode,
        isAt: at.has(line),
        isChosen: isChosen || pressed === line,
        pressed: this.#seen.has(line) ? pressed === line : null,
        isCurrent: this.#current === line,
      };
      if (this.#seen.has(line) || isChosen || at.has(line)) all.set(line, marks);
      mark(element, this.#shown, marks);
    }
    this.#showInEditor(all, said);
    const lines = chosen ?? [...at.keys()];
    const revealed = `${chosen && JSON.stringify(selection)} ${lines}`;
    if (revealed !== this.#revealed) this.#reveal(lines, chosen === null);
    this.#revealed = revealed;
  }

  /** Marks the same lines where the program is edited, if its text is what was run. */
  #showInEditor(marks: ReadonlyMap<number, LineMarks>, said: readonly Line[]): void {
    // Kept by the browser, which need not go through a long page for it at each frame.
    const [editor] = document.getElementsByTagName('program-editor') as HTMLCollectionOf<ProgramEditor>;
    if (!editor?.matches(':defined')) return;
    const key = JSON.stringify([...marks]);
    if (this.#edited !== editor || this.#shownInEditor !== key) editor.showMarks(marks);
    if (this.#edited !== editor || this.#saidLines !== said.length) editor.showThrown(thrownAt(said));
    this.#edited = editor;
    this.#shownInEditor = key;
    this.#saidLines = said.length;
  }

  #pressInEditor(event: Event): void {
    if (event instanceof CustomEvent && typeof event.detail === 'number') this.#toggle(event.detail);
  }

  /** What is at each line, in words; `byMode`: in which mode, if the modes differ. */
  #labels(): Map<number, { label: string; byMode: string | null }> {
    const atLine = new Map<number, AtLine[]>();
    let passCount = 0;
    for (const pass of this.#stage.scene.passes) {
      const found = pass === null || pass.ended !== null ? [] : positions(pass);
      if (pass === null || found.length === 0) continue;
      passCount++;
      for (const line of new Set(found.map((one) => one.line))) {
        const jobs = found.flatMap((one) => (one.line === line ? [one.job] : []));
        atLine.set(line, [...(atLine.get(line) ?? []), { mode: pass.mode, jobs }]);
      }
    }
    return new Map(
      [...atLine].map(([line, passes]) => [
        line,
        { label: atLineWords(passes), byMode: atLineByMode(passes, passCount) },
      ]),
    );
  }

  /**
   * Scrolls the program's own box, never the page, until one of `lines` is in view. With `isQuiet`, leaves the box to a
   * reader whose pointer or focus is in it.
   */
  #reveal(lines: readonly number[], isQuiet = false): void {
    if (lines[0] !== undefined) this.#edited?.reveal(lines[0]);
    const found = this.#elements.filter(({ dataset }) => lines.includes(Number(dataset.line)));
    const box = found[0]?.closest('pre');
    if (!box || (isQuiet && box.matches(':hover, :focus-within'))) return;
    const inside = box.getBoundingClientRect();
    const places = found.map((element) => element.getBoundingClientRect());
    if (places.some(({ top, bottom }) => top >= inside.top && bottom <= inside.bottom)) return;
    box.scrollTop += (places[0]?.top ?? 0) - inside.top - inside.height / 3;
  }

  #click({ target }: MouseEvent): void {
    const line = lineOf(target);
    // A reader who selects text does not press.
    if (line !== null && getSelection()?.isCollapsed !== false) this.#toggle(line);
  }

  #press(event: KeyboardEvent): void {
    const line = lineOf(event.target);
    if (line === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const lines = [...this.#seen].sort((a, b) => a - b);
    const at = lines.indexOf(line);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 }[event.key];
    if (to !== undefined) this.#focus(lines[to] ?? line);
    else if (event.key === 'Enter' || event.key === ' ') this.#toggle(line);
    else if (event.key === 'Escape') this.#stage.mark(null);
    else return;
    event.preventDefault();
  }

  #toggle(line: number): void {
    this.#current = line;
    this.#stage.mark(this.#stage.line === line ? null : line);
  }

  #focus(line: number): void {
    this.#current = line;
    this.show(this.#said);
    this.#elements[line - 1]?.focus({ preventScroll: true });
    this.#reveal([line]);
  }

  #clear(): void {
    for (const element of this.#elements) mark(element, this.#shown, UNMARKED);
    this.#edited?.showMarks(new Map());
    this.#edited?.showThrown([]);
  }
}

const UNMARKED: LineMarks = {
  label: '',
  byMode: null,
  isAt: false,
  isChosen: false,
  pressed: null,
  isCurrent: false,
};

function mark(element: HTMLElement, shown: Map<HTMLElement, string>, marks: LineMarks): void {
  const key = JSON.stringify(marks);
  if (shown.get(element) === key) return;
  shown.set(element, key);
  const { label, byMode, isAt, isChosen, pressed, isCurrent } = marks;
  element.classList.toggle('is-at', isAt);
  element.classList.toggle('is-chosen', isChosen);
  let margin = element.querySelector<HTMLElement>('.at');
  if (margin === null && label !== '') {
    margin = document.createElement('span');
    margin.className = 'at';
    element.append(margin);
  }
  if (label === '') margin?.remove();
  else if (margin) {
    margin.textContent = label;
    margin.title = byMode ?? '';
    if (byMode !== null) {
      const unseen = document.createElement('span');
      unseen.className = 'unseen';
      unseen.textContent = ` (${byMode})`;
      margin.append(unseen);
    }
  }
  if (pressed === null) {
    for (const name of ['role', 'aria-pressed', 'tabindex']) element.removeAttribute(name);
    return;
  }
  element.setAttribute('role', 'button');
  element.setAttribute('aria-pressed', String(pressed));
  element.tabIndex = isCurrent ? 0 : -1;
}

/** Returns the line of the button that `target` is, or is in; null if it is in none. */
function lineOf(target: EventTarget | null): number | null {
  const button = target instanceof Element ? target.closest('#program .line[role=button]') : null;
  return button instanceof HTMLElement ? Number(button.dataset.line) : null;
}
