/**
 * The codes with which members of a room go on with another device. They are valid for minutes, so one server keeps them
 * in memory; several keep them in their database, for the other device may come to another server.
 */
import { customAlphabet } from 'nanoid';
import type { SharedRooms } from '../store/shared-rooms.ts';

/** How long a code is valid, in ms. */
const VALID_MS = 5 * 60_000;
const newCode = customAlphabet('0123456789', 6);

/** The codes of one room. */
export interface DeviceCodes {
  /** Returns a new six-digit code for a member. It replaces any earlier one. */
  issue(member: number): string | Promise<string>;
  /** Uses up a code, which may be typed with spaces. Returns the member's number; null if the code is not valid. */
  redeem(typed: string): number | null | Promise<number | null>;
}

export class OwnDeviceCodes implements DeviceCodes {
  /** By code: the member it belongs to, and when it expires, in ms of `performance.now`. */
  #codes = new Map<string, { member: number; untilMs: number }>();

  issue(member: number): string {
    const nowMs = performance.now();
    for (const [code, one] of this.#codes)
      if (one.member === member || one.untilMs < nowMs) this.#codes.delete(code);
    const code = newCode();
    this.#codes.set(code, { member, untilMs: nowMs + VALID_MS });
    return code;
  }

  redeem(typed: string): number | null {
    const code = withoutSpaces(typed);
    const found = this.#codes.get(code);
    if (found === undefined || found.untilMs < performance.now()) return null;
    this.#codes.delete(code);
    return found.member;
  }
}

export class SharedDeviceCodes implements DeviceCodes {
  readonly #room: string;
  readonly #shared: SharedRooms;

  constructor(room: string, shared: SharedRooms) {
    this.#room = room;
    this.#shared = shared;
  }

  async issue(member: number): Promise<string> {
    for (;;) {
      const code = newCode();
      if (await this.#shared.addDeviceCode(this.#room, member, code, VALID_MS)) return code;
    }
  }

  redeem(typed: string): Promise<number | null> {
    return this.#shared.useDeviceCode(this.#room, withoutSpaces(typed));
  }
}

function withoutSpaces(typed: string): string {
  return typed.replace(/\s/g, '');
}
