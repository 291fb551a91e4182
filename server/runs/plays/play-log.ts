/** The events of a program that is executed by hand. Nothing of them is stored. */
import { Buffer } from 'node:buffer';
import type { RunEvent } from '../../protocol/events.ts';
import type { Fact } from '../../protocol/facts.ts';
import { mayHide, shownText } from '../../words/shown-text.ts';

/** Most events, and most bytes of them as JSON: they are kept in memory as long as the game. */
const MAX_EVENTS = 2000;
const MAX_BYTES = 256 * 1024;

/** Takes the events of one execution, in order. */
export class PlayLog {
  readonly events: RunEvent[] = [];
  #bytes = 0;
  #isCut = false;

  /** Adds an event; beyond the limits, one that says so, and then only ends. */
  append(fact: Fact, pass: number | null, atMs: number): void {
    const isEnd = fact.type === 'pass-ended' || fact.type === 'run-ended' || fact.type === 'deadlock';
    if (this.#isCut && !isEnd) return;
    const isFull = this.events.length >= MAX_EVENTS || this.#bytes >= MAX_BYTES;
    if (isFull && !isEnd) {
      this.#isCut = true;
      this.#add({ type: 'cut', what: 'events', job: null, limit: MAX_EVENTS }, pass, atMs);
    } else this.#add(fact, pass, atMs);
  }

  #add(fact: Fact, pass: number | null, atMs: number): void {
    const event: RunEvent = { seq: this.events.length + 1, pass, atMs, ...fact };
    const json = JSON.stringify(event);
    this.#bytes += Buffer.byteLength(json);
    this.events.push(mayHide(json) ? JSON.parse(JSON.stringify(event, shownStrings)) : event);
  }
}

/** For `JSON.stringify`. */
function shownStrings(_: string, value: unknown): unknown {
  return typeof value === 'string' ? shownText(value) : value;
}
