/**
 * Programs that somebody is writing, as this browser keeps them: they survive a reload and are sent nowhere. Each tab
 * writes its own draft of a place in each language, so two tabs never overwrite each other's text.
 */
import type { Language } from '../../server/spec/language.ts';

/** The part of `Storage` that is used. */
export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/**
 * A draft. `place`: where it was begun, a lesson, a challenge, a copy in a room or a run. `text`: null if it has been reset. `run`: the run that the
 * page showed last, whose address it then had. `language`: JavaScript if left out.
 */
export type Draft = { place: string; text: string | null; run: string | null; language?: Language };

type Kept = Draft & { key: string; tab: string; at: number };

/** The number is that of the format. */
const PREFIX = 'program:1:';
/** Most drafts that are kept: the newest. */
const MOST_DRAFTS = 30;
/** Longest text that is kept, in UTF-16 code units; the server takes 64 KiB. */
const MOST_LENGTH = 128 * 1024;

export class Drafts {
  readonly #store: Store;
  readonly #tab: string;

  constructor(store: Store, tab: string) {
    this.#store = store;
    this.#tab = tab;
  }

  /**
   * Returns the draft of a place in a language, or the one that showed `run`: this tab's own or, if it has none, the
   * newest; `at`: when it was kept, in ms. Null if there is none, or if it has been reset.
   */
  find(place: string, run: string | null, language: Language = 'ts'): (Draft & { at: number }) | null {
    const found = this.#all()
      .filter((one) => one.language === language)
      .filter((one) => one.place === place || (run !== null && one.run === run));
    const own = found.find(({ tab }) => tab === this.#tab);
    const draft = own ?? found.find(({ text }) => text !== null);
    return draft && draft.text !== null ? draft : null;
  }

  /** Keeps a draft. Returns false if it is too long, or if the browser has no room. */
  keep({ place, text, run, language = 'ts' }: Draft, at = Date.now()): boolean {
    if (text !== null && text.length > MOST_LENGTH) return false;
    const key = `${PREFIX}${place}:${this.#tab}${language === 'ts' ? '' : `:${language}`}`;
    const others = this.#all().filter((one) => one.key !== key);
    for (const { key } of others.slice(MOST_DRAFTS - 1)) this.#store.removeItem(key);
    try {
      this.#store.setItem(key, JSON.stringify({ place, text, run, language, tab: this.#tab, at }));
      return true;
    } catch {
      return false;
    }
  }

  /** Returns all drafts, the newest first. */
  #all(): Kept[] {
    const keys = Array.from({ length: this.#store.length }, (_, i) => this.#store.key(i));
    return keys
      .flatMap((key) => (key?.startsWith(PREFIX) ? (read(key, this.#store.getItem(key)) ?? []) : []))
      .sort((a, b) => b.at - a.at);
  }
}

/** Returns null for what is no draft: storage is shared with whatever else is at this address. */
function read(key: string, json: string | null): Kept | null {
  try {
    const { place, text, run, language, tab, at } = JSON.parse(json ?? '');
    const isDraft =
      [place, tab].every((one) => typeof one === 'string') &&
      [text, run].every((one) => one === null || typeof one === 'string') &&
      Number.isFinite(at);
    return isDraft ? { key, place, text, run, language: language === 'py' ? 'py' : 'ts', tab, at } : null;
  } catch {
    return null;
  }
}
