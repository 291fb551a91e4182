/**
 * Takes what the teacher of a room has repaired in the program into the copy on the page, and keeps the text that was
 * there: a button exchanges the two.
 */
import type { Language } from '../../server/spec/language.ts';
import type { OwnTexts } from './own-texts.ts';
import { isSame, runOnPage } from './page-program.ts';
import type { ProgramBox } from './program-box.ts';
import { copyOnPage, givenInRoom, repairOf, setCopy } from './room-copy.ts';
import { UNREACHABLE } from './unreachable.ts';

/** What else a repair asks of the editor. */
type Editor = {
  keepDraft(): void;
  /** Shows the program in a language; returns why that cannot be, in a sentence, or null. */
  turnTo(language: Language): string | null;
};

/** The element that the editor is. */
type Place = HTMLElement & { open(text: string, words: string): void; say(words: string): void };

export class RoomRepair {
  readonly #place: Place;
  readonly #box: ProgramBox;
  readonly #texts: OwnTexts;
  readonly #editor: Editor;
  /** What a repair replaced, in its language. */
  #mine: { text: string; language: Language } | null = null;
  #isTaking = false;

  constructor(place: Place, box: ProgramBox, texts: OwnTexts, editor: Editor) {
    this.#place = place;
    this.#box = box;
    this.#texts = texts;
    this.#editor = editor;
  }

  /** Takes the repair, if there is one that is not in the copy yet. */
  async take(): Promise<void> {
    const { draft, isTouched } = this.#texts.own;
    const given = givenInRoom();
    const copy = copyOnPage(draft.place);
    if (given === null || copy === null || this.#isTaking) return;
    // A page that was loaded since has the repaired program; a draft of the one before may be in this browser.
    const isLoaded = copy.number === given;
    const before = isLoaded && runOnPage() === null ? draft.earlier(copy) : null;
    if (before) this.#setMine(before.text);
    if (isLoaded && (before === null || isTouched)) return;
    this.#isTaking = true;
    const own = (language: Language) => before?.text ?? this.#textIn(language);
    const repair = await repairOf(before?.given ?? copy, given, own);
    this.#isTaking = false;
    if (repair === null) return this.#place.say(UNREACHABLE);
    const mine = own(repair.language);
    this.#editor.keepDraft();
    if (!isLoaded) repair.settle();
    setCopy(given);
    const why = this.#editor.turnTo(repair.language);
    if (why !== null) return this.#place.say(`Your teacher has repaired the program. ${why}`);
    const taken = this.#texts.own;
    taken.draft.moveTo({ ...copy, number: given });
    taken.original = repair.given;
    if (isSame(mine, repair.text)) return;
    const how = repair.isMerged
      ? 'The repair is in your copy, beside what you have changed.'
      : 'This is the repaired program; you have changed the same lines.';
    const words = `Your teacher has repaired the program. ${how} “Bring back my text” undoes that.`;
    this.#place.open(repair.text, words);
    this.#setMine(mine);
  }

  /** Brings back the text that was here before a repair, or what that has replaced. */
  exchange(): void {
    const { language } = this.#texts.own;
    if (this.#mine?.language !== language) return;
    const shown = this.#textIn(language);
    this.#box.replace(this.#mine.text);
    this.#setMine(shown);
    this.#place.say('This is your text again. The same button brings back the other one.');
  }

  /** Offers the button where there is such a text in the language that is shown. */
  showButton(): void {
    const button = this.#place.querySelector<HTMLButtonElement>('.own-mine');
    if (button) button.hidden = this.#mine?.language !== this.#texts.own.language;
  }

  #textIn(language: Language): string {
    const { language: shown } = this.#texts;
    return language === shown ? this.#box.text : (this.#texts.in(language).text ?? '');
  }

  #setMine(text: string): void {
    this.#mine = { text, language: this.#texts.own.language };
    this.showButton();
  }
}
