/** The draft of the program on the page, in one language. */
import type { Language } from '../../server/spec/language.ts';
import { Drafts } from './drafts.ts';
import { challengeOnPage, isSame, lessonOnPage, runOnPage } from './page-program.ts';
import { copyOnPage, type Given, placeOf } from './room-copy.ts';
import { tabId } from './tab.ts';

/** Most programs of a room that are looked at: as many as the server keeps. */
const MOST_PROGRAMS = 20;

/** Returns the drafts of this tab; null if the browser denies storage: a text then lasts as long as the page. */
export function openDrafts(): Drafts | null {
  try {
    return new Drafts(localStorage, tabId());
  } catch {
    return null;
  }
}

export class OwnDraft {
  readonly #drafts: Drafts | null;
  /** Where the draft was begun: see `Draft`. */
  #place: string;
  /** The program that the server has put into the page; null if that is in another language. */
  readonly #served: string | null;
  readonly #language: Language;

  constructor(served: string | null, language: Language, drafts: Drafts | null) {
    this.#drafts = drafts;
    this.#served = served;
    this.#language = language;
    const run = runOnPage();
    const copy = copyOnPage();
    const challenge = challengeOnPage();
    const begun = challenge === '' ? `lesson ${lessonOnPage()}` : `challenge ${challenge}`;
    const start = copy ? placeOf(copy) : begun;
    this.#place = run === null ? start : `run ${run}`;
  }

  /** Returns what was written here before; null if that is nothing, or what the page has anyway. */
  find(): string | null {
    const draft = this.#found();
    if (draft?.text == null) return null;
    this.#place = draft.place;
    return this.#served !== null && isSame(draft.text, this.#served) ? null : draft.text;
  }

  /** When something was last written here; null if nothing was. */
  get at(): number | null {
    return this.#found()?.at ?? null;
  }

  #found() {
    return this.#drafts?.find(this.#place, runOnPage(), this.#language) ?? null;
  }

  /** Where it was begun: see `Draft`. */
  get place(): string {
    return this.#place;
  }

  /** From now on, it is the draft of a copy of `given`. That of the copy before stays. */
  moveTo(given: Given): void {
    this.#place = placeOf(given);
  }

  /** Returns the latest draft of a copy of an earlier program of the room; null if there is none. */
  earlier({ room, number }: Given): { given: Given; text: string } | null {
    for (let n = number - 1; n > Math.max(0, number - MOST_PROGRAMS); n--) {
      const text = this.#drafts?.find(placeOf({ room, number: n }), null, this.#language)?.text;
      if (text != null) return { given: { room, number: n }, text };
    }
    return null;
  }

  /**
   * Keeps `text`, or that there is nothing to keep. `original` is the lesson's program, if it is known. Returns false if
   * the text cannot be kept.
   */
  keep(text: string, original: string | null): boolean {
    // A draft that was begun at a lesson differs from the lesson, whatever run the page shows by now.
    const own = this.#place.startsWith('run ') ? this.#served : original;
    const isOwn = own !== null && isSame(text, own);
    const rest = { run: runOnPage(), language: this.#language };
    return this.#drafts?.keep({ place: this.#place, text: isOwn ? null : text, ...rest }) ?? true;
  }
}
