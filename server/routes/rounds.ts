/** What a page shows of a room and its round: to one of its members, and to everyone. */
import { type RoomBarProps, roomBar } from '../../views/room/bar.ts';
import type { Late } from '../../views/room/late.ts';
import type { RoundNews } from '../figures/room-news.ts';
import { closedVotes, voteIn } from '../rooms/answers.ts';
import type { Member } from '../rooms/model.ts';
import type { Room } from '../rooms/room.ts';
import { questionOf } from '../rooms/round-question.ts';
import { endsSoon } from '../words/room-end.ts';
import { baseOf } from './address.ts';
import type { Playground } from './playground.ts';
import { offeredIn } from './room-rules.ts';
import { lessonOf } from './view.ts';

/** Renders the bar of a member, with the round of the room. `late`: see `RoomBarProps`. */
export function barOf(playground: Playground, room: Room, member: Member, late?: Late) {
  return roomBar({ ...barPropsOf(playground, room, member), ...(late && { late }) });
}

/** Returns what the bar of a member shows. */
export function barPropsOf(playground: Playground, room: Room, member: Member): RoomBarProps {
  const round = roundNewsOf(playground, room);
  const number = round?.number ?? 0;
  const vote =
    round && room.round && (voteIn(room.round.phase) ?? (closedVotes(room.round.phase).at(-1) || 1));
  const own = {
    choice: round && vote ? room.answers.choiceOf(number, vote, member.number) : null,
    explanation: room.answers.explanations(number).find((one) => one.member === member.number)?.text ?? '',
  };
  const lesson = lessonOf(playground.lessons, room.state.lesson);
  return {
    base: baseOf(playground.settings),
    code: room.code,
    name: member.name,
    hasHand: member.handAt !== null,
    handRun: member.handRun,
    lesson: room.state.program?.title ?? lesson?.title ?? '',
    start: room.state.program?.number ?? null,
    round,
    own,
    spotlight: spotlightOf(room),
    endsSoon: endsSoon(room.expiresAt, Date.now()),
    shown: room.looks.shown?.run ?? null,
    beside: room.looks.runWith(member.number),
    isClosed: room.state.isClosed,
    isLocked: room.state.isLocked,
    offered: room.state.lessons === null ? [] : offeredIn(playground.lessons, room.state),
    limits: room.state,
  };
}

/** Returns the run that everyone is shown, and its owner's name if they want it shown; null if there is none. */
export function spotlightOf(room: Room): { run: string; name: string } | null {
  const { spotlight } = room.state;
  const found = spotlight === null ? null : room.member(spotlight);
  return found?.run ? { run: found.run, name: found.showsName ? found.name : '' } : null;
}

/** Returns the round of a room as everyone may see it; null before the first, and if its lesson is gone. */
export function roundNewsOf({ lessons }: Pick<Playground, 'lessons'>, room: Room): RoundNews | null {
  const { round, answers } = room;
  const asked = round && questionOf(lessons, round);
  if (!round || !asked) return null;
  const { question, choices, right } = asked;
  const counts = (vote: 1 | 2) => answers.counts(round.number, vote, choices.length);
  const total = (some: number[]) => some.reduce((sum, one) => sum + one, 0);
  const closed = closedVotes(round.phase).map(counts);
  return {
    number: round.number,
    phase: round.phase,
    question,
    choices,
    right: round.phase === 'explain' || round.phase === 'over' ? right : null,
    phaseAt: round.phaseAt,
    answered: total(counts(voteIn(round.phase) ?? 1)),
    // Without a second vote there is only the first.
    counts: closed.filter((one, i) => i === 0 || total(one) > 0),
    explanations: answers
      .explanations(round.number)
      .filter(({ isShown }) => isShown)
      .map(({ text }) => text),
  };
}
