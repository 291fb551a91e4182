/** The draft of the program on the page. */
import { Drafts } from './drafts.ts';
import { isSame, lessonOnPage, runOnPage } from './page-program.ts';
import { tabId } from './tab.ts';

export class OwnDraft {
  /** Null if the browser denies storage: the text then lasts as long as the page. */
  #drafts: Drafts | null = null;
  /** Where the draft was begun: see `Draft`. */
  #place: string;
  /** The program that the server has put into the page. */
  readonly #served: string;

  constructor(served: string) {
    this.#served = served;
    const run = runOnPage();
    this.#place = run === null ? `lesson ${lessonOnPage()}` : `run ${run}`;
    try {
      this.#drafts = new Drafts(localStorage, tabId());
    } catch {
      // It stays null.
    }
  }

  /** Returns what was written here before; null if that is nothing, or what the page has anyway. */
  find(): string | null {
    const draft = this.#drafts?.find(this.#place, runOnPage()) ?? null;
    if (draft?.text == null) return null;
    this.#place = draft.place;
    return isSame(draft.text, this.#served) ? null : draft.text;
  }

  /**
   * Keeps `text`, or that there is nothing to keep. `original` is the lesson's program, if it is known. Returns false if
   * the text cannot be kept.
   */
  keep(text: string, original: string | null): boolean {
    // A draft that was begun at a lesson differs from the lesson, whatever run the page shows by now.
    const own = this.#place.startsWith('run ') ? this.#served : original;
    const isOwn = own !== null && isSame(text, own);
    const draft = { place: this.#place, text: isOwn ? null : text, run: runOnPage() };
    return this.#drafts?.keep(draft) ?? true;
  }
}
