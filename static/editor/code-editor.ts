/** CodeMirror, set up for programs: their language, marks of lines, problems. Loaded when somebody edits. */
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { Compartment, type EditorSelection, EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
} from '@codemirror/view';
import type { Language } from '../../server/spec/language.ts';
import { HANGING_INDENT } from './hanging-indent.ts';
import { loadLanguage } from './languages.ts';
import { lineMarks, type MarkedLines, markLines } from './line-marks.ts';
import { PROBLEM_KINDS, type Problem, type ProblemKind, problemMarks, setProblems } from './problems.ts';
import { THEME } from './theme.ts';

/** What the editor tells the page. */
type EditorHandlers = {
  /** The text has changed. */
  changed(): void;
  /** The keys that run the program were pressed. */
  run(): void;
  /** The number of a line that has marks was pressed. */
  pressed(line: number): void;
};

/** How long Tab leaves the editor after Escape, in ms. */
const LEAVE_MS = 10_000;

/** An editor in a shadow root: elsewhere, the page's `style-src` would refuse its styles. */
export class CodeEditor {
  readonly #view: EditorView;
  readonly #support = new Compartment();
  readonly #changes = new Compartment();
  readonly #typing = new Compartment();
  /** Makes a new state: one for each language, with its own history. */
  readonly #begin: (text: string, support: Extension) => EditorState;
  /** The states of the languages that are not shown. */
  readonly #left = new Map<Language, EditorState>();
  #language: Language;
  #moved: { scrollTop: number; hasFocus: boolean; selection: EditorSelection } | null = null;

  /** `support`: the extensions for the language of `text`: see languages.ts. */
  constructor(
    root: ShadowRoot,
    text: string,
    { language, support }: { language: Language; support: Extension },
    label: string,
    { changed, run, pressed }: EditorHandlers,
  ) {
    this.#language = language;
    const leave = (view: EditorView) => {
      // CodeMirror's own two seconds are few for slow fingers.
      setTimeout(() => view.setTabFocusMode(LEAVE_MS));
      return false;
    };
    const pressRun = () => {
      run();
      return true;
    };
    const keys = [
      { key: 'Mod-Enter', run: pressRun },
      { key: 'Escape', run: leave },
    ];
    this.#begin = (text, support) =>
      EditorState.create({
        doc: text,
        extensions: [
          THEME,
          Prec.high(keymap.of(keys)),
          lineMarks(pressed),
          problemMarks(),
          history(),
          drawSelection(),
          highlightSpecialChars(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          this.#support.of(support),
          HANGING_INDENT,
          EditorView.contentAttributes.of({
            // It is in the order of Tab without; but checkers of accessibility look for it.
            tabindex: '0',
            'aria-label': label,
            'aria-description': 'To leave with Tab, press Escape first.',
          }),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.updateListener.of(({ docChanged }) => docChanged && changed()),
          this.#changes.of([]),
          this.#typing.of([]),
        ],
      });
    this.#view = new EditorView({ root, parent: root, state: this.#begin(text, support) });
  }

  /** Shows `text`, which is in a language. A text that was left is as it was, with its history. */
  turnTo(language: Language, text: string): void {
    if (language === this.#language && text === this.text) return;
    if (language !== this.#language) this.#left.set(this.#language, this.#view.state);
    const left = language === this.#language ? undefined : this.#left.get(language);
    this.#language = language;
    this.#moved = null;
    const isSame = left?.doc.toString() === text;
    this.#view.setState(left && isSame ? left : this.#begin(text, []));
    // What it showed when it was left is of then.
    const none = PROBLEM_KINDS.map((kind) => setProblems.of({ kind, problems: [] }));
    this.#view.dispatch({ effects: [markLines.of(new Map()), this.#changes.reconfigure([]), ...none] });
    if (isSame) return;
    loadLanguage(language).then((support) => {
      if (this.#language === language) this.#view.dispatch({ effects: this.#support.reconfigure(support) });
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Replaces the text as one step that can be undone. Moves the cursor only if its place is gone. */
  replace(text: string): void {
    const { state } = this.#view;
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: Math.min(state.selection.main.head, text.length) },
      userEvent: 'input.replace',
    });
  }

  /** Whether the text can be read but not typed in. */
  set isReadOnly(isReadOnly: boolean) {
    this.#view.dispatch({ effects: this.#typing.reconfigure(EditorState.readOnly.of(isReadOnly)) });
  }

  focus(): void {
    this.#view.focus();
  }

  get hasFocus(): boolean {
    return this.#view.hasFocus;
  }

  /** Marks lines, and only these; null leaves none. */
  mark(lines: MarkedLines | null): void {
    this.#view.dispatch({ effects: markLines.of(lines ?? new Map()) });
  }

  /**
   * Shows the problems of a kind, and only these. Those that are new are scrolled into view; the cursor stays where it
   * is, as somebody may be typing.
   */
  show(kind: ProblemKind, problems: readonly Problem[], isNew = false): void {
    this.#view.dispatch({ effects: setProblems.of({ kind, problems }) });
    const [first] = problems;
    if (!first || !isNew) return;
    this.#view.dispatch({ effects: EditorView.scrollIntoView(this.#offset(first), { yMargin: 60 }) });
    const count = problems.length === 1 ? '' : `${problems.length} errors. `;
    this.#view.dispatch({
      effects: EditorView.announce.of(`${count}Line ${first.line}: ${first.text}`),
    });
  }

  /** Moves the cursor to a line and column, from 1. */
  goTo(line: number, column: number): void {
    const anchor = this.#offset({ line, column });
    this.#view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    this.focus();
  }

  #offset({ line, column }: { line: number; column: number }): number {
    const { doc } = this.#view.state;
    const { from, to } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return Math.min(from + Math.max(column - 1, 0), to);
  }

  /** Scrolls the editor's own box, never the page, until the line is in view. */
  reveal(number: number): void {
    const { scrollDOM, state } = this.#view;
    if (number > state.doc.lines) return;
    const { top, bottom } = this.#view.lineBlockAt(state.doc.line(number).from);
    const { scrollTop, clientHeight } = scrollDOM;
    if (top < scrollTop || bottom > scrollTop + clientHeight) scrollDOM.scrollTop = top - clientHeight / 3;
  }

  select(anchor: number, head: number): void {
    this.#view.dispatch({ selection: { anchor, head } });
  }

  /** Remembers its cursor, scroll position and focus, before it is moved in the page. */
  remember(): void {
    const { scrollTop } = this.#view.scrollDOM;
    this.#moved = { scrollTop, hasFocus: this.hasFocus, selection: this.#view.state.selection };
  }

  /** Restores them: the browser loses the cursor and, without `moveBefore`, the rest. */
  restore(): void {
    if (this.#moved === null) return;
    const { scrollTop, hasFocus, selection } = this.#moved;
    this.#moved = null;
    if (hasFocus) {
      if (!this.hasFocus) this.focus();
      // In the page itself: the editor takes over what it finds there.
      const anchor = this.#view.domAtPos(selection.main.anchor);
      const head = this.#view.domAtPos(selection.main.head);
      const { root } = this.#view;
      const inPage =
        'getSelection' in root && typeof root.getSelection === 'function' ? root.getSelection() : null;
      (inPage ?? getSelection())?.setBaseAndExtent(anchor.node, anchor.offset, head.node, head.offset);
    }
    if (!this.#view.state.selection.eq(selection)) this.#view.dispatch({ selection });
    if (this.#view.scrollDOM.scrollTop !== scrollTop) this.#view.scrollDOM.scrollTop = scrollTop;
  }

  /** Shows what differs from `original`, in the text itself; null shows the text alone. */
  async compare(original: string | null): Promise<void> {
    if (original === null) return this.#view.dispatch({ effects: this.#changes.reconfigure([]) });
    const { unifiedMergeView } = await import('@codemirror/merge');
    const merge = unifiedMergeView({ original, mergeControls: false, syntaxHighlightDeletions: true });
    this.#view.dispatch({ effects: this.#changes.reconfigure(merge) });
  }
}
