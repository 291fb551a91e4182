/**
 * `<program-editor>`: the program while it is edited, and all that follows from a change: the draft, the hints, and what
 * the page says of it. htmx moves the element over to each new run (`hx-preserve`), with its cursor, its undo history and
 * its scroll position.
 */
import { LANGUAGE_NAMES, type Language } from '../../server/spec/language.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import { isolated } from '../../server/words/isolated.ts';
import { shownText } from '../../server/words/shown-text.ts';
import type { LineMarks } from '../run/line-marks.ts';
import { changedLines } from './changed-lines.ts';
import { Estimate } from './estimate.ts';
import { takeFiles } from './files.ts';
import { Hints } from './hints.ts';
import { LineNotes } from './line-notes.ts';
import { beginBar, showHints, showStanding, showText } from './own-bar.ts';
import { chooseLanguage, fitRuntime, languageChosen } from './own-runtime.ts';
import type { OwnText } from './own-text.ts';
import { OwnTexts } from './own-texts.ts';
import {
  isSame,
  languageRun,
  lessonOnPage,
  placeLinked,
  programRead,
  refusedLines,
  runOnPage,
  takeKey,
} from './page-program.ts';
import type { Problem } from './problems.ts';
import { ProgramBox } from './program-box.ts';
import { RoomRepair } from './room-repair.ts';
import { UNREACHABLE } from './unreachable.ts';

/** How long after the last key the draft is kept, in ms. */
const REST_MS = 300;

export class ProgramEditor extends HTMLElement {
  readonly #box = new ProgramBox(this, {
    changed: () => this.#changed(),
    pressed: (line) => this.dispatchEvent(new CustomEvent('line-press', { bubbles: true, detail: line })),
  });
  readonly #texts = new OwnTexts();
  readonly #notes = new LineNotes(this.#box);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What Reset replaced, until the next change. */
  #beforeReset: string | null = null;
  #isCompared = false;
  /** What the teacher of a room repairs. */
  readonly #repair = new RoomRepair(this, this.#box, this.#texts, {
    keepDraft: () => this.#keepDraft(),
    turnTo: (language) => this.#turnTo(language),
  });
  #isBegun = false;
  readonly #estimate = new Estimate();
  readonly #hints = new Hints((hints) => {
    this.#box.editor?.show('hint', hints ?? []);
    showHints(this, hints === null ? null : hints.length);
  });

  connectedCallback(): void {
    // In a browser without `moveBefore`, this is also called when a new run takes the element over.
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#begin();
    beginBar(this);
    this.#details.addEventListener('toggle', () => this.#toggled());
    this.#box.textarea.addEventListener('input', () => this.#changed());
    this.addEventListener('click', (event) => this.#click(event));
    this.addEventListener('keydown', takeKey);
    const taken = (text: string, language: Language, name: string) => {
      const words = `This is now the program of “${isolated(name)}”. Undo brings back what was here.`;
      this.open(text, words, language);
    };
    takeFiles(this, taken, (words) => this.say(words));
    document.addEventListener('click', (event) => this.#follow(event));
    document.addEventListener('input', ({ target }) => {
      if (target instanceof HTMLInputElement && target.form?.id === 'run-form') this.#followRuntime();
    });
    // The browser may restore the form.
    window.addEventListener('pageshow', () => this.#followRuntime());
    document.addEventListener('htmx:before:swap', () => this.#box.editor?.remember());
    document.addEventListener('room-change', () => {
      this.#lock();
      this.#repair.take();
    });
    window.addEventListener('pagehide', () => this.#keepDraft());
    // The editor draws only the lines in view.
    window.addEventListener('beforeprint', () => showText(this, this.isAsRun ? null : this.text));
    window.addEventListener('afterprint', () => this.#show());
    if (this.#details.open) this.#toggled();
    this.#show();
    this.#lock();
    this.#repair.take();
  }

  /** Lets nobody type while the teacher of the room has locked editing. The text stays. */
  #lock(): void {
    this.#box.isReadOnly = document.querySelector('#room-bar[data-locked]') !== null;
  }

  /** With it, `moveBefore` leaves out `connectedCallback`. */
  connectedMoveCallback(): void {}

  get text(): string {
    return this.#box.text;
  }

  /** Whether the program is as the run on the page has run it. */
  get isAsRun(): boolean {
    const read = programRead();
    return read !== null && isSame(shownText(this.text), read);
  }

  /** Marks lines for the run on the page, as long as the program is what was run. */
  showMarks(marks: ReadonlyMap<number, LineMarks>): void {
    this.#notes.mark(marks, this.isAsRun);
  }

  /** Shows what the run on the page has thrown, as long as the program is what was run. */
  showThrown(thrown: readonly Problem[]): void {
    this.#notes.showThrown(thrown, this.isAsRun);
  }

  /** Scrolls the editor's own box until a line is in view, unless somebody is typing. */
  reveal(line: number): void {
    const { editor } = this.#box;
    if (this.isAsRun && !editor?.hasFocus) editor?.reveal(line);
  }

  /**
   * Shows another program, as one step that can be undone, and says where it came from; or says why this server runs no
   * programs in its language.
   */
  open(text: string, words: string, language = this.#texts.language): void {
    const why = this.#turnTo(language);
    if (why === null) {
      this.#details.open = true;
      this.#box.replace(text);
    }
    this.say(why ?? words);
  }

  get #details(): HTMLDetailsElement {
    return this.querySelector('details') ?? document.createElement('details');
  }

  #toggled(): void {
    this.#show();
    if (!this.#details.open) return;
    this.#load();
    if (this.#own.original === null) this.#own.reset().then(() => this.#show());
    // The reader opened it, not a draft: the editor now stands beside the timelines.
    if (!document.activeElement?.matches('.own > summary')) return;
    this.#box.focus();
    const top = matchMedia('(min-width: 56.25rem)').matches ? '#run .run-head' : '#program';
    document.querySelector(top)?.scrollIntoView({ block: 'start' });
  }

  async #load(): Promise<void> {
    if (!(await this.#box.load(this.#texts))) return;
    this.#show();
    this.#notes.showAll(this.isAsRun);
    // The lines of a run that has ended are marked once.
    this.dispatchEvent(new Event('editor-ready', { bubbles: true }));
    if (this.#texts.isChanged(this.text)) this.#askHints();
  }

  #click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    if (target.matches('.own-reset')) this.#reset();
    if (target.matches('.own-compare')) this.#compare();
    if (target.matches('.own-mine')) this.#repair.exchange();
  }

  /** Goes to the line that a link names: of an error in the list beside Run, or, while it is edited, of the console. */
  #follow(event: MouseEvent): void {
    const place = placeLinked(event.target, this.#details.open && this.isAsRun);
    const { editor } = this.#box;
    if (editor === null || place === null) return;
    event.preventDefault();
    this.#details.open = true;
    editor.goTo(place.line, place.column);
  }

  /** Brings back the lesson's program, or what that has replaced. */
  async #reset(): Promise<void> {
    const before = this.#beforeReset;
    const own = this.#own;
    const text = before ?? (await own.reset());
    // Another language was chosen meanwhile.
    if (own !== this.#own) return;
    if (text === null) return this.say(UNREACHABLE);
    const replaced = this.text;
    this.#box.replace(text);
    this.#beforeReset = before === null ? replaced : null;
    this.#show();
    const reset = `This is the ${lessonOnPage() === '' ? 'program as it was' : 'lesson’s program again'}.`;
    this.say(before === null ? reset : 'Your program is back.');
  }

  async #compare(): Promise<void> {
    const own = this.#own;
    const original = this.#isCompared ? null : await own.reset();
    if (own !== this.#own) return;
    if (original === null && !this.#isCompared) return this.say(UNREACHABLE);
    const isShown = await this.#box.editor?.compare(original).catch(() => false);
    if (isShown === false) return this.say(UNREACHABLE);
    this.#isCompared = original !== null;
    this.#show();
  }

  #changed(): void {
    this.#own.isTouched = true;
    this.dispatchEvent(new CustomEvent('program-change'));
    this.#notes.dropRefused();
    this.#beforeReset = null;
    this.say('');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keepDraft(), REST_MS);
    this.#show();
    this.#notes.follow(this.isAsRun);
    if (this.#box.editor) this.#askHints();
  }

  /** There are none for programs in Python. */
  #askHints(): void {
    if (this.#texts.language === 'ts') this.#hints.ask(this.text);
    else this.#hints.stop();
  }

  /** A new run, or a refused form, has come. */
  swapped(): void {
    this.#box.editor?.restore();
    this.#keepDraft();
    this.#followRuntime();
    const refused = refusedLines();
    if (refused.length > 0) this.#details.open = true;
    this.#notes.showRefused(refused);
    this.#show();
    this.#notes.follow(this.isAsRun);
  }

  /** Shows how the program differs from the lesson's, and from what was run. */
  #show(): void {
    const { text, isAsRun } = this;
    const isChanged = this.#texts.isChanged(text);
    const isOfOtherLanguage = (languageRun() ?? this.#texts.language) !== this.#texts.language;
    // While the editor is closed: what Run would run, if it is not what has run, nor the lesson's in another language.
    const isOther = !isAsRun && (this.#details.open || isChanged || !isOfOtherLanguage);
    this.classList.toggle('is-other', isOther);
    showText(this, isOther && !this.#details.open ? text : null);
    fitRuntime(isChanged);
    // What the lesson asks is about its own program.
    document.documentElement.classList.toggle('edited', isChanged);
    this.#estimate.follow(isChanged, this.#own.isServed(text));
    document.documentElement.classList.toggle('is-script', isChanged && this.#isScript(text));
    const { original, language } = this.#own;
    showStanding(this, {
      isOfLesson: lessonOnPage() !== '',
      isBlank: isBlank(text),
      lines: original === null ? null : changedLines(original, text),
      isReset: this.#beforeReset !== null,
      isCompared: this.#box.editor && this.#isCompared,
      newer: isAsRun || runOnPage() === null ? null : isOfOtherLanguage ? otherWords(language) : CHANGED,
    });
  }

  /** Reports whether a program is a script, which takes no notice of most settings. */
  #isScript(code: string): boolean {
    return looksLikeScript({ code, runtime: this.#texts.language === 'py' ? 'python' : 'node' });
  }

  /** Says something once: in words on the page, which screen readers read out. */
  say(words: string): void {
    const place = this.querySelector('.own-said');
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** Begins with the language that is chosen in the form or, on a page without a run, that of the newest draft. */
  #begin(): void {
    this.#texts.begin(this.#box.textarea, this.dataset.language === 'py' ? 'py' : 'ts');
    this.#followRuntime();
    const { newer } = this.#texts;
    const isFree = runOnPage() === null && !new URLSearchParams(location.search).has('runtime');
    if (newer && isFree && !location.hash.startsWith('#code=')) this.#turnTo(newer);
    if (this.#own.isTouched) this.#details.open = true;
  }

  /** The program in the language that is shown. */
  get #own(): OwnText {
    return this.#texts.own;
  }

  /** Chooses a runtime of a language, and shows the program in it. Returns why that cannot be, in a sentence; else null. */
  #turnTo(language: Language): string | null {
    const why = chooseLanguage(language);
    if (why === null) this.#followRuntime();
    return why;
  }

  /** Shows the program in the language of the runtime that is chosen; that in the other language stays as it is. */
  #followRuntime(): void {
    const language = languageChosen() ?? this.#texts.language;
    if (language === this.#texts.language) return;
    this.#keepDraft();
    this.#isCompared = false;
    this.#beforeReset = null;
    this.#notes.dropRefused();
    this.#own.text = this.text;
    this.#texts.language = language;
    const own = this.#own;
    this.#fill(own.text ?? '');
    if (own.text !== null) return;
    own.reset().then((text) => {
      // It may have been written, or left again, meanwhile.
      if (own.isTouched || own.text !== null) return;
      if (this.#own !== own) own.text = text;
      else if (text !== null) this.#fill(text);
      else this.say(UNREACHABLE);
    });
  }

  /** Shows a text in the language of the program. */
  #fill(text: string): void {
    this.#box.fill(text, this.#texts.language);
    this.#lock();
    this.say('');
    this.#show();
    this.#notes.renew(this.isAsRun);
    this.#repair.showButton();
    if (this.#box.editor) this.#askHints();
  }

  #keepDraft(): void {
    clearTimeout(this.#timer);
    if (!this.#own.keep(this.text))
      this.say('The browser cannot keep this program. Copy it before you leave the page.');
  }
}

const CHANGED = 'Changed since this run, so no lines are marked.';

function otherWords(language: Language): string {
  const other = LANGUAGE_NAMES[language === 'py' ? 'ts' : 'py'];
  return `This run was of a program in ${other}, so no lines are marked here.`;
}

/** Reports whether a text is no program: then a lesson's own runs. */
function isBlank(text: string): boolean {
  return text.trim() === '';
}
