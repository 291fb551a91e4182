/** One room: its members, what its teacher has set, and who listens for changes. Saved before it is shown. */
import type { Phase } from '../figures/room-news.ts';
import type { Spec } from '../spec/spec.ts';
import { MAX_PROGRAMS, type MemberChange, type RoomStore, type StoredRoom } from '../store/rooms.ts';
import type { Seat } from '../store/store.ts';
import { titleOf } from '../words/program-title.ts';
import { endsSoon } from '../words/room-end.ts';
import { type Answers, voteIn } from './answers.ts';
import { DeviceCodes } from './device-codes.ts';
import { Looks } from './looks.ts';
import { cleanName, LookAlikeError, looksLikeAnother, madeUpName, unlike } from './member-names.ts';
import { LASTS_MS, type Member, type OwnQuestion, type RoomState, type Round, readProgram } from './model.ts';
import { oneByOne } from './one-by-one.ts';
import { beginRound, goOn, type RoundSubject } from './rounds.ts';

/** Most members of a room. */
export const MAX_MEMBERS = 200;

/** Thrown if a room has no place for another member. */
export class FullError extends Error {
  constructor() {
    super(`This room is full: it has ${MAX_MEMBERS} members.`);
  }
}

export class Room {
  readonly id: string;
  readonly code: string;
  readonly key: string;
  readonly teacherKey: string;
  readonly createdAt: number;
  readonly answers: Answers;
  readonly looks: Looks = new Looks();
  #expiresAt: number;
  #state: RoomState;
  #store: RoomStore;
  #members: Map<number, Member>;
  #listeners = new Set<() => void>();
  #isOver = false;
  /** The store may wait for a lock; what is decided meanwhile must not be decided by what was before. */
  #entering = oneByOne();
  #setting = oneByOne();
  #deviceCodes = new DeviceCodes();

  constructor(
    store: RoomStore,
    stored: Omit<StoredRoom, 'state'>,
    { state, members, answers }: { state: RoomState; members: Member[]; answers: Answers },
  ) {
    this.answers = answers;
    this.id = stored.id;
    this.code = stored.code;
    this.key = stored.key;
    this.teacherKey = stored.teacherKey;
    this.createdAt = stored.createdAt;
    this.#expiresAt = stored.expiresAt;
    this.#state = state;
    this.#store = store;
    this.#members = new Map(members.map((member) => [member.number, member]));
  }

  /** When it ends, in ms since 1970. */
  get expiresAt(): number {
    return this.#expiresAt;
  }

  get state(): Readonly<RoomState> {
    return this.#state;
  }

  /** Whether it has ended, or its time is over. */
  get isOver(): boolean {
    return this.#isOver || this.#expiresAt <= Date.now();
  }

  /** In the order in which they entered. */
  get members(): Member[] {
    return [...this.#members.values()];
  }

  member(number: number): Member | null {
    return this.#members.get(number) ?? null;
  }

  /** Returns the member who `person` is; null if they are not in the room. */
  memberOf(person: string): Member | null {
    return this.members.find((member) => member.person === person) ?? null;
  }

  /** Returns where a member's runs belong; undefined if `person` is not in the room. */
  seatOf(person: string): Seat | undefined {
    const member = this.memberOf(person);
    return member === null ? undefined : { room: this.id, member: member.number };
  }

  /**
   * Lets a person in under the name they typed, or a made-up one if that is empty. Somebody who is in already keeps
   * what they have, but for a new name. Rejects with `FullError` or `LookAlikeError`.
   */
  join(person: string, typed: string, showsName: boolean): Promise<Member> {
    return this.#entering(() => this.#join(person, typed, showsName));
  }

  async #join(person: string, typed: string, showsName: boolean): Promise<Member> {
    const known = this.memberOf(person);
    if (known) {
      const name = cleanName(typed);
      await this.#change(known.number, { showsName, ...(name !== '' && { name }) });
      return known;
    }
    if (this.#members.size >= MAX_MEMBERS) throw new FullError();
    const fields = {
      person,
      name: this.#newName(typed, null),
      joinedAt: Date.now(),
      showsName,
      handAt: null,
      handRun: null,
    };
    const number = await this.#store.addMember(this.id, fields);
    const member = { ...fields, number, run: null };
    this.#members.set(number, member);
    this.#changed();
    return member;
  }

  /** Returns a code of six digits with which this member goes on with another device within five minutes. */
  deviceCode(number: number): string {
    return this.#deviceCodes.issue(number);
  }

  /**
   * Makes `person` the member who asked for this code: the other device is then in the room no more. Returns null if
   * there is no such code any more. Somebody who is in already gives their own place up.
   */
  takeOver(typed: string, person: string): Promise<Member | null> {
    return this.#entering(() => this.#takeOver(typed, person));
  }

  async #takeOver(typed: string, person: string): Promise<Member | null> {
    const number = this.#deviceCodes.redeem(typed);
    const member = number === null ? null : this.member(number);
    if (member === null) return null;
    const own = this.memberOf(person);
    if (own?.number === member.number) return member;
    if (own) await this.remove(own.number);
    await this.#change(member.number, { person });
    return member;
  }

  /** Changes a member. A name is cleaned, and numbered if somebody else has it. Has no effect if there is none. Rejects with `LookAlikeError`. */
  change(number: number, change: MemberChange): Promise<void> {
    return this.#entering(() => this.#change(number, change));
  }

  async #change(number: number, change: MemberChange): Promise<void> {
    const member = this.member(number);
    if (member === null) return;
    const { name, ...others } = change;
    const all = { ...others, ...(name !== undefined && { name: this.#newName(name, number) }) };
    await this.#store.updateMember(this.id, number, all);
    Object.assign(member, all);
    this.#changed();
  }

  /** Raises a member's hand, about a run if there is one. */
  raiseHand(number: number, run: string | null): Promise<void> {
    // A hand that is up keeps its turn; and no clock that is set back puts one before another.
    const latest = Math.max(0, ...this.members.map(({ handAt }) => handAt ?? 0));
    const handAt = this.member(number)?.handAt ?? Math.max(Date.now(), latest + 1);
    return this.change(number, { handAt, handRun: run });
  }

  lowerHand(number: number): Promise<void> {
    return this.change(number, { handAt: null, handRun: null });
  }

  /** Removes a member. Their runs stay. */
  async remove(number: number): Promise<void> {
    await this.#store.removeMember(this.id, number);
    this.#members.delete(number);
    this.answers.forget(number);
    if (this.#state.spotlight === number) await this.set({ spotlight: null });
    this.#changed();
  }

  /** Sets what the teacher has set. */
  set(change: Partial<RoomState>): Promise<void> {
    return this.#set(() => change);
  }

  /** Sets what `changeOf` returns for what is set then; null for nothing. */
  #set(changeOf: (state: RoomState) => Partial<RoomState> | null): Promise<void> {
    return this.#setting(async () => {
      const change = changeOf(this.#state);
      if (change === null) return;
      const state = { ...this.#state, ...change };
      await this.#store.updateRoom(this.id, { state: JSON.stringify(state), expiresAt: this.#expiresAt });
      this.#state = state;
      this.#changed();
    });
  }

  /** Lets a room that ends soon last as long as a new one. Has no effect before: see `endsSoon`. */
  keep(): Promise<void> {
    return this.#setting(async () => {
      const now = Date.now();
      if (this.isOver || endsSoon(this.#expiresAt, now) === null) return;
      const expiresAt = now + LASTS_MS;
      await this.#store.updateRoom(this.id, { state: JSON.stringify(this.#state), expiresAt });
      this.#expiresAt = expiresAt;
      this.#changed();
    });
  }

  /** Makes the room about a program: a new one, or a repaired one. Each member gets a copy. */
  async give(spec: Spec): Promise<void> {
    const program = await this.#addProgram(spec);
    await this.set({ program, latestProgram: program.number });
  }

  async #addProgram(spec: Spec): Promise<{ number: number; title: string }> {
    const number = await this.#store.addProgram(this.id, JSON.stringify(spec));
    return { number, title: titleOf(spec.code) };
  }

  /** Returns a program that was given to the room, by default the one that it is about; null if there is none. */
  async program(number = this.#state.program?.number): Promise<Spec | null> {
    const json = number === undefined ? null : await this.#store.program(this.id, number);
    return json === null ? null : readProgram(json);
  }

  /** Returns the programs that were given to the room, oldest first: of many, the latest. */
  async programs(): Promise<{ number: number; spec: Spec }[]> {
    const { latestProgram, program } = this.#state;
    const latest = Math.max(latestProgram, program?.number ?? 0);
    const found: { number: number; spec: Spec }[] = [];
    for (let number = Math.max(1, latest - MAX_PROGRAMS + 1); number <= latest; number++) {
      const spec = await this.program(number);
      if (spec !== null) found.push({ number, spec });
    }
    return found;
  }

  /** The latest round, which may be over; null before the first. */
  get round(): Round | null {
    return this.#state.rounds.at(-1) ?? null;
  }

  /**
   * Begins a round about a lesson, which the room is then about, if there are `after` rounds so far: a second click, or a
   * second teacher, begins no other. A round that is under way is over.
   */
  beginRound(lesson: string, after = this.#state.rounds.length): Promise<void> {
    return this.#begin(after, () => ({ lesson, own: null, program: null }));
  }

  /** Begins a round with a question of the teacher's own, and a program that comes with it; null for none. */
  async beginOwnRound(own: OwnQuestion, spec: Spec | null, after = this.#state.rounds.length): Promise<void> {
    const given = spec && (await this.#addProgram(spec));
    await this.#begin(after, ({ lesson, program }) => ({ lesson, own, program: given ?? program }));
  }

  #begin(after: number, subjectOf: (state: RoomState) => RoundSubject): Promise<void> {
    return this.#set((state) => beginRound(state, after, subjectOf(state)));
  }

  /**
   * Goes on to a phase of the round, if it is in phase `from`: a second click, or a second teacher, does not skip one.
   */
  goOn(from: Phase, to: Phase): Promise<void> {
    return this.#set((state) => goOn(state, from, to));
  }

  /** Sets a member's answer in the vote that is open. Returns false if none is, or if the room is closed. */
  async answer(member: number, choice: number): Promise<boolean> {
    const { round } = this;
    const vote = round && voteIn(round.phase);
    if (!round || !vote || this.#state.isClosed) return false;
    await this.answers.answer({ round: round.number, vote, member, choice });
    this.#changed();
    return true;
  }

  /** Sets a member's explanation. Returns false if the round does not ask for one now. */
  async explain(member: number, text: string): Promise<boolean> {
    const { round } = this;
    if (round?.phase !== 'explain' || this.#state.isClosed) return false;
    await this.answers.explain({ round: round.number, member, text, isShown: false });
    this.#changed();
    return true;
  }

  /**
   * Puts a member's explanation on the wall, or takes it away. One that is no longer as the teacher has `seen` it is not
   * shown: its member may have written something else meanwhile.
   */
  async showExplanation(
    member: number,
    seen: { round: number; text: string },
    isShown: boolean,
  ): Promise<void> {
    const { round } = this;
    const found = round && this.answers.explanations(round.number).find((one) => one.member === member);
    if (!found || found.round !== seen.round || (isShown && found.text !== seen.text)) return;
    await this.answers.explain({ ...found, isShown });
    this.#changed();
  }

  /** Notes a member's latest run; null if there is none any more. */
  submitted(number: number, run: string | null): void {
    const member = this.member(number);
    if (member) member.run = run;
    this.#changed();
  }

  /** Ends the room for those who listen. It is being removed from the store. */
  end(): void {
    this.#isOver = true;
    this.#members.clear();
    this.#changed();
  }

  /** Calls `listener` after each change. Returns a function that stops that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #newName(typed: string, except: number | null): string {
    const taken = this.members.filter(({ number }) => number !== except).map(({ name }) => name);
    const name = cleanName(typed);
    if (looksLikeAnother(name, taken)) throw new LookAlikeError();
    return name === '' ? madeUpName(taken) : unlike(name, taken);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
