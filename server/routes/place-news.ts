/** Tells a reader of a run its place in the queue: at first if it waits, and when that changes, at most once a second. */
import type { Log } from '../runs/log/log.ts';
import { type Frame, message } from './frames.ts';

/** Shortest pause between two messages, in ms. */
const PAUSE_MS = 1000;

/** What one reader hears. */
export class PlaceNews {
  #log: Pick<Log, 'place'>;
  #send: (frame: Frame) => boolean;
  #said = 'null';
  /** Whether the place may be another than the one that was said. */
  #isDue = true;
  #saidAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #unwatch: () => void;

  /** `send` returns false if the reader takes nothing now. The place is then told when `tell` is called. */
  constructor(log: Pick<Log, 'place' | 'watchPlace'>, send: (frame: Frame) => boolean) {
    this.#log = log;
    this.#send = send;
    this.#unwatch = log.watchPlace(() => {
      this.#isDue = true;
      this.tell();
    });
  }

  /** Sends the place if the reader does not know it, now or at the end of the pause. */
  tell(): void {
    if (!this.#isDue || this.#timer !== undefined) return;
    const place = JSON.stringify(this.#log.place);
    if (place === this.#said) {
      this.#isDue = false;
      return;
    }
    const waitMs = this.#saidAt + PAUSE_MS - performance.now();
    if (waitMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.tell();
      }, waitMs);
      return;
    }
    if (!this.#send(message('place', place))) return;
    this.#said = place;
    this.#isDue = false;
    this.#saidAt = performance.now();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#unwatch();
  }
}
