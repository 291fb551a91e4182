/**
 * What the members of a room send in its rounds: answers and explanations. What comes too late is said so where it was
 * written, and its text is shown again.
 */
import { type Context, Hono } from 'hono';
import { followedBar, noBar } from '../../views/room/bar.ts';
import type { Late } from '../../views/room/late.ts';
import type { RoundNews } from '../figures/room-news.ts';
import { MAX_EXPLANATION } from '../rooms/answers.ts';
import type { Member } from '../rooms/model.ts';
import type { Asked, Room } from '../rooms/room.ts';
import { shownText } from '../words/shown-text.ts';
import { baseOf } from './address.ts';
import { failure, isHtmx } from './failure.ts';
import type { Env } from './person.ts';
import type { Playground } from './playground.ts';
import { memberAt, NOT_IN } from './room-access.ts';
import { roomPage } from './room-page.ts';
import { barOf, barPropsOf, roundNewsOf } from './rounds.ts';

const CLOSED = 'Your teacher has closed the room, so this was not sent.';
const LATE_ANSWER = 'The vote was closed before your answer arrived, so it does not count.';
const LATE_LINE = 'The class had gone on before your line arrived, so it was not sent.';

/** Routes what the members of a room send in its rounds, and the bar of a member. */
export function roundRoutes(playground: Playground): Hono<Env> {
  const base = baseOf(playground.settings);
  const routes = new Hono<Env>();

  routes.get('/rooms/:code/bar', async (c) => {
    const found = await memberAt(c, playground);
    return c.html(found === null ? noBar(base, NOT_IN) : barOf(playground, found.room, found.member));
  });

  routes.post('/rooms/:code/answer', async (c) => {
    const found = await memberAt(c, playground);
    if (found === null) return failure(c, playground, 403, NOT_IN);
    const { room, member } = found;
    const form = await c.req.formData().catch(() => new FormData());
    const news = roundNewsOf(playground, room);
    const choice = Number(form.get('choice') || Number.NaN);
    if (news && !isAsked(news, form)) return tooLate(c, room, member, { message: LATE_ANSWER });
    if (news?.choices[choice] === undefined) return failure(c, playground, 422, 'Choose one of the answers.');
    if (await room.answer(member.number, choice, asked(news))) return done(c, room, member);
    return tooLate(c, room, member, { message: room.state.isClosed ? CLOSED : LATE_ANSWER });
  });

  routes.post('/rooms/:code/explain', async (c) => {
    const found = await memberAt(c, playground);
    const form = await c.req.formData().catch(() => new FormData());
    const text = lineOf(String(form.get('text') ?? ''));
    if (found === null) {
      if (!isHtmx(c)) return failure(c, playground, 403, NOT_IN);
      return c.html(noBar(base, NOT_IN, { message: 'Your line was not sent.', text }));
    }
    const { room, member } = found;
    const news = roundNewsOf(playground, room);
    // The page has lost the field while somebody was writing: nothing that they did not send is stored.
    const isSent = form.get('unsent') === null;
    if (isSent && news && isAsked(news, form) && (await room.explain(member.number, text, asked(news))))
      return done(c, room, member);
    return tooLate(c, room, member, { message: room.state.isClosed ? CLOSED : LATE_LINE, text, isSent });
  });

  function done(c: Context<Env>, room: Room, member: Member) {
    return isHtmx(c)
      ? c.html(barOf(playground, room, member))
      : c.redirect(`${base}/rooms/${room.code}`, 303);
  }

  function tooLate(c: Context<Env>, room: Room, member: Member, late: Late) {
    if (isHtmx(c)) return c.html(barOf(playground, room, member, late));
    const bar = followedBar({ ...barPropsOf(playground, room, member), late });
    return roomPage(c, playground, room, { bar, status: 422 });
  }
  return routes;
}

/**
 * Reports whether a form is about what is asked now, and not from a page that was offline while the class went on. The bar
 * then says what is asked.
 */
function isAsked({ number, phase }: RoundNews, form: FormData): boolean {
  return form.get('round') === String(number) && (form.get('phase') ?? phase) === phase;
}

/** Returns what a form was about, if `isAsked`: the class may go on before it is saved. */
function asked({ number, phase }: RoundNews): Asked {
  return { round: number, phase };
}

/** Returns what somebody typed as one line, as long as the wall has room for. */
function lineOf(typed: string): string {
  const line = typed
    .slice(0, 10 * MAX_EXPLANATION)
    .replace(/\s+/g, ' ')
    .trim();
  return shownText(line.slice(0, MAX_EXPLANATION).replace(/[\ud800-\udbff]$/, ''));
}
