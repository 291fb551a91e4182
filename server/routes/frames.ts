/** Server-sent events (WHATWG HTML § 9.2), as bytes. */
import type { Chunk } from '../runs/log/log.ts';

/** One or more messages, as bytes. */
export type Frame = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** The last frame of a log. */
export const END: Frame = encoder.encode('event: end\ndata:\n\n');
/** An event, because a page cannot see comments: it treats a stream that is open but silent as a lost connection. */
export const HEARTBEAT: Frame = encoder.encode('event: heartbeat\ndata:\n\n');
/**
 * The first frame of a stream: how soon a browser reconnects to a stream that was cut, in ms, and a heartbeat, by which
 * a page knows that the network lets the stream through.
 */
export const START: Frame = encoder.encode('retry: 1000\nevent: heartbeat\ndata:\n\n');

/** Returns the frame that says why no events come, or (null) that they do again; the page shows the words as they are. */
export function lateFrame(words: string | null): Frame {
  return message('late', words ?? '');
}

/** Returns a message of a named event; `data` is one line. */
export function message(event: string, data: string): Frame {
  return encoder.encode(`event: ${event}\ndata: ${data}\n\n`);
}

/**
 * Makes the frames of chunks. Each is made once, however many readers of a log receive the chunk, and kept for as long
 * as the log keeps the chunk.
 */
export class Frames {
  #made = new WeakMap<Chunk, Frame>();

  /** Returns a chunk as one message. Its id is the sequence number after which a reconnecting browser resumes. */
  of(chunk: Chunk): Frame {
    const made = this.#made.get(chunk);
    if (made) return made;
    const frame = encoder.encode(`id: ${chunk.lastSeq}\ndata: [${chunk.lines.join(',')}]\n\n`);
    this.#made.set(chunk, frame);
    return frame;
  }
}
