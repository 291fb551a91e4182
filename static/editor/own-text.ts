/** The program on the page in one language: its text, the lesson's own, and the draft. */
import type { Language } from '../../server/spec/language.ts';
import type { Drafts } from './drafts.ts';
import { OwnDraft } from './own-draft.ts';
import { fetchOriginal, isSame, lessonOnPage, originalOnPage } from './page-program.ts';

export class OwnText {
  readonly language: Language;
  readonly draft: OwnDraft;
  /** The text while another language is shown; null if it is not known yet. */
  text: string | null;
  /** The program that Reset brings back: the lesson's own; null until it is known. */
  original: string | null = null;
  /** Whether the text was ever another than the server's. */
  isTouched = false;
  /** The program that the server has put into the page's field; null if that is in another language. */
  readonly #served: string | null;

  constructor(language: Language, drafts: Drafts | null, served: string | null, text = served) {
    this.language = language;
    this.#served = served;
    this.draft = new OwnDraft(served, language, drafts);
    const found = this.draft.find();
    this.isTouched = found !== null;
    this.original = originalOnPage(language);
    this.text = found ?? text ?? this.original;
  }

  /** Returns the program that Reset brings back; null if the server cannot be reached. */
  async reset(): Promise<string | null> {
    const isServed = lessonOnPage() === '' && this.#served !== null;
    this.original ??= isServed ? this.#served : await fetchOriginal(this.language);
    return this.original;
  }

  /** Whether Run would run another program than a lesson's with `text`. `isOwn`: the page came with such a program. */
  isChanged(text: string, isOwn: boolean): boolean {
    if (lessonOnPage() === '' || (this.original === null && this.#served !== null && isOwn)) return true;
    const own = this.original ?? this.#served;
    return text.trim() !== '' && own !== null && !isSame(text, own);
  }

  /** Whether `text` is the program that the page's estimate is about. */
  isServed(text: string): boolean {
    const given = this.#served ?? this.original;
    return given === null || isSame(text, given);
  }

  /** Keeps `text` as the draft, if it was ever changed. Returns false if it cannot be kept. */
  keep(text: string): boolean {
    return !this.isTouched || this.draft.keep(text, this.original);
  }
}
