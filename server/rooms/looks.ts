/**
 * Views of runs that people in a room share: the teacher's, which the class follows, and those that the teacher and one
 * member see together. Those of one server live in its memory: after a restart, the pages that share one say it again.
 * Those of several servers are in their database: see shared-looks.ts.
 */
import { nanoid } from 'nanoid';
import type { LookNews, SharedLook } from '../figures/look-news.ts';

/** The shared views in a room. */
export interface Looks {
  /** Pages learn by it that the views have been forgotten. */
  readonly server: string;

  /** The run that the class is shown, and the session in which it is; null if the class follows nobody. */
  readonly shown: { run: string; session: string } | null;

  /**
   * Sets what the class is shown. A session is from when a teacher switches it on to when it is switched off: with
   * `begins`, it takes the place of another one. Returns false, and changes nothing, if another one is on.
   */
  show(session: string, look: SharedLook, begins: boolean, nowMs: number): boolean | Promise<boolean>;

  /** The class follows nobody any more. With `session`, nothing changes unless that is on. */
  end(session?: string): void | Promise<void>;

  /** Returns the run that a teacher looks at together with a member now; null if none does. */
  runWith(member: number): string | null;

  /** A teacher looks at a run together with a member, until the function that it returns is called. */
  join(member: number, run: string): () => void;

  /** Sets what a teacher and a member both see. Returns false, and changes nothing, if they look at no such run. */
  showWith(member: number, look: SharedLook, nowMs: number): boolean | Promise<boolean>;

  /** Returns what a page of a member, or of a teacher who looks along with them, has to know. */
  newsFor(member: number | null, nowMs: number): LookNews;

  /** Calls `listener` after each change. Returns a function that stops that. */
  onChange(listener: () => void): () => void;
}

/** A shared view, and when it was as it is, on the clock of `performance.now()`. */
export type Kept = SharedLook & { atMs: number };

/** What a teacher and a member look at together. */
type Pair = { run: string; look: Kept | null; teachers: Set<object> };

export class OwnLooks implements Looks {
  readonly server: string = nanoid(8);
  #shown: (Kept & { session: string }) | null = null;
  #pairs = new Map<number, Pair>();
  #listeners = new Set<() => void>();

  get shown(): { run: string; session: string } | null {
    return this.#shown;
  }

  show(session: string, look: SharedLook, begins: boolean, nowMs: number): boolean {
    if (!begins && this.#shown?.session !== session) return false;
    this.#shown = { ...look, session, atMs: nowMs };
    this.#changed();
    return true;
  }

  end(session?: string): void {
    if (this.#shown === null || (session !== undefined && this.#shown.session !== session)) return;
    this.#shown = null;
    this.#changed();
  }

  runWith(member: number): string | null {
    return this.#pairs.get(member)?.run ?? null;
  }

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

  newsFor(member: number | null, nowMs: number): LookNews {
    const pair = member === null ? undefined : this.#pairs.get(member);
    return {
      server: this.server,
      shown: this.#shown && { ...sent(this.#shown, nowMs), session: this.#shown.session },
      pair: pair ? { run: pair.run, look: pair.look && sent(pair.look, nowMs) } : null,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Returns a view as pages receive it. */
export function sent({ run, look, isPlaying, from, atMs }: Kept, nowMs: number) {
  return { run, look, isPlaying, from, agoMs: Math.round(nowMs - atMs) };
}
