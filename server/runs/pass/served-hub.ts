/** The queue, the locks and their like of a pass with processes as lanes: in the server, which bounds them. */
import type { Child } from '../../launch/child.ts';
import { Hub, type HubLoad } from '../../program/hub.ts';
import type { Ask, QueueState } from '../../protocol/asks.ts';

/** What a pass hears. */
type Listener = {
  /** The queue has another length or limit. */
  changed(state: QueueState): void;
  /** A lane was sent an answer that ends one of its waits. */
  answered(lane: number): void;
};

export class ServedHub {
  #hub: Hub;
  #most: HubLoad;
  #listener: Listener;
  /** Bytes of the messages that were sent to processes, and that those have not read. */
  #unreadBytes = 0;

  /** `most`: most that the server keeps. */
  constructor(most: HubLoad, listener: Listener) {
    this.#hub = new Hub((state) => listener.changed(state));
    this.#most = most;
    this.#listener = listener;
  }

  get state(): QueueState {
    return this.#hub.state;
  }

  /** Drops the waiting requests of a lane that has ended. */
  leave(lane: number): void {
    this.#hub.leave(lane);
  }

  /** Handles a request of a lane, whose process is `child`. Returns why the pass must end; null if it need not. */
  ask(lane: number, child: Child, ask: Ask): string | null {
    // A put into a queue without a limit is no wait, and nothing is reported after its answer.
    const isWait =
      ask.what !== 'limit' &&
      ask.what !== 'semaphore' &&
      (ask.what !== 'put' || this.#hub.state.limit !== null);
    this.#hub.ask(lane, ask, (answer) => {
      if (isWait) this.#listener.answered(lane);
      // Those that ask for many at once read none before they have asked for all.
      const bytes = answer.message?.json.length ?? 0;
      this.#unreadBytes += bytes;
      child.send({ type: 'answer', answer }, () => {
        this.#unreadBytes -= bytes;
      });
    });
    return this.#excess();
  }

  /** Says what is more than the server can keep; null if nothing is. */
  #excess(): string | null {
    const { entries, messageBytes } = this.#hub.load;
    if (entries > this.#most.entries) {
      const most = this.#most.entries.toLocaleString('en');
      return `There are more than ${most} messages, waits and locks at once, more than the server can keep.`;
    }
    if (messageBytes + this.#unreadBytes > this.#most.messageBytes)
      return `The messages in the queue take more than ${this.#most.messageBytes / 2 ** 20} MiB, more than the server can keep.`;
    return null;
  }
}
