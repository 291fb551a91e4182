/** JSON-RPC 2.0 over the pipes of a process, framed by `Content-Length` as in the Language Server Protocol. */
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/** A message from the process: a request of its own, or the response to one of ours. */
const MESSAGE = z.object({
  id: z.union([z.number(), z.string()]).optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).nullish(),
});

const HEADER_END = '\r\n\r\n';
/** Longest header, in bytes. */
const HEADER_BYTES = 256;

/** Largest message that is read, in bytes. */
const MESSAGE_BYTES = 4 * 1024 * 1024;

/** A process that sent something else, or too much. It cannot be talked to any longer. */
class RpcError extends Error {}

/** A connection to a process. After `fail`, every request rejects. */
export class Rpc {
  #stdin: Writable;
  #answer: (method: string, params: unknown) => unknown;
  #open = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;
  #failure: Error | null = null;
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes needed before there is something to do; null while the length of the next message is unknown. */
  #length: number | null = null;

  /**
   * `answer` returns the result of a request that the process makes; `onFailure` is called once, if the process sends
   * something that is no message, or one larger than `MESSAGE_BYTES`.
   */
  constructor(
    stdin: Writable,
    stdout: Readable,
    answer: (method: string, params: unknown) => unknown,
    onFailure: (error: RpcError) => void,
  ) {
    this.#stdin = stdin;
    this.#answer = answer;
    stdin.on('error', () => {}); // It has ended: `fail` says why.
    stdout.on('data', (chunk: Buffer) => {
      if (this.#failure) return;
      try {
        this.#read(chunk);
      } catch (cause) {
        const error = cause instanceof RpcError ? cause : new RpcError('Not a message.', { cause });
        this.fail(error);
        onFailure(error);
      }
    });
  }

  /** Sends a request. Rejects if the process answers with an error, or the connection fails. */
  request(method: string, params: unknown): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const response = Promise.withResolvers<unknown>();
    this.#open.set(id, response);
    this.#send({ id, method, params });
    return response.promise;
  }

  /** Rejects all requests, now and later. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#chunks = [];
    for (const { reject } of this.#open.values()) reject(this.#failure);
    this.#open.clear();
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    if (this.#stdin.writable)
      this.#stdin.write(`Content-Length: ${Buffer.byteLength(body)}${HEADER_END}${body}`);
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < (this.#length ?? 0)) return;
    let bytes = Buffer.concat(this.#chunks);
    for (;;) {
      if (this.#length === null) {
        const at = bytes.subarray(0, HEADER_BYTES).indexOf(HEADER_END);
        if (at < 0 && bytes.length >= HEADER_BYTES) throw new RpcError('No header.');
        if (at < 0) break;
        this.#length = lengthIn(bytes.toString('latin1', 0, at));
        bytes = bytes.subarray(at + HEADER_END.length);
      }
      if (bytes.length < this.#length) break;
      const body = bytes.toString('utf8', 0, this.#length);
      bytes = bytes.subarray(this.#length);
      this.#length = null;
      this.#receive(MESSAGE.parse(JSON.parse(body)));
    }
    this.#chunks = [bytes];
    this.#bytes = bytes.length;
  }

  #receive({ id, method, params, result, error }: z.infer<typeof MESSAGE>): void {
    if (method !== undefined) {
      if (id !== undefined) this.#send({ id, result: this.#answer(method, params) ?? null });
      return;
    }
    const response = this.#open.get(Number(id));
    this.#open.delete(Number(id));
    if (error) response?.reject(new Error(error.message));
    else response?.resolve(result);
  }
}

/** Returns the length in a message's header. Throws if there is none, or it is too large. */
function lengthIn(header: string): number {
  const length = Number(/^Content-Length: (\d+)$/im.exec(header)?.[1] ?? Number.NaN);
  if (!(length <= MESSAGE_BYTES)) throw new RpcError(`A message of ${length} bytes.`);
  return length;
}
