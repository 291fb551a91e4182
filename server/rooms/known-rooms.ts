/** The rooms that a server has in memory. */
import type { Room } from './room.ts';

export class KnownRooms {
  #byCode = new Map<string, Room>();
  #byId = new Map<string, Room>();

  get all(): Room[] {
    return [...this.#byId.values()];
  }

  get count(): number {
    return this.#byId.size;
  }

  /** `code`: in the form in which it is kept. */
  byCode(code: string): Room | null {
    return unlessOver(this.#byCode.get(code));
  }

  byId(id: string): Room | null {
    return unlessOver(this.#byId.get(id));
  }

  add(room: Room): void {
    this.#byCode.set(room.code, room);
    this.#byId.set(room.id, room);
  }

  /** Removes a room from memory. */
  forget(room: Room): void {
    // Its code may be that of another by now.
    if (this.#byCode.get(room.code) === room) this.#byCode.delete(room.code);
    if (this.#byId.get(room.id) === room) this.#byId.delete(room.id);
  }
}

function unlessOver(room: Room | undefined): Room | null {
  return room === undefined || room.isOver ? null : room;
}
