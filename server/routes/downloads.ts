/**
 * Downloads that are made while they are sent. Each keeps something in memory for as long as its client takes, so there
 * are only a few at a time, and one whose client stops reading is ended.
 */

/** Most downloads at a time. */
const MOST = 4;
/** How long a client may leave the next piece unread, in ms. */
const STALL_MS = 60_000;

/** `making` yields the content; `stallMs`: see above. */
export class Downloads {
  #most: number;
  #stallMs: number;
  #active = 0;

  constructor({ most = MOST, stallMs = STALL_MS } = {}) {
    this.#most = most;
    this.#stallMs = stallMs;
  }

  /** Starts a download. Returns null if there are too many; the caller then answers to try again. */
  start(making: AsyncGenerator<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#active >= this.#most) return null;
    this.#active++;
    let stalling: NodeJS.Timeout | undefined;
    let isOver = false;
    const over = () => {
      clearTimeout(stalling);
      if (!isOver) this.#active--;
      isOver = true;
    };
    const stop = async () => {
      over();
      await making.return(undefined);
    };
    return new ReadableStream({
      pull: async (controller) => {
        clearTimeout(stalling);
        try {
          const { done, value } = await making.next();
          if (isOver) return;
          if (done) {
            over();
            controller.close();
            return;
          }
          controller.enqueue(value);
          stalling = setTimeout(() => {
            controller.error(new Error('The client has stopped reading.'));
            void stop();
          }, this.#stallMs);
          stalling.unref();
        } catch (error) {
          console.error('download: could not be finished', error);
          over();
          controller.error(error);
        }
      },
      cancel: stop,
    });
  }
}
