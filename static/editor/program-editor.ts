/**
 * `<program-editor>`: the program while it is edited. It holds the form's textarea (views/page/program-field.ts),
 * which is whole without it, and puts an editor in its place as soon as that is loaded. htmx moves the element over to
 * each new run (`hx-preserve`), with its cursor, its undo history and its scroll position.
 */
import { isolated } from '../../server/words/isolated.ts';
import { shownText } from '../../server/words/shown-text.ts';
import type { LineMarks } from '../run/line-marks.ts';
import { changedLines } from './changed-lines.ts';
import type { CodeEditor } from './code-editor.ts';
import { takeFiles } from './files.ts';
import { Hints } from './hints.ts';
import { beginBar, showHints, showStanding, showText } from './own-bar.ts';
import { OwnDraft } from './own-draft.ts';
import { fitRuntime } from './own-runtime.ts';
import {
  fetchLesson,
  isSame,
  lessonOnPage,
  placeLinked,
  pressRun,
  programRead,
  refusedLines,
  runOnPage,
  takeKey,
} from './page-program.ts';
import type { Problem } from './problems.ts';
import { copyOnPage, givenInRoom, repairOf, setCopy } from './room-copy.ts';

/** How long after the last key the draft is kept, in ms. */
const REST_MS = 300;
const UNREACHABLE = 'The server cannot be reached. Try again.';

export class ProgramEditor extends HTMLElement {
  #editor: CodeEditor | null = null;
  #isLoading = false;
  #draft: OwnDraft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The lesson's own program; null until it is known. */
  #original: string | null = null;
  /** What Reset replaced, until the next change. */
  #beforeReset: string | null = null;
  #isCompared = false;
  /** What a repair replaced. */
  #mine: string | null = null;
  #isRepairing = false;
  /** What is marked at the lines of the program that was run, and what it has thrown there. */
  #marks: ReadonlyMap<number, LineMarks> = new Map();
  #thrown: readonly Problem[] = [];
  #isRunShown = false;
  /** What the server refused in the program as it was sent. */
  #refused: readonly Problem[] = [];
  #isBegun = false;
  /** Whether the page came with a program that is not a lesson's own. */
  #isOwn = false;
  readonly #hints = new Hints((hints) => {
    this.#editor?.show('hint', hints ?? []);
    showHints(this, hints === null ? null : hints.length);
  });
  /** Whether the text was ever another than the server's. */
  #isTouched = false;

  connectedCallback(): void {
    // In a browser without `moveBefore`, this is also called when a new run takes the element over.
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#isOwn = document.querySelector('#run-form[data-own]') !== null;
    this.#restoreDraft();
    beginBar(this);
    this.#details.addEventListener('toggle', () => this.#toggled());
    this.#textarea.addEventListener('input', () => this.#changed());
    this.addEventListener('click', (event) => this.#click(event));
    this.addEventListener('keydown', takeKey);
    const taken = (text: string, name: string) =>
      this.open(text, `This is now the program of “${isolated(name)}”. Undo brings back what was here.`);
    takeFiles(this, taken, (words) => this.say(words));
    document.addEventListener('click', (event) => this.#follow(event));
    document.addEventListener('htmx:before:swap', () => this.#editor?.remember());
    document.addEventListener('room-change', () => {
      this.#lock();
      this.#repair();
    });
    window.addEventListener('pagehide', () => this.#keepDraft());
    // The editor draws only the lines in view.
    window.addEventListener('beforeprint', () => showText(this, this.isAsRun ? null : this.text));
    window.addEventListener('afterprint', () => this.#show());
    if (this.#details.open) this.#toggled();
    this.#show();
    this.#lock();
    this.#repair();
  }

  /** Takes what the teacher of the room has repaired into this copy, and keeps the text as it was. */
  async #repair(): Promise<void> {
    const given = givenInRoom();
    const copy = copyOnPage(this.#draft?.place);
    if (given === null || copy === null || this.#isRepairing) return;
    // A page that was loaded since has the repaired program; a draft of the one before may be in this browser.
    const isLoaded = copy.number === given;
    const before = isLoaded && runOnPage() === null ? (this.#draft?.earlier(copy) ?? null) : null;
    if (before) this.#setMine(before.text);
    if (isLoaded && (before === null || this.#isTouched)) return;
    this.#isRepairing = true;
    const own = () => before?.text ?? this.text;
    const repair = await repairOf(before?.given ?? copy, given, own);
    this.#isRepairing = false;
    if (repair === null) return this.say(UNREACHABLE);
    const mine = own();
    this.#keepDraft();
    if (!isLoaded) repair.settle();
    setCopy(given);
    this.#draft?.moveTo({ ...copy, number: given });
    this.#original = repair.given;
    if (isSame(mine, repair.text)) return;
    const how = repair.isMerged
      ? 'The repair is in your copy, beside what you have changed.'
      : 'This is the repaired program; you have changed the same lines.';
    this.open(repair.text, `Your teacher has repaired the program. ${how} “Bring back my text” undoes that.`);
    this.#setMine(mine);
  }

  /** Offers the text that was here before a repair. */
  #setMine(text: string | null): void {
    this.#mine = text;
    const button = this.querySelector<HTMLButtonElement>('.own-mine');
    if (button) button.hidden = text === null;
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

  /** Shows another program, as one step that can be undone, and says where it came from. */
  open(text: string, words: string): void {
    this.#details.open = true;
    this.#replace(text);
    this.say(words);
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
    if (this.#original === null) this.#lesson().then(() => this.#show());
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
    const loaded = await import('./code-editor.ts').catch(() => null);
    const textarea = this.#textarea;
    const host = textarea.parentElement;
    if (loaded === null || host === null) {
      this.#isLoading = false;
      return;
    }
    const hadFocus = document.activeElement === textarea;
    // The textarea has no slot in it, so it is no longer drawn; it stays the form's field.
    const root = host.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#editor = new loaded.CodeEditor(root, textarea.value, 'Program', {
      changed: () => {
        textarea.value = this.text;
        this.#changed();
      },
      run: pressRun,
      pressed: (line) => this.dispatchEvent(new CustomEvent('line-press', { bubbles: true, detail: line })),
    });
    this.#lock();
    this.#editor.select(textarea.selectionStart, textarea.selectionEnd);
    if (hadFocus) this.#editor.focus();
    this.#editor.show('syntax', this.#refused, true);
    this.#show();
    this.#isRunShown = false;
    this.#showRun();
    // The lines of a run that has ended are marked once.
    this.dispatchEvent(new Event('editor-ready', { bubbles: true }));
    if (this.#isChanged) this.#hints.ask(this.text);
  }

  #click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    if (target.matches('.own-reset')) this.#reset();
    if (target.matches('.own-compare')) this.#compare();
    if (target.matches('.own-mine') && this.#mine !== null) {
      const shown = this.text;
      this.#replace(this.#mine);
      this.#setMine(shown);
      this.say('This is your text again. The same button brings back the other one.');
    }
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
    const text = before ?? (await this.#lesson());
    if (text === null) return this.say(UNREACHABLE);
    const replaced = this.text;
    this.#replace(text);
    this.#beforeReset = before === null ? replaced : null;
    this.#show();
    const reset = `This is the ${lessonOnPage() === '' ? 'program as it was' : 'lesson’s program again'}.`;
    this.say(before === null ? reset : 'Your program is back.');
  }

  async #compare(): Promise<void> {
    const original = this.#isCompared ? null : await this.#lesson();
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
    this.#isTouched = true;
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
    if (this.#editor) this.#hints.ask(this.text);
  }

  /** A new run, or a refused form, has come. */
  swapped(): void {
    this.#editor?.restore();
    this.#keepDraft();
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
    this.classList.toggle('is-other', !isAsRun);
    // While the editor is closed: what Run would run, if it is not what has run.
    showText(this, isAsRun || this.#details.open ? null : text);
    fitRuntime(this.#isChanged);
    // What the lesson asks is about its own program.
    document.documentElement.classList.toggle('edited', this.#isChanged);
    showStanding(this, {
      isOfLesson: lessonOnPage() !== '',
      isBlank: isBlank(text),
      lines: this.#original === null ? null : changedLines(this.#original, text),
      isReset: this.#beforeReset !== null,
      isCompared: this.#editor && this.#isCompared,
      isNewer: !isAsRun && runOnPage() !== null,
    });
  }

  /** Whether Run would run another program than a lesson's. */
  get #isChanged(): boolean {
    if (lessonOnPage() === '' || (this.#original === null && this.#isOwn)) return true;
    if (isBlank(this.text)) return false;
    return !isSame(this.text, this.#original ?? this.#textarea.defaultValue);
  }

  /** Says something once: in words on the page, which screen readers read out. */
  say(words: string): void {
    const place = this.querySelector('.own-said');
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** Returns the lesson's own program; null if the server cannot be reached. */
  async #lesson(): Promise<string | null> {
    const lesson = lessonOnPage();
    this.#original ??= lesson === '' ? this.#textarea.defaultValue : await fetchLesson(lesson);
    return this.#original;
  }

  #restoreDraft(): void {
    this.#draft = new OwnDraft(this.#textarea.value);
    const text = this.#draft.find();
    if (text === null) return;
    this.#isTouched = true;
    this.#textarea.value = text;
    this.#details.open = true;
  }

  #keepDraft(): void {
    clearTimeout(this.#timer);
    if (this.#isTouched && this.#draft?.keep(this.text, this.#original) === false)
      this.say('The browser cannot keep this program. Copy it before you leave the page.');
  }
}

/** Reports whether a text is no program: then a lesson's own runs. */
function isBlank(text: string): boolean {
  return text.trim() === '';
}
