/**
 * Fair scheduling of programs that spin (Musuvathi and Qadeer 2008): a lane that has yielded does not go before those
 * that could have gone since it yielded before. Otherwise most orders of a program that looks for a change again and
 * again are those in which it looks a different number of times.
 */
import type { Option, Taken } from './execution.ts';

/** What a lane's last window, from one yield to the next, has seen of the others. */
type Window = { isFirst: boolean; couldAlways: Set<number>; disabled: Set<number>; taken: Set<number> };

/** Accesses that change nothing; what they see is the same until something else changes it. */
const LOOKS: readonly string[] = ['read', 'values', 'size'];
/** Accesses that change nothing that can be looked at. */
const TURNS: readonly string[] = ['acquire', 'release', 'take-permit', 'give-permit', 'wait', 'notify'];

/** Follows one execution. */
export class Fairness {
  readonly #windows = new Map<number, Window>();
  /** For each lane that has yielded, the lanes that go first. */
  readonly #first = new Map<number, Set<number>>();
  readonly #versions = new Map<string, number>();
  /** For each lane, the versions that it has seen since it last changed something. */
  readonly #seen = new Map<number, Map<string, number>>();

  /** Returns the options that may be taken. */
  allowed(options: readonly Option[]): Option[] {
    const could = lanesOf(options);
    return options.filter(
      ({ lane }) =>
        !this.#first
          .get(lane)
          ?.values()
          .some((other) => could.has(other)),
    );
  }

  /** Follows a step; `next` are the options after it. Returns whether its lane has yielded. */
  follow({ options, chosen }: Taken, next: readonly Option[]): boolean {
    const option = options[chosen];
    if (!option) return false;
    const { lane } = option;
    const [before, after] = [lanesOf(options), lanesOf(next)];
    for (const first of this.#first.values()) first.delete(lane);
    for (const one of before.union(after))
      if (!this.#windows.has(one)) this.#windows.set(one, newWindow(after, true));
    for (const window of this.#windows.values()) {
      window.couldAlways = window.couldAlways.intersection(after);
      window.taken.add(lane);
    }
    const window = this.#windows.get(lane);
    for (const one of before.difference(after)) window?.disabled.add(one);
    const hasYielded = this.#hasYielded(option);
    if (!window || !hasYielded) return hasYielded;
    const waited = window.couldAlways.union(window.disabled).difference(window.taken);
    // What came before its first yield is no reason to wait.
    if (!window.isFirst) this.#first.set(lane, (this.#first.get(lane) ?? new Set()).union(waited));
    this.#windows.set(lane, newWindow(after, false));
    return true;
  }

  /** Reports whether a step shows that its lane cannot go on: it ends a sleep, or looks at what it has seen already. */
  #hasYielded({ lane, access, sleep }: Option): boolean {
    if (!access) return sleep !== undefined;
    const { what, on } = access;
    if (TURNS.includes(what)) return false;
    const seen = this.#seen.get(lane) ?? new Map<string, number>();
    this.#seen.set(lane, seen);
    const version = this.#versions.get(on) ?? 0;
    if (LOOKS.includes(what)) {
      const isKnown = seen.get(on) === version;
      seen.set(on, version);
      return isKnown;
    }
    this.#versions.set(on, version + 1);
    seen.clear();
    return false;
  }
}

function newWindow(could: ReadonlySet<number>, isFirst: boolean): Window {
  return { isFirst, couldAlways: new Set(could), disabled: new Set(), taken: new Set() };
}

function lanesOf(options: readonly Option[]): Set<number> {
  return new Set(options.map(({ lane }) => lane));
}
