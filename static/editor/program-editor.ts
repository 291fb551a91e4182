/**
 * `<program-editor>`: the program while it is edited. It holds the form's textarea (views/page/program-field.ts),
 * which is whole without it, and puts an editor in its place as soon as that is loaded. htmx moves the element over to
 * each new run (`hx-preserve`), with its cursor, its undo history and its scroll position.
 */
import { LANGUAGE_NAMES, type Language } from '../../server/spec/language.ts';
import { looksLikeScript } from '../../server/spec/python.ts';
import { isolated } from '../../server/words/isolated.ts';
import { shownText } from '../../server/words/shown-text.ts';
import type { LineMarks } from '../run/line-marks.ts';
import { changedLines } from './changed-lines.ts';
import type { CodeEditor } from './code-editor.ts';
import type { Drafts } from './drafts.ts';
import { Estimate } from './estimate.ts';
import { takeFiles } from './files.ts';
import { Hints } from './hints.ts';
import { loadLanguage } from './languages.ts';
import { beginBar, showHints, showStanding, showText } from './own-bar.ts';
import { openDrafts } from './own-draft.ts';
import { chooseLanguage, fitRuntime, languageChosen } from './own-runtime.ts';
import { OwnText } from './own-text.ts';
import {
  isSame,
  languageRun,
  lessonOnPage,
  placeLinked,
  pressRun,
  programRead,
  refusedLines,
  runOnPage,
  takeKey,
} from './page-program.ts';
import type { Problem } from './problems.ts';
import { RoomRepair } from './room-repair.ts';
import { UNREACHABLE } from './unreachable.ts';

/** How long after the last key the draft is kept, in ms. */
const REST_MS = 300;

export class ProgramEditor extends HTMLElement {
  #editor: CodeEditor | null = null;
  #isLoading = false;
  /** The language of the program that is shown: that of the runtime that is chosen. */
  #language: Language = 'ts';
  /** The program by language, of those that were looked at. */
  readonly #owns = new Map<Language, OwnText>();
  #drafts: Drafts | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What Reset replaced, until the next change. */
  #beforeReset: string | null = null;
  #isCompared = false;
  /** What the teacher of a room repairs. */
  readonly #repair = new RoomRepair(this, {
    own: () => this.#own,
    textIn: (language) => this.#textIn(language),
    keepDraft: () => this.#keepDraft(),
    turnTo: (language) => this.#turnTo(language),
    replace: (text) => this.#replace(text),
  });
  /** What is marked at the lines of the program that was run, and what it has thrown there. */
  #marks: ReadonlyMap<number, LineMarks> = new Map();
  #thrown: readonly Problem[] = [];
  #isRunShown = false;
  /** What the server refused in the program as it was sent. */
  #refused: readonly Problem[] = [];
  #isBegun = false;
  readonly #estimate = new Estimate();
  /** Whether the page came with a program that is not a lesson's own. */
  #isOwn = false;
  readonly #hints = new Hints((hints) => {
    this.#editor?.show('hint', hints ?? []);
    showHints(this, hints === null ? null : hints.length);
  });

  connectedCallback(): void {
    // In a browser without `moveBefore`, this is also called when a new run takes the element over.
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#isOwn = document.querySelector('#run-form[data-own]') !== null;
    this.#begin();
    beginBar(this);
    this.#details.addEventListener('toggle', () => this.#toggled());
    this.#textarea.addEventListener('input', () => this.#changed());
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
    document.addEventListener('htmx:before:swap', () => this.#editor?.remember());
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
    const isLocked = document.querySelector('#room-bar[data-locked]') !== null;
    this.#textarea.readOnly = isLocked;
    if (this.#editor) this.#editor.isReadOnly = isLocked;
  }

  /** With it, `moveBefore` leaves out `connectedCallback`. */
  connectedMoveCallback(): void {}

  get text(): string {
    return this.#editor?.text ?? this.#textarea.value;
  }

  /** Whether the program is as the run on the page has run it. */
  get isAsRun(): boolean {
    const read = programRead();
    return read !== null && isSame(shownText(this.text), read);
  }

  /** Marks lines for the run on the page, as long as the program is what was run. */
  showMarks(marks: ReadonlyMap<number, LineMarks>): void {
    this.#marks = marks;
    if (this.isAsRun) this.#editor?.mark(marks);
  }

  /** Shows what the run on the page has thrown, as long as the program is what was run. */
  showThrown(thrown: readonly Problem[]): void {
    this.#thrown = thrown;
    this.#editor?.show('thrown', this.isAsRun ? thrown : []);
  }

  /** Scrolls the editor's own box until a line is in view, unless somebody is typing. */
  reveal(line: number): void {
    if (this.isAsRun && !this.#editor?.hasFocus) this.#editor?.reveal(line);
  }

  /**
   * Shows another program, as one step that can be undone, and says where it came from; or says why this server runs no
   * programs in its language.
   */
  open(text: string, words: string, language = this.#language): void {
    const why = this.#turnTo(language);
    if (why === null) {
      this.#details.open = true;
      this.#replace(text);
    }
    this.say(why ?? words);
  }

  get #details(): HTMLDetailsElement {
    return this.querySelector('details') ?? document.createElement('details');
  }

  get #textarea(): HTMLTextAreaElement {
    return this.querySelector('textarea') ?? document.createElement('textarea');
  }

  #toggled(): void {
    this.#show();
    if (!this.#details.open) return;
    this.#load();
    if (this.#own.original === null) this.#own.reset().then(() => this.#show());
    // The reader opened it, not a draft: the editor now stands beside the timelines.
    if (!document.activeElement?.matches('.own > summary')) return;
    if (this.#editor) this.#editor.focus();
    else this.#textarea.focus({ preventScroll: true });
    const top = matchMedia('(min-width: 56.25rem)').matches ? '#run .run-head' : '#program';
    document.querySelector(top)?.scrollIntoView({ block: 'start' });
  }

  /** Puts the editor in the textarea's place. If it cannot be loaded, the textarea stays. */
  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const { language } = this.#own;
    const [loaded, support] = await Promise.all([
      import('./code-editor.ts').catch(() => null),
      loadLanguage(language),
    ]);
    const textarea = this.#textarea;
    const host = textarea.parentElement;
    if (loaded === null || host === null) {
      this.#isLoading = false;
      return;
    }
    const hadFocus = document.activeElement === textarea;
    // The textarea has no slot in it, so it is no longer drawn; it stays the form's field.
    const root = host.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#editor = new loaded.CodeEditor(root, textarea.value, { language, support }, 'Program', {
      changed: () => {
        textarea.value = this.text;
        this.#changed();
      },
      run: pressRun,
      pressed: (line) => this.dispatchEvent(new CustomEvent('line-press', { bubbles: true, detail: line })),
    });
    this.#editor.turnTo(this.#language, textarea.value);
    this.#lock();
    this.#editor.select(textarea.selectionStart, textarea.selectionEnd);
    if (hadFocus) this.#editor.focus();
    this.#editor.show('syntax', this.#refused, true);
    this.#show();
    this.#isRunShown = false;
    this.#showRun();
    // The lines of a run that has ended are marked once.
    this.dispatchEvent(new Event('editor-ready', { bubbles: true }));
    if (this.#own.isChanged(this.text, this.#isOwn)) this.#askHints();
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
    if (this.#editor === null || place === null) return;
    event.preventDefault();
    this.#details.open = true;
    this.#editor.goTo(place.line, place.column);
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
    this.#replace(text);
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
    const isShown = await this.#editor?.compare(original).catch(() => false);
    if (isShown === false) return this.say(UNREACHABLE);
    this.#isCompared = original !== null;
    this.#show();
  }

  #replace(text: string): void {
    if (this.#editor === null) {
      this.#textarea.value = text;
      this.#changed();
    } else this.#editor.replace(text);
  }

  #changed(): void {
    this.#own.isTouched = true;
    this.dispatchEvent(new CustomEvent('program-change'));
    // The editor's marks stay on lines that have not changed; the list names lines by their numbers.
    document.querySelector('.code-errors')?.remove();
    this.#refused = [];
    this.#beforeReset = null;
    this.say('');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keepDraft(), REST_MS);
    this.#show();
    this.#showRun();
    if (this.#editor) this.#askHints();
  }

  /** There are none for programs in Python. */
  #askHints(): void {
    if (this.#language === 'ts') this.#hints.ask(this.text);
    else this.#hints.stop();
  }

  /** A new run, or a refused form, has come. */
  swapped(): void {
    this.#editor?.restore();
    this.#keepDraft();
    this.#followRuntime();
    this.#refused = refusedLines();
    if (this.#refused.length > 0) this.#details.open = true;
    this.#editor?.show('syntax', this.#refused, true);
    this.#show();
    this.#showRun();
  }

  /** Shows what is known of the run on the page; of an edited program nothing, until it is as before again. */
  #showRun(): void {
    const { isAsRun } = this;
    if (isAsRun === this.#isRunShown) return;
    this.#isRunShown = isAsRun;
    this.#editor?.mark(isAsRun ? this.#marks : null);
    if (isAsRun) this.#editor?.show('thrown', this.#thrown);
  }

  /** Shows how the program differs from the lesson's, and from what was run. */
  #show(): void {
    const { text, isAsRun } = this;
    const isChanged = this.#own.isChanged(text, this.#isOwn);
    const isOfOtherLanguage = (languageRun() ?? this.#language) !== this.#language;
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
      isCompared: this.#editor && this.#isCompared,
      newer: isAsRun || runOnPage() === null ? null : isOfOtherLanguage ? otherWords(language) : CHANGED,
    });
  }

  /** Reports whether a program is a script, which takes no notice of most settings. */
  #isScript(code: string): boolean {
    return looksLikeScript({ code, runtime: this.#language === 'py' ? 'python' : 'node' });
  }

  /** Says something once: in words on the page, which screen readers read out. */
  say(words: string): void {
    const place = this.querySelector('.own-said');
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** Begins with the language that is chosen in the form or, on a page without a run, that of the newest draft. */
  #begin(): void {
    const textarea = this.#textarea;
    const served = this.dataset.language === 'py' ? 'py' : 'ts';
    // A link may have put a program there that is in the other language: see code-link.ts.
    const filled = textarea.dataset.language ?? served;
    this.#drafts = openDrafts();
    this.#language = served;
    const text = filled === served ? textarea.value : textarea.defaultValue;
    this.#owns.set(served, new OwnText(served, this.#drafts, textarea.defaultValue, text));
    if (filled !== served) this.#ownIn(filled === 'py' ? 'py' : 'ts').text = textarea.value;
    textarea.value = this.#own.text ?? '';
    this.#followRuntime();
    const other = this.#language === 'ts' ? 'py' : 'ts';
    const isNewer = (this.#ownIn(other).draft.at ?? 0) > (this.#own.draft.at ?? 0);
    const isFree = runOnPage() === null && !new URLSearchParams(location.search).has('runtime');
    if (isNewer && isFree && !location.hash.startsWith('#code=')) this.#turnTo(other);
    if (this.#own.isTouched) this.#details.open = true;
  }

  /** The program in the language that is shown. */
  get #own(): OwnText {
    return this.#ownIn(this.#language);
  }

  /** Returns the program in a language. */
  #ownIn(language: Language): OwnText {
    const own = this.#owns.get(language) ?? new OwnText(language, this.#drafts, null);
    this.#owns.set(language, own);
    return own;
  }

  #textIn(language: Language): string {
    return language === this.#language ? this.text : (this.#ownIn(language).text ?? '');
  }

  /** Chooses a runtime of a language, and shows the program in it. Returns why that cannot be, in a sentence; else null. */
  #turnTo(language: Language): string | null {
    const why = chooseLanguage(language);
    if (why === null) this.#followRuntime();
    return why;
  }

  /** Shows the program in the language of the runtime that is chosen; that in the other language stays as it is. */
  #followRuntime(): void {
    const language = languageChosen() ?? this.#language;
    if (language === this.#language) return;
    this.#keepDraft();
    this.#isCompared = false;
    this.#beforeReset = null;
    this.#refused = [];
    document.querySelector('.code-errors')?.remove();
    this.#own.text = this.text;
    this.#language = language;
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
    this.#textarea.value = text;
    this.#editor?.turnTo(this.#language, text);
    this.#lock();
    this.say('');
    this.#isRunShown = false;
    this.#show();
    this.#showRun();
    this.#repair.showButton();
    if (this.#editor) this.#askHints();
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
