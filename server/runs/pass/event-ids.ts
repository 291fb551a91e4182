/** The ids of a pass's events that other events refer to: messages, permits given back, notifications. */

/** Most ids that are remembered: more than a run has events, if nothing else is set. Further ones are not checked. */
const MOST = 20_000;

/** Checks ids, which lanes choose: `3.7` is the seventh of lane 3. */
export class EventIds {
  #sent = new Set<string>();
  #received = new Set<string>();

  /** Notes an event of `lane`. Returns false if the id is that of another lane, or of another event. */
  send(lane: number, id: string): boolean {
    if (laneOf(id) !== lane || this.#sent.has(id)) return false;
    if (this.#sent.size < MOST) this.#sent.add(id);
    return true;
  }

  /**
   * Notes that a message has been received. Returns false if it cannot be one of `lanes`, or was received before. That
   * it was sent may be reported later, by another process.
   */
  receive(id: string, lanes: ReadonlySet<number>): boolean {
    const lane = laneOf(id);
    if (lane === null || !lanes.has(lane) || this.#received.has(id)) return false;
    if (this.#received.size < MOST) this.#received.add(id);
    return true;
  }

  /** Reports whether there has been an event with that id, as far as that is known. */
  has(id: string): boolean {
    return this.#sent.has(id) || this.#sent.size >= MOST;
  }
}

/** Returns the lane that an id names; null if it is none. */
function laneOf(id: string): number | null {
  const lane = /^(\d{1,4})\.\d{1,12}$/.exec(id)?.[1];
  return lane === undefined ? null : Number(lane);
}
