/** The members of a room, and what a new name becomes beside theirs. */
import type { StoredMember } from '../store/rooms.ts';
import {
  cleanName,
  isLong,
  LongNameError,
  LookAlikeError,
  looksLikeAnother,
  madeUpName,
  unlike,
} from './member-names.ts';
import type { Member } from './model.ts';

export class Members {
  #byNumber: Map<number, Member>;

  constructor(members: Member[]) {
    this.#byNumber = new Map(members.map((member) => [member.number, member]));
  }

  /** In the order in which they entered. */
  get all(): Member[] {
    return [...this.#byNumber.values()];
  }

  get count(): number {
    return this.#byNumber.size;
  }

  get(number: number): Member | null {
    return this.#byNumber.get(number) ?? null;
  }

  /** Returns the member who `person` is; null if they are none. */
  of(person: string): Member | null {
    return this.all.find((member) => member.person === person) ?? null;
  }

  add(member: Member): void {
    this.#byNumber.set(member.number, member);
  }

  remove(number: number): void {
    this.#byNumber.delete(number);
  }

  clear(): void {
    this.#byNumber.clear();
  }

  /** Takes over all members from the store, with their latest runs. A member who stays remains the same object. */
  take(stored: readonly StoredMember[], latestRuns: ReadonlyMap<number, string>): void {
    const members = stored.map((one): Member => {
      const read = { ...one, run: latestRuns.get(one.number) ?? null };
      return Object.assign(this.get(one.number) ?? read, read);
    });
    this.#byNumber = new Map(members.map((member) => [member.number, member]));
  }

  /**
   * Returns the name that a member gets for what was typed, cleaned, and numbered if somebody else has it; a made-up one
   * if it is empty. `except` is who they are already. Throws `NameError`.
   */
  newName(typed: string, except: number | null): string {
    const taken = this.all.filter(({ number }) => number !== except).map(({ name }) => name);
    if (isLong(typed)) throw new LongNameError();
    const name = cleanName(typed);
    if (looksLikeAnother(name, taken)) throw new LookAlikeError();
    return name === '' ? madeUpName(taken) : unlike(name, taken);
  }
}
