/** The codes with which members of a room go on with another device. Kept in memory: they are valid for minutes. */
import { customAlphabet } from 'nanoid';

/** How long a code is valid, in ms. */
const VALID_MS = 5 * 60_000;
const newCode = customAlphabet('0123456789', 6);

export class DeviceCodes {
  /** By code: the member it belongs to, and when it expires, in ms of `performance.now`. */
  #codes = new Map<string, { member: number; untilMs: number }>();

  /** Returns a new six-digit code for a member. It replaces any earlier one. */
  issue(member: number): string {
    const nowMs = performance.now();
    for (const [code, one] of this.#codes)
      if (one.member === member || one.untilMs < nowMs) this.#codes.delete(code);
    const code = newCode();
    this.#codes.set(code, { member, untilMs: nowMs + VALID_MS });
    return code;
  }

  /** Uses up a code, which may be typed with spaces. Returns the member's number; null if the code is not valid. */
  redeem(typed: string): number | null {
    const code = typed.replace(/\s/g, '');
    const found = this.#codes.get(code);
    if (found === undefined || found.untilMs < performance.now()) return null;
    this.#codes.delete(code);
    return found.member;
  }
}
