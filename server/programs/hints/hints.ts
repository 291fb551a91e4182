/** Hints while a program is written: what TypeScript finds in it. They never keep a program from running. */
import type { Guard } from '../../launch/guard.ts';
import { normalised } from '../../spec/code.ts';
import { Checker, type Found, type Limits } from './checker.ts';
import { commonFiles } from './files.ts';
import { relevant } from './relevant.ts';
import { Share } from './share.ts';
import { FLOATING, wordsOf } from './words.ts';

/** A hint for a stretch of a program. Lines and columns count from 1, columns in UTF-16 units. */
export type Hint = { line: number; column: number; endLine: number; endColumn: number; text: string };

/** Most hints for a program. */
export const MAX_HINTS = 50;

const LIMITS: Limits = { checkMs: 2000, startMs: 10_000, rssBytes: 384 * 1024 * 1024 };
/** How long the process stays without work, in ms. */
const IDLE_MS = 3 * 60_000;
/** A process that has grown to this part of its limit is replaced before the next check. */
const GROWN = 0.6;
/** Pause before a checker that did not start is started again without a program, in ms. */
const RETRY_MS = 5000;
/** Answers that are kept, for programs that are checked again. */
const KEPT = 32;

/** Checks programs in one warm process, one at a time. It starts with the first program, and is replaced when it fails. */
export class Hints {
  #guard: Guard;
  #limits: Limits;
  #idleMs: number;
  #files: Promise<Map<string, string>> | null = null;
  #checker: Checker | null = null;
  #share = new Share();
  #last: Promise<unknown> = Promise.resolve();
  #kept = new Map<string, Hint[]>();
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Why the checker did not start, when it was last tried; null if it did. */
  #trouble: string | null = null;
  #triedAt = 0;

  constructor(guard: Guard, limits: Partial<Limits> = {}, idleMs = IDLE_MS) {
    this.#guard = guard;
    this.#limits = { ...LIMITS, ...limits };
    this.#idleMs = idleMs;
  }

  /** The process id of the checker; undefined if none is running. */
  get pid(): number | undefined {
    return this.#checker?.isEnded ? undefined : this.#checker?.pid;
  }

  /** Why no program can be checked, for the operator; null if nothing is known to stand against it. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Starts the checker again if it did not start a while ago. Returns at once. */
  verify(): void {
    if (this.#trouble === null || this.#isClosed || performance.now() - this.#triedAt < RETRY_MS) return;
    this.#triedAt = performance.now();
    void this.of('', '');
  }

  /**
   * Returns the hints for a person's program: none if it cannot be checked within the limits, null if it is not their
   * turn (see `Share`).
   */
  of(code: string, person: string): Promise<Hint[] | null> {
    const text = normal(code);
    const known = this.#kept.get(text);
    if (known) return Promise.resolve(known);
    return this.#share.turn(person, () => {
      const hints = this.#isClosed ? Promise.resolve([]) : this.#fresh(text);
      this.#last = hints;
      return hints;
    });
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // The check under way then ends at once; it may have been about to start a process.
    await this.#end();
    await this.#last;
    await this.#end();
  }

  async #fresh(text: string): Promise<Hint[]> {
    const found = await this.#check(text);
    const hints = found ? hintsOf(found, text) : [];
    if (this.#trouble !== null) return hints;
    // Also of a program that the checker failed on: it would fail again.
    this.#kept.set(text, hints);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return hints;
  }

  /** Returns what is found in a program; null if the check failed. `isAgain`: whether it has failed before. */
  async #check(code: string, isAgain = false): Promise<Found | null> {
    clearTimeout(this.#idle);
    try {
      const checker = await this.#running();
      const found = await checker.check(code);
      this.#trouble = null;
      return found;
    } catch (error) {
      // Somebody may have killed the process. If the program made it crash, it will do so again.
      if (!isAgain && this.#checker?.endedByItself) return await this.#check(code, true);
      // A program may bring the checker to its limits: that is no error of the server.
      if (this.#checker?.wasReady) this.#trouble = null;
      else this.#complain(error);
      await this.#end();
      return null;
    } finally {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.#end(), this.#idleMs);
      this.#idle.unref();
    }
  }

  async #running(): Promise<Checker> {
    this.#files ??= commonFiles();
    const files = await this.#files.catch((error) => {
      this.#files = null;
      throw error;
    });
    if (this.#isClosed) throw new Error('The server is closing.');
    if (this.#checker && this.#checker.rssBytes > this.#limits.rssBytes * GROWN) await this.#end();
    if (!this.#checker || this.#checker.isEnded)
      this.#checker = new Checker(this.#guard, files, this.#limits);
    return this.#checker;
  }

  /** Notes that the checker cannot start. If that goes on, tells the operator once. */
  #complain(error: unknown): void {
    if (this.#isClosed) return;
    if (this.#trouble === null)
      console.error('The type checker cannot start, so programs get no hints.', error);
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#triedAt = performance.now();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const checker = this.#checker;
    this.#checker = null;
    checker?.kill();
    await checker?.ended;
  }
}

/**
 * Returns the text as it is checked, of the same lines and columns. TypeScript takes a text with U+FFFD for a
 * binary file.
 */
function normal(code: string): string {
  return normalised(code)
    .replace(/^\uFEFF/, ' ')
    .replaceAll('\uFFFD', '\uE000');
}

function hintsOf({ errors, floating }: Found, code: string): Hint[] {
  const starts = [0];
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  const place = (position: number) => {
    const at = Math.min(position, code.length);
    const line = starts.findLastIndex((start) => start <= at);
    return { line: line + 1, column: at - (starts[line] ?? 0) + 1 };
  };
  const all = [
    ...relevant(errors, code).map((error) => ({ ...error, text: wordsOf(error) })),
    ...floating.map((call) => ({ ...call, text: FLOATING })),
  ].sort((a, b) => a.pos - b.pos || a.end - b.end);
  return all.slice(0, MAX_HINTS).map(({ pos, end, text }) => {
    const from = place(pos);
    const to = place(end);
    return { ...from, endLine: to.line, endColumn: to.column, text };
  });
}
