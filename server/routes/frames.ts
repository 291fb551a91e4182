/** Server-sent events (WHATWG HTML § 9.2), as bytes. */
import type { Chunk } from '../runs/log.ts';

/** A frame: one message, or several, as bytes. */
export type Frame = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** The last frame of a log. */
export const END: Frame = encoder.encode('event: end\ndata:\n\n');
/** An event, because a page cannot see comments: it takes a stream that is open but silent for a lost connection. */
export const HEARTBEAT: Frame = encoder.encode('event: heartbeat\ndata:\n\n');
/** How soon a browser comes back to a stream that was cut, in ms. */
export const RETRY: Frame = encoder.encode('retry: 1000\n\n');

/**
 * Makes the frames of chunks. Each is made once, however many readers of a log are given the chunk, and kept for as long
 * as the log keeps the chunk.
 */
export class Frames {
  #made = new WeakMap<Chunk, Frame>();

  /** Returns a chunk as one message. Its id is the number after which a browser that comes back goes on. */
  of(chunk: Chunk): Frame {
    const made = this.#made.get(chunk);
    if (made) return made;
    const frame = encoder.encode(`id: ${chunk.lastSeq}\ndata: [${chunk.lines.join(',')}]\n\n`);
    this.#made.set(chunk, frame);
    return frame;
  }
}
