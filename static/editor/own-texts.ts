/** The program on the page in each language. One is shown: in the language of the runtime that is chosen. */
import type { Language } from '../../server/spec/language.ts';
import { openDrafts } from './own-draft.ts';
import { OwnText } from './own-text.ts';

export class OwnTexts {
  readonly #drafts = openDrafts();
  /** Those that were looked at. */
  readonly #owns = new Map<Language, OwnText>();
  /** Whether the page came with a program that is not a lesson's own. */
  #isOwn = false;
  /** The language of the program that is shown. */
  language: Language = 'ts';

  /** Takes what the page's field has, which the server has filled in the language `served`; shows the draft of that. */
  begin(textarea: HTMLTextAreaElement, served: Language): void {
    this.#isOwn = document.querySelector('#run-form[data-own]') !== null;
    // A link may have put a program there that is in the other language: see code-link.ts.
    const filled = textarea.dataset.language ?? served;
    this.language = served;
    const text = filled === served ? textarea.value : textarea.defaultValue;
    this.#owns.set(served, new OwnText(served, this.#drafts, textarea.defaultValue, text));
    if (filled !== served) this.in(filled === 'py' ? 'py' : 'ts').text = textarea.value;
    textarea.value = this.own.text ?? '';
  }

  /** The program in the language that is shown. */
  get own(): OwnText {
    return this.in(this.language);
  }

  /** Returns the program in a language. */
  in(language: Language): OwnText {
    const own = this.#owns.get(language) ?? new OwnText(language, this.#drafts, null);
    this.#owns.set(language, own);
    return own;
  }

  /** The language that is not shown, if its draft is newer than that of the one that is; else null. */
  get newer(): Language | null {
    const other = this.language === 'ts' ? 'py' : 'ts';
    return (this.in(other).draft.at ?? 0) > (this.own.draft.at ?? 0) ? other : null;
  }

  /** Whether Run would run another program than a lesson's with `text`, in the language that is shown. */
  isChanged(text: string): boolean {
    return this.own.isChanged(text, this.#isOwn);
  }
}
