/** The rounds of a room: answers and explanations of its members, and what everyone sees of them. */
import { Hono } from 'hono';
import { noBar, type RoomBarProps, roomBar } from '../../views/room/bar.ts';
import type { RoundNews } from '../figures/room-news.ts';
import { closedVotes, MAX_EXPLANATION, voteIn } from '../rooms/answers.ts';
import type { Member } from '../rooms/model.ts';
import type { Room } from '../rooms/room.ts';
import { questionOf } from '../rooms/round-question.ts';
import { endsSoon } from '../words/room-end.ts';
import { shownText } from '../words/shown-text.ts';
import { baseOf } from './address.ts';
import { failure, isHtmx } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { memberAt, NOT_IN } from './room-access.ts';
import { offeredIn } from './room-rules.ts';
import { lessonOf } from './view.ts';

/** Routes what the members of a room send in its rounds, and the bar of a member. */
export function roundRoutes(playground: Playground): Hono<Env> {
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  routes.get('/rooms/:code/bar', (c) => {
    const found = memberAt(c, playground);
    return c.html(found === null ? noBar(base, NOT_IN) : barOf(playground, found.room, found.member));
  });

  routes.post('/rooms/:code/answer', async (c) => {
    const found = memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN);
    const { room, member } = found;
    const form = await c.req.formData().catch(() => new FormData());
    const news = roundNewsOf(playground, room);
    const choice = Number(form.get('choice') || Number.NaN);
    if (news?.choices[choice] === undefined) return failure(c, playground, 422, 'Choose one of the answers.');
    if (isAsked(news, form)) await room.answer(member.number, choice);
    return isHtmx(c)
      ? c.html(barOf(playground, room, member))
      : c.redirect(`${base}/rooms/${room.code}`, 303);
  });

  routes.post('/rooms/:code/explain', async (c) => {
    const found = memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN);
    const { room, member } = found;
    const form = await c.req.formData().catch(() => new FormData());
    const news = roundNewsOf(playground, room);
    if (news && isAsked(news, form))
      await room.explain(member.number, lineOf(String(form.get('text') ?? '')));
    return isHtmx(c)
      ? c.html(barOf(playground, room, member))
      : c.redirect(`${base}/rooms/${room.code}`, 303);
  });
  return routes;
}

/**
 * Reports whether a form is about what is asked now, and not from a page that was offline while the class went on. The bar
 * then says what is asked.
 */
function isAsked({ number, phase }: RoundNews, form: FormData): boolean {
  return form.get('round') === String(number) && (form.get('phase') ?? phase) === phase;
}

/** Returns what somebody typed as one line, as long as the wall has room for. */
function lineOf(typed: string): string {
  const line = typed
    .slice(0, 10 * MAX_EXPLANATION)
    .replace(/\s+/g, ' ')
    .trim();
  return shownText(line.slice(0, MAX_EXPLANATION).replace(/[\ud800-\udbff]$/, ''));
}

/** Renders the bar of a member, with the round of the room. */
export function barOf(playground: Playground, room: Room, member: Member) {
  return roomBar(barPropsOf(playground, room, member));
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
    answered: total(counts(voteIn(round.phase) ?? 1)),
    // Without a second vote there is only the first.
    counts: closed.filter((one, i) => i === 0 || total(one) > 0),
    explanations: answers
      .explanations(round.number)
      .filter(({ isShown }) => isShown)
      .map(({ text }) => text),
  };
}
