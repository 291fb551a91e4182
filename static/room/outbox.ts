/** Sends the latest state of something, in order, and no more often than it can be of use. */

/** Shortest time between two messages, in ms: five a second. */
const PAUSE_MS = 200;

type Fields = Record<string, string>;

export class Outbox {
  /** What is to be sent next: of each kind the latest. */
  #next = new Map<string, { address: string; fields: () => Fields }>();
  #isSending = false;
  readonly #refused: () => void;

  /** Calls `refused` when the server answers that something else has taken the place of what is sent. */
  constructor(refused: () => void) {
    this.#refused = refused;
  }

  /** Sends a form to `address` soon; `fields` are asked for then. One of the same kind that still waits is not sent. */
  send(address: string, kind: string, fields: () => Fields): void {
    this.#next.set(kind, { address, fields });
    if (!this.#isSending) void this.#sendAll();
  }

  /** Never rejects: what is lost with a connection is sent again with the next change, or when the stream is back. */
  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#take(); next !== null; next = this.#take()) {
      const { address, fields } = next;
      const sent = await fetch(address, { method: 'POST', body: new URLSearchParams(fields()) }).catch(
        () => null,
      );
      if (sent?.status === 409) this.#refused();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#isSending = false;
  }

  #take() {
    const [found] = this.#next;
    if (found === undefined) return null;
    this.#next.delete(found[0]);
    return found[1];
  }
}
