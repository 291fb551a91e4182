/**
 * What this browser keeps about lessons: which are done, the learner's guesses, and explanations in their own words;
 * and which parts of challenges are solved.
 * If the browser denies storage, or it is full, what is kept lasts as long as the page.
 */

const DONE = 'lessons-done';
const SOLVED = 'challenges-solved';
const GUESSES_OF_RUNS = 'guesses';
/** Most runs of which the guess is kept: the newest. */
const MOST_RUNS = 100;

export class KeptByBrowser {
  readonly #page = new Map<string, string>();

  /** The slugs of the lessons that are done. */
  get done(): string[] {
    return this.#load(DONE)?.split(' ') ?? [];
  }

  addDone(slug: string): void {
    const { done } = this;
    if (!done.includes(slug)) this.#save(DONE, [...done, slug].join(' '));
  }

  /** The parts of challenges that are solved, each as `lost-update fix`. */
  get solved(): string[] {
    return this.#load(SOLVED)?.split(',') ?? [];
  }

  addSolved(part: string): void {
    const { solved } = this;
    if (!solved.includes(part)) this.#save(SOLVED, [...solved, part].join(','));
  }

  /** The guess about a lesson's next run, null if there is none. */
  guess(slug: string): string | null {
    return this.#load(`guess:${slug}`);
  }

  setGuess(slug: string, guess: string): void {
    this.#save(`guess:${slug}`, guess);
  }

  /** The guess that was made before a run; empty if there was none, null if the run is not known here. */
  guessOf(run: string): string | null {
    return this.#runs.find(([id]) => id === run)?.[1] ?? null;
  }

  /** Keeps the guess about a run. Null forgets it, for a run that decides nothing. */
  setGuessOf(run: string, guess: string | null): void {
    const others = this.#runs.filter(([id]) => id !== run);
    const all = guess === null ? others : [...others, [run, guess]];
    this.#save(GUESSES_OF_RUNS, JSON.stringify(all.slice(-MOST_RUNS)));
  }

  /** The explanation of a lesson in the learner's own words; empty if there is none. */
  words(slug: string): string {
    return this.#load(`words:${slug}`) ?? '';
  }

  setWords(slug: string, words: string): void {
    this.#save(`words:${slug}`, words);
  }

  get #runs(): [id: string, guess: string][] {
    try {
      const runs: unknown = JSON.parse(this.#load(GUESSES_OF_RUNS) ?? '[]');
      return Array.isArray(runs) ? runs.filter(isPair) : [];
    } catch {
      return [];
    }
  }

  #load(key: string): string | null {
    const known = this.#page.get(key);
    if (known !== undefined) return known;
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  #save(key: string, value: string): void {
    try {
      localStorage.setItem(key, value);
      this.#page.delete(key);
    } catch {
      this.#page.set(key, value);
    }
  }
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}
