/** One room: what its members do in it, and what its teacher sets. */
import type { Phase } from '../figures/room-news.ts';
import type { Spec } from '../spec/spec.ts';
import { MAX_PROGRAMS, type MemberChange, type RoomStore } from '../store/rooms.ts';
import type { Seat } from '../store/store.ts';
import { titleOf } from '../words/program-title.ts';
import { endsSoon } from '../words/room-end.ts';
import { voteIn } from './answers.ts';
import { type DeviceCodes, OwnDeviceCodes } from './device-codes.ts';
import { cleanName } from './member-names.ts';
import { LASTS_MS, type Member, type OwnQuestion, type RoomState, type Round, readProgram } from './model.ts';
import { withRefused } from './refused.ts';
import { beginRound, goOn } from './rounds.ts';
import { type Decided, ShownRoom } from './shown-room.ts';

/** Most members of a room. */
const MAX_MEMBERS = 200;

/** Thrown if a room has no place for another member. */
export class FullError extends Error {
  constructor() {
    super(`This room is full: it has ${MAX_MEMBERS} members.`);
  }
}

/** The round, and its phase, that somebody saw who says something in it; undefined for whatever it is. */
export type Asked = { round?: number; phase?: Phase };

export class Room extends ShownRoom {
  readonly #deviceCodes: DeviceCodes = this.share?.deviceCodes ?? new OwnDeviceCodes();

  /** Returns where a member's runs belong; undefined if `person` is not in the room. */
  seatOf(person: string): Seat | undefined {
    const member = this.memberOf(person);
    return member === null ? undefined : { room: this.id, member: member.number };
  }

  /**
   * Lets a person in under the name they typed, or a made-up one if that is empty. Somebody who is in already keeps
   * what they have, but for a new name. Rejects with `FullError` or `NameError`.
   */
  join(person: string, typed: string, showsName: boolean): Promise<Member> {
    return this.save(this.entering, async (store) => {
      const known = this.memberOf(person);
      if (known) {
        const show = await this.#saveMember(store, known, {
          showsName,
          ...(cleanName(typed) !== '' && { name: typed }),
        });
        return { value: known, show };
      }
      if (this.inRoom.count >= MAX_MEMBERS) throw new FullError();
      const fields = {
        person,
        name: this.inRoom.newName(typed, null),
        joinedAt: Date.now(),
        showsName,
        handAt: null,
        handRun: null,
      };
      const number = await store.addMember(this.id, fields);
      const member = { ...fields, number, run: null };
      return { value: member, show: () => this.inRoom.add(member) };
    });
  }

  /** Returns a code of six digits with which this member goes on with another device within five minutes. */
  async deviceCode(number: number): Promise<string> {
    return this.#deviceCodes.issue(number);
  }

  /**
   * Makes `person` the member who asked for this code: the other device is then in the room no more. Returns null if
   * there is no such code any more. Somebody who is in already gives their own place up.
   */
  async takeOver(typed: string, person: string): Promise<Member | null> {
    type Taken = { member: Member | null; left: number | null };
    const { member, left } = await this.save<Taken>(this.entering, async (store) => {
      const number = await this.#deviceCodes.redeem(typed);
      const member = number === null ? null : this.member(number);
      const own = member && this.memberOf(person);
      if (member === null || own?.number === member.number) return { value: { member, left: null } };
      if (own) await store.removeMember(this.id, own.number);
      const take = await this.#saveMember(store, member, { person });
      const show = () => {
        if (own) this.#forget(own.number);
        take();
      };
      return { value: { member, left: own?.number ?? null }, show };
    });
    if (left !== null) await this.#dim(left);
    return member;
  }

  /**
   * Changes a member. A name is cleaned, and numbered if somebody else has it. Has no effect if there is none. Rejects
   * with `NameError`.
   */
  change(number: number, change: MemberChange): Promise<void> {
    return this.#changeMember(number, () => change);
  }

  #changeMember(number: number, changeOf: (member: Member) => MemberChange): Promise<void> {
    return this.save(this.entering, async (store) => {
      const member = this.member(number);
      if (member === null) return { value: undefined };
      return { value: undefined, show: await this.#saveMember(store, member, changeOf(member)) };
    });
  }

  /** Saves what changes about a member. Returns what shows it. */
  async #saveMember(
    store: RoomStore,
    member: Member,
    { name, ...others }: MemberChange,
  ): Promise<() => void> {
    const { number } = member;
    const all = { ...others, ...(name !== undefined && { name: this.inRoom.newName(name, number) }) };
    await store.updateMember(this.id, number, all);
    return () => void Object.assign(member, all);
  }

  /** Raises a member's hand, about a run if there is one. */
  raiseHand(number: number, run: string | null): Promise<void> {
    return this.#changeMember(number, (member) => {
      // A hand that is up keeps its turn; and no clock that is set back puts one before another.
      const latest = Math.max(0, ...this.members.map(({ handAt }) => handAt ?? 0));
      return { handAt: member.handAt ?? Math.max(Date.now(), latest + 1), handRun: run };
    });
  }

  lowerHand(number: number): Promise<void> {
    return this.change(number, { handAt: null, handRun: null });
  }

  /** Removes a member. Their runs stay. */
  async remove(number: number): Promise<void> {
    await this.save(this.entering, async (store) => {
      await store.removeMember(this.id, number);
      return { value: undefined, show: () => this.#forget(number) };
    });
    await this.#dim(number);
  }

  /** Does not let a person in any more, until `set` empties what is refused. */
  refuse(person: string): Promise<void> {
    return this.#set(({ refused }) => ({ refused: withRefused(refused, this.id, person) }));
  }

  /** Takes the spotlight from a member who has gone. */
  async #dim(number: number): Promise<void> {
    if (this.state.spotlight === number)
      await this.#set(({ spotlight }) => (spotlight === number ? { spotlight: null } : null));
  }

  /** Sets what the teacher has set. */
  set(change: Partial<RoomState>): Promise<void> {
    return this.#set(() => change);
  }

  /** Sets what `changeOf` returns for what is set then; null for nothing. */
  #set(changeOf: (state: RoomState) => Partial<RoomState> | null): Promise<void> {
    return this.save(this.setting, (store) => this.#saveState(store, changeOf(this.state)));
  }

  /** Saves what changes in the state. Returns what shows it. */
  async #saveState(store: RoomStore, change: Partial<RoomState> | null): Promise<Decided<void>> {
    if (change === null) return { value: undefined };
    const state = { ...this.state, ...change };
    await store.updateRoom(this.id, { state: JSON.stringify(state), expiresAt: this.expiresAt });
    const show = () => {
      this.shownState = state;
    };
    return { value: undefined, show };
  }

  /** Lets a room that ends soon last as long as a new one. Has no effect before: see `endsSoon`. */
  keep(): Promise<void> {
    return this.save(this.setting, async (store) => {
      const now = Date.now();
      if (this.isOver || endsSoon(this.expiresAt, now) === null) return { value: undefined };
      const expiresAt = now + LASTS_MS;
      await store.updateRoom(this.id, { state: JSON.stringify(this.state), expiresAt });
      const show = () => {
        this.shownExpiresAt = expiresAt;
      };
      return { value: undefined, show };
    });
  }

  /** Makes the room about a program: a new one, or a repaired one. Each member gets a copy. */
  give(spec: Spec): Promise<void> {
    return this.save(this.setting, async (store) => {
      const program = await this.#addProgram(store, spec);
      return this.#saveState(store, { program, latestProgram: program.number });
    });
  }

  async #addProgram(store: RoomStore, spec: Spec): Promise<{ number: number; title: string }> {
    const number = await store.addProgram(this.id, JSON.stringify(spec));
    return { number, title: titleOf(spec) };
  }

  /** Returns a program that was given to the room, by default the one that it is about; null if there is none. */
  async program(number = this.state.program?.number): Promise<Spec | null> {
    const json = number === undefined ? null : await this.store.program(this.id, number);
    return json === null ? null : readProgram(json);
  }

  /** Returns the programs that were given to the room, oldest first: of many, the latest. */
  async programs(): Promise<{ number: number; spec: Spec }[]> {
    const { latestProgram, program } = this.state;
    const latest = Math.max(latestProgram, program?.number ?? 0);
    const found: { number: number; spec: Spec }[] = [];
    for (let number = Math.max(1, latest - MAX_PROGRAMS + 1); number <= latest; number++) {
      const spec = await this.program(number);
      if (spec !== null) found.push({ number, spec });
    }
    return found;
  }

  /**
   * Begins a round about a lesson, which the room is then about, if there are `after` rounds so far: a second click, or a
   * second teacher, begins no other. A round that is under way is over.
   */
  beginRound(lesson: string, after = this.state.rounds.length): Promise<void> {
    return this.#set((state) => beginRound(state, after, { lesson, own: null, program: null }, Date.now()));
  }

  /** Begins a round with a question of the teacher's own, and a program that comes with it; null for none. */
  beginOwnRound(own: OwnQuestion, spec: Spec | null, after = this.state.rounds.length): Promise<void> {
    return this.save(this.setting, async (store) => {
      if (this.state.rounds.length !== after) return { value: undefined };
      const { lesson } = this.state;
      const program = spec ? await this.#addProgram(store, spec) : this.state.program;
      return this.#saveState(store, beginRound(this.state, after, { lesson, own, program }, Date.now()));
    });
  }

  /**
   * Goes on to a phase of the round, if it is in phase `from`: a second click, or a second teacher, does not skip one.
   */
  goOn(from: Phase, to: Phase): Promise<void> {
    return this.#set((state) => goOn(state, from, to, Date.now()));
  }

  /**
   * Sets a member's answer in the vote that is open. Returns false if none is, if it is another than what was `asked`, or
   * if the room is closed.
   */
  answer(member: number, choice: number, asked: Asked = {}): Promise<boolean> {
    return this.save(this.saying, async (store) => {
      const { round } = this;
      const vote = round && voteIn(round.phase);
      if (!vote || !isAsked(round, asked) || !this.#maySay(member)) return { value: false };
      const answer = { round: round.number, vote, member, choice };
      await store.answer(this.id, answer);
      return { value: true, show: () => this.answers.answer(answer) };
    });
  }

  /** Sets a member's explanation. Returns false if the round does not ask for one now, or another was `asked` for. */
  explain(member: number, text: string, asked: Asked = {}): Promise<boolean> {
    return this.save(this.saying, async (store) => {
      const { round } = this;
      if (round?.phase !== 'explain' || !isAsked(round, asked) || !this.#maySay(member))
        return { value: false };
      const explanation = { round: round.number, member, text, isShown: false };
      await store.explain(this.id, explanation);
      return { value: true, show: () => this.answers.explain(explanation) };
    });
  }

  #maySay(member: number): boolean {
    return !this.state.isClosed && this.member(member) !== null;
  }

  /**
   * Puts a member's explanation on the wall, or takes it away. One that is no longer as the teacher has `seen` it is not
   * shown: its member may have written something else meanwhile.
   */
  showExplanation(member: number, seen: { round: number; text: string }, isShown: boolean): Promise<void> {
    return this.save(this.saying, async (store) => {
      const { round } = this;
      const found = round && this.answers.explanations(round.number).find((one) => one.member === member);
      if (!found || found.round !== seen.round || (isShown && found.text !== seen.text))
        return { value: undefined };
      const explanation = { ...found, isShown };
      await store.explain(this.id, explanation);
      return { value: undefined, show: () => this.answers.explain(explanation) };
    });
  }

  #forget(number: number): void {
    this.inRoom.remove(number);
    this.answers.keepOnly((one) => one !== number);
  }
}

/** The class may go on while an answer is under way. */
function isAsked({ number, phase }: Round, asked: Asked): boolean {
  return (asked.round ?? number) === number && (asked.phase ?? phase) === phase;
}
