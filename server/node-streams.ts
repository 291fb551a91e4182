/**
 * Streams of server-sent events on Node, written to their connections, and not as web streams, which @hono/node-server
 * reads and writes: the bytes of a chunk are made once for all readers, and each write is one of the system. So a message
 * costs as much processor time as a bare server's (`npm run bench d`).
 */
import { Buffer } from 'node:buffer';
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Begin, Sink } from './routes/event-stream.ts';
import type { Frame } from './routes/frames.ts';

type Answered = Response | Promise<Response>;

/** Frames as chunks of a response (RFC 9112 § 7.1). */
const chunks = new WeakMap<Frame, Buffer>();

/** Has the streams that `fetch` answers with written to their connections: see `Direct` in routes/event-stream.ts. */
export function withStreams(
  fetch: (request: Request, env?: unknown) => Answered,
): (request: Request, env: { outgoing: unknown }) => Answered {
  return (request, env) => {
    const { outgoing } = env;
    if (!(outgoing instanceof ServerResponse)) return fetch(request, env);
    const begun: Begin[] = [];
    const stream = (begin: Begin) => void begun.push(begin);
    const send = (response: Response) => {
      const [begin] = begun;
      if (begin === undefined || !response.ok) return response;
      // Writing to a connection that has just been lost is no fault.
      outgoing.on('error', () => {});
      for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
      outgoing.writeHead(response.status);
      outgoing.flushHeaders();
      const close = begin(new Connection(outgoing));
      if (outgoing.destroyed) close();
      else outgoing.once('close', close);
      return RESPONSE_ALREADY_SENT;
    };
    const answered = fetch(request, { ...env, stream });
    return answered instanceof Promise ? answered.then(send) : send(answered);
  };
}

/** The connection of a client. A class, for with getters of its own each object would be one of a kind to V8. */
class Connection implements Sink {
  isFull = false;
  #outgoing: ServerResponse;
  /** What chunks are written to; null if that is up to the response. */
  #socket: Socket | null;
  #then: (() => void) | undefined;

  constructor(outgoing: ServerResponse) {
    const { socket, chunkedEncoding } = outgoing;
    this.#outgoing = outgoing;
    // It has none while the response to an earlier request on the connection is under way. HTTP 1.0 knows no chunks.
    this.#socket = chunkedEncoding ? socket : null;
    const to = this.#socket ?? outgoing;
    const drained = () => {
      this.isFull = false;
      const then = this.#then;
      this.#then = undefined;
      then?.();
    };
    to.on('drain', drained);
    outgoing.once('close', () => to.off('drain', drained));
  }

  send(frame: Frame): void {
    const socket = this.#socket;
    this.isFull = !(socket === null ? this.#outgoing.write(frame) : socket.write(chunkOf(frame)));
  }

  onDrained(then: () => void): void {
    this.#then = then;
  }

  end(): void {
    this.#outgoing.end();
  }

  drop(): void {
    this.#outgoing.destroy();
  }
}

function chunkOf(frame: Frame): Buffer {
  const made =
    chunks.get(frame) ??
    Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n')]);
  chunks.set(frame, made);
  return made;
}
