/** The shared views of runs in a room that several servers show: what the store had when it was last asked. */
import type { LookNews, SharedLook } from '../figures/look-news.ts';
import type { SharedRooms, StoredLook } from '../store/shared-rooms.ts';
import { StoreError } from '../store/store-error.ts';
import { type Kept, type Looks, sent } from './looks.ts';
import { oneByOne } from './one-by-one.ts';

/** A view in the store, and when it was as it is, on the clock of `performance.now()`; null if nobody has sent one. */
type Known = StoredLook & { kept: Kept | null };

export class SharedLooks implements Looks {
  /** The same at all servers, which forget none. */
  readonly server = 'shared';
  readonly #room: string;
  readonly #shared: SharedRooms;
  /** By member; 0 for the class. */
  #known = new Map<number, Known>();
  /** The teachers at this server who look along with a member, and the run. */
  #joined = new Map<number, { run: string; teachers: Set<object> }>();
  #listeners = new Set<() => void>();
  #joining = oneByOne();
  /** When what is known was asked for. */
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(room: string, shared: SharedRooms) {
    this.#room = room;
    this.#shared = shared;
  }

  /** Keeps what teachers at this server look along with from lapsing. */
  stay(): void {
    for (const [member, { run }] of this.#joined) this.#noteJoined(member, run);
  }

  /** Takes over what the store answered to a question of `askedMs`, on the clock of `performance.now()`. */
  take(looks: readonly StoredLook[], askedMs: number): void {
    // An earlier question may be answered later.
    if (askedMs < this.#askedMs) return;
    this.#askedMs = askedMs;
    const nowMs = performance.now();
    const next = new Map(looks.map((one) => [one.member, this.#as(one, nowMs)]));
    const isSame =
      next.size === this.#known.size && [...next].every(([member, one]) => this.#known.get(member) === one);
    this.#known = next;
    if (!isSame) for (const listener of this.#listeners) listener();
  }

  /** Returns a view as it is known; another object if it has changed. */
  #as(look: StoredLook, nowMs: number): Known {
    const known = this.#known.get(look.member);
    const isSame = known && known.at === look.at && known.run === look.run && known.session === look.session;
    return isSame ? known : { ...look, kept: look.look && { ...look.look, atMs: nowMs - look.agoMs } };
  }

  get shown(): { run: string; session: string } | null {
    const { run, session } = this.#known.get(0) ?? { session: null };
    return run === undefined || session === null ? null : { run, session };
  }

  async show(session: string, look: SharedLook, begins: boolean): Promise<boolean> {
    const isShown = await this.#shared.showClass(this.#room, session, look, begins);
    await this.#look();
    return isShown;
  }

  async end(session?: string): Promise<void> {
    await this.#shared.endClass(this.#room, session ?? null);
    await this.#look();
  }

  runWith(member: number): string | null {
    return member === 0 ? null : (this.#known.get(member)?.run ?? null);
  }

  join(member: number, run: string): () => void {
    const before = this.#joined.get(member);
    const joined = before?.run === run ? before : { run, teachers: new Set<object>() };
    const teacher = {};
    joined.teachers.add(teacher);
    this.#joined.set(member, joined);
    if (joined !== before) this.#noteJoined(member, run);
    return () => {
      joined.teachers.delete(teacher);
      if (joined.teachers.size > 0 || this.#joined.get(member) !== joined) return;
      this.#joined.delete(member);
      this.#note(() => this.#shared.leaveMember(this.#room, member));
    };
  }

  async showWith(member: number, look: SharedLook): Promise<boolean> {
    const isShown = await this.#shared.showMember(this.#room, member, look);
    await this.#look();
    return isShown;
  }

  newsFor(member: number | null, nowMs: number): LookNews {
    const shown = this.#known.get(0);
    const pair = member === null || member === 0 ? undefined : this.#known.get(member);
    return {
      server: this.server,
      shown: shown?.kept && shown.session ? { ...sent(shown.kept, nowMs), session: shown.session } : null,
      pair: pair ? { run: pair.run, look: pair.kept && sent(pair.kept, nowMs) } : null,
    };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #noteJoined(member: number, run: string): void {
    this.#note(async () => {
      // Left meanwhile.
      if (this.#joined.get(member)?.run === run) await this.#shared.joinMember(this.#room, member, run);
    });
  }

  /** Notes who looks along, one after the other. If that fails, teachers and members see no views of each other. */
  #note(write: () => Promise<void>): void {
    this.#joining(async () => {
      await write();
      await this.#look();
    }).catch((error) => {
      if (!(error instanceof StoreError)) console.error('rooms: a shared view could not be noted', error);
    });
  }

  /** Takes over what the store has now. */
  async #look(): Promise<void> {
    const askedMs = performance.now();
    const [room] = await this.#shared.glance({ ids: [this.#room] });
    this.take(room?.looks ?? [], askedMs);
  }
}
