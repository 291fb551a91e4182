/**
 * Views of runs that people in a room share: the teacher's, which the class follows, and those that the teacher and one
 * member see together. They live in memory only: after a restart, the pages that share one say it again.
 */
import { nanoid } from 'nanoid';
import type { LookNews, SharedLook } from '../figures/look-news.ts';

/** A shared view, and when it was as it is, on the clock of `performance.now()`. */
type Kept = SharedLook & { atMs: number };

/** What a teacher and a member look at together. */
type Pair = { run: string; look: Kept | null; teachers: Set<object> };

export class Looks {
  /** Pages learn by it that the server has been restarted. */
  readonly server: string = nanoid(8);
  #shown: (Kept & { session: string }) | null = null;
  #pairs = new Map<number, Pair>();
  #listeners = new Set<() => void>();
  #version = 0;

  /** The run that the class is shown, and the session in which it is; null if the class follows nobody. */
  get shown(): { run: string; session: string } | null {
    return this.#shown;
  }

  /** Counts the changes of any view. */
  get version(): number {
    return this.#version;
  }

  /**
   * Sets what the class is shown. A session is from when a teacher switches it on to when it is switched off: with
   * `begins`, it takes the place of another one. Returns false, and changes nothing, if another one is on.
   */
  show(session: string, look: SharedLook, begins: boolean, nowMs: number): boolean {
    if (!begins && this.#shown?.session !== session) return false;
    this.#shown = { ...look, session, atMs: nowMs };
    this.#changed();
    return true;
  }

  /** The class follows nobody any more. */
  end(): void {
    if (this.#shown === null) return;
    this.#shown = null;
    this.#changed();
  }

  /** Returns the run that a teacher looks at together with a member now; null if none does. */
  runWith(member: number): string | null {
    return this.#pairs.get(member)?.run ?? null;
  }

  /** A teacher looks at a run together with a member, until the function that it returns is called. */
  join(member: number, run: string): () => void {
    const known = this.#pairs.get(member);
    const pair = known?.run === run ? known : { run, look: null, teachers: new Set<object>() };
    const teacher = {};
    pair.teachers.add(teacher);
    this.#pairs.set(member, pair);
    this.#changed();
    return () => {
      pair.teachers.delete(teacher);
      if (pair.teachers.size > 0 || this.#pairs.get(member) !== pair) return;
      this.#pairs.delete(member);
      this.#changed();
    };
  }

  /** Sets what a teacher and a member both see. Returns false, and changes nothing, if they look at no such run. */
  showWith(member: number, look: SharedLook, nowMs: number): boolean {
    const pair = this.#pairs.get(member);
    if (pair?.run !== look.run) return false;
    pair.look = { ...look, atMs: nowMs };
    this.#changed();
    return true;
  }

  /** Forgets a run that has been removed. */
  forget(run: string): void {
    if (this.#shown?.run === run) this.end();
  }

  /** Returns what a page of a member, or of a teacher who looks along with them, has to know. */
  newsFor(member: number | null, nowMs: number): LookNews {
    const pair = member === null ? undefined : this.#pairs.get(member);
    return {
      server: this.server,
      shown: this.#shown && { ...sent(this.#shown, nowMs), session: this.#shown.session },
      pair: pair ? { run: pair.run, look: pair.look && sent(pair.look, nowMs) } : null,
    };
  }

  /** Calls `listener` after each change. Returns a function that stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

function sent({ run, look, isPlaying, from, atMs }: Kept, nowMs: number) {
  return { run, look, isPlaying, from, agoMs: Math.round(nowMs - atMs) };
}
