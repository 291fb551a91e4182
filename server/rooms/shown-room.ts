/** What a room holds, as it is shown here, and who listens for changes. Saved before it is shown. */
import type { RoomStore, StoredRoom } from '../store/rooms.ts';
import type { RoomContent, RoomGlance } from '../store/shared-rooms.ts';
import type { Answers } from './answers.ts';
import { type Looks, OwnLooks } from './looks.ts';
import { Members } from './members.ts';
import { type Member, type RoomState, type Round, readState } from './model.ts';
import { type InTurn, oneByOne } from './one-by-one.ts';
import type { RoomShare } from './room-share.ts';

/** What a change returns, and what shows it once it is saved; undefined if nothing changes. */
export type Decided<T> = { value: T; show?: () => void };
/** Decides by what the room is then, and saves with the store that it is given. */
export type Work<T> = (store: RoomStore) => Promise<Decided<T>>;

export class ShownRoom {
  readonly id: string;
  readonly code: string;
  readonly key: string;
  readonly teacherKey: string;
  readonly createdAt: number;
  readonly answers: Answers;
  readonly looks: Looks;
  /** What it shares with other servers; null if there are none. */
  readonly share: RoomShare | null;
  protected readonly store: RoomStore;
  protected shownState: RoomState;
  protected shownExpiresAt: number;
  protected readonly inRoom: Members;
  /**
   * The store may wait for a lock; what is decided meanwhile must not be decided by what was before. What is read from a
   * store that is shared, and what is saved there, is shown in the order of the store.
   */
  protected readonly entering: InTurn = oneByOne();
  protected readonly setting: InTurn;
  protected readonly saying: InTurn;
  #listeners = new Set<() => void>();
  #readers = new Set<object>();
  #isOver = false;

  constructor(
    store: RoomStore,
    stored: Omit<StoredRoom, 'state'>,
    { state, members, answers }: { state: RoomState; members: Member[]; answers: Answers },
    share: RoomShare | null = null,
  ) {
    this.answers = answers;
    this.id = stored.id;
    this.code = stored.code;
    this.key = stored.key;
    this.teacherKey = stored.teacherKey;
    this.createdAt = stored.createdAt;
    this.shownExpiresAt = stored.expiresAt;
    this.shownState = state;
    this.store = store;
    this.inRoom = new Members(members);
    this.share = share;
    this.looks = share?.looks ?? new OwnLooks();
    this.setting = share ? this.entering : oneByOne();
    this.saying = share ? this.entering : (work) => work();
  }

  /** When it ends, in ms since 1970. */
  get expiresAt(): number {
    return this.shownExpiresAt;
  }

  get state(): Readonly<RoomState> {
    return this.shownState;
  }

  /** Whether it has ended, or its time is over. */
  get isOver(): boolean {
    return this.#isOver || this.shownExpiresAt <= Date.now();
  }

  /** In the order in which they entered. */
  get members(): Member[] {
    return this.inRoom.all;
  }

  member(number: number): Member | null {
    return this.inRoom.get(number);
  }

  /** Returns the member who `person` is; null if they are not in the room. */
  memberOf(person: string): Member | null {
    return this.inRoom.of(person);
  }

  /** The latest round, which may be over; null before the first. */
  get round(): Round | null {
    return this.shownState.rounds.at(-1) ?? null;
  }

  /** Notes a member's latest run; null if there is none any more. */
  submitted(number: number, run: string | null): void {
    const member = this.member(number);
    if (member) member.run = run;
    // At another server, the member may have submitted a later one.
    this.share?.setStale();
    this.#changed();
  }

  /** Ends the room for those who listen. It is being removed from the store, or has been. */
  end(): void {
    this.#isOver = true;
    this.inRoom.clear();
    this.#changed();
  }

  /** Takes over what is stored, which another server has changed. */
  take({ room, members, latestRuns, answers, explanations }: RoomContent): void {
    // One that is damaged stays as it was.
    this.shownState = readState(room.state) ?? this.shownState;
    this.shownExpiresAt = room.expiresAt;
    this.inRoom.take(members, latestRuns);
    for (const answer of answers) this.answers.answer(answer);
    for (const explanation of explanations) this.answers.explain(explanation);
    this.answers.keepOnly((member) => this.inRoom.get(member) !== null);
    this.#changed();
  }

  /** Takes over what is stored if that is other than what is shown. Has no effect if no other server changes it. */
  async keepUp(glance: RoomGlance): Promise<void> {
    const { share } = this;
    if (!share?.isBehind(glance)) return;
    // What is being saved here may be what was seen.
    await this.entering(async () => {
      if (share.isBehind(glance)) await share.load(this);
    });
  }

  /** Whether anybody reads a stream of this room here. */
  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /** Notes that somebody reads a stream of this room, until the function that it returns is called. */
  read(): () => void {
    const reader = {};
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  /** Calls `listener` after each change. Returns a function that stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Makes a change in its turn, by what the room is then, and shows it once it is saved. */
  protected save<T>(inTurn: InTurn, work: Work<T>): Promise<T> {
    return inTurn(async () => {
      const { value, show } = await (this.share ? this.share.change(this, work) : work(this.store));
      if (show) {
        show();
        this.#changed();
      }
      return value;
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
