/** The bar above the playground for a member of a room: the round, and asking for help. */
import { html } from 'hono/html';
import type { RoundNews } from '../../server/figures/room-news.ts';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { count } from '../../server/words/units.ts';
import { lessonName } from '../page/lesson-strip.ts';
import { memberExpiry } from './expiry.ts';
import { type Late, latePart } from './late.ts';
import { sharedViews } from './look.ts';
import { NOT_SENT, type OwnAnswer, roundPanel } from './round.ts';

export type RoomBarProps = {
  base: string;
  code: string;
  name: string;
  /** Whether the member asks for help, and with which run; null for none. */
  hasHand: boolean;
  handRun: string | null;
  /** The title of the lesson or program that the room is about. */
  lesson: string;
  /** The number of that program; null for a lesson. */
  start: number | null;
  /** Null if there is none. */
  round: RoundNews | null;
  own: OwnAnswer;
  /** What the member has sent too late. */
  late?: Late;
  /** The run that everyone is shown, and its owner's name, empty if that is not shown; null for none. */
  spotlight: { run: string; name: string } | null;
  /** When the room ends, in words, if that is soon: see `endsSoon`. */
  endsSoon: string | null;
  /** The run that the class is shown by the teacher, and the one that the teacher looks at with the member; or null. */
  shown: string | null;
  beside: string | null;
  /** Whether nobody may run or answer now. */
  isClosed: boolean;
  /** The lessons that the teacher has chosen; none if all are offered. */
  offered: Pick<CatalogueEntry, 'slug' | 'title' | 'shortTitle'>[];
  /** How much a run in the room may take; null for what the server allows. */
  limits: { maxJobs: number | null; maxSeconds: number | null };
  /** Whether only programs that nobody has changed may be run. */
  isLocked: boolean;
};

/** Renders the bar, which follows the room: see static/room/room-follow.ts. */
export function followedBar(props: RoomBarProps) {
  const address = `${props.base}/rooms/${props.code}`;
  return html`<room-follow data-news="${address}/news" data-part="${address}/bar" data-target="#room-bar" data-room="${props.code}" data-runs="${props.base}/runs/" data-beside="${address}/beside">${roomBar(props)}</room-follow>`;
}

/** Renders the bar alone, as an answer to htmx. */
export function roomBar(props: RoomBarProps) {
  const {
    base,
    code,
    name,
    hasHand,
    handRun,
    lesson,
    round,
    own,
    spotlight,
    endsSoon,
    isClosed,
    isLocked,
    start,
    shown,
    beside,
    late,
  } = props;
  const address = `${base}/rooms/${code}`;
  return html`<section id="room-bar" aria-label="Room"${isLocked ? html` data-locked` : null}${start === null ? null : html` data-start="${start}"`}>
<div class="room-who"><p>Room <a href="${address}">${code}</a>, you are <b><bdi>${name}</bdi></b></p>
<form method="post" action="${address}/hand" hx-post="${address}/hand" hx-target="#room-bar" hx-swap="outerMorph"><button type="submit" name="up" value="${hasHand ? '0' : '1'}" aria-pressed="${hasHand}">${hasHand ? 'Asking for help' : 'Ask for help'}</button>${hasHand && handRun !== null ? html` <span class="quiet">with <a href="${base}/runs/${handRun}">this run</a></span>` : null}${NOT_SENT}</form>
<p class="quiet"><a href="${address}"><bdi>${lesson}</bdi></a> · <a href="${address}/wall">The wall</a> · <a href="${address}/me">Name and other device</a></p></div>
${spotlight && html`<p class="spotlight" role="status">The class is looking at <a href="${base}/runs/${spotlight.run}">${spotlight.name === '' ? 'this run' : html`the run of <bdi>${spotlight.name}</bdi>`}</a></p>`}
${start === null ? null : html`<p class="given" hidden>Your teacher has given everyone a program. <a href="${address}">Open your copy</a></p>`}
${offeredWords(props, address)}
${sharedViews(base, shown, beside)}
${rulesWords(isClosed, isLocked)}
${memberExpiry(endsSoon, base)}
${roundPanel(isClosed ? null : round, own, address)}
${latePart(late, `${round?.number ?? 0}-${round?.phase ?? 'over'}`)}
</section>`;
}

function offeredWords({ offered, limits: { maxJobs, maxSeconds } }: RoomBarProps, address: string) {
  const limits = [
    ...(maxJobs === null ? [] : [count(maxJobs, 'job')]),
    ...(maxSeconds === null ? [] : [`${maxSeconds} s per mode`]),
  ];
  const links = offered.map(
    (lesson, i) =>
      html`${i === 0 ? '' : ', '}<a href="${address}/lessons/${lesson.slug}">${lessonName(lesson)}</a>`,
  );
  return html`${links.length === 0 ? null : html`<p class="quiet">Lessons here: ${links}</p>`}${limits.length === 0 ? null : html`<p class="quiet">Up to ${limits.join(' and ')} in this room</p>`}`;
}

function rulesWords(isClosed: boolean, isLocked: boolean) {
  if (isClosed)
    return html`<p class="room-rule" role="status">Your teacher has closed the room: nothing can be run or answered now. Everything is kept.</p>`;
  if (isLocked)
    return html`<p class="room-rule" role="status">Your teacher has locked editing: only the program that you were given can run. What you have written is kept.</p>`;
  return null;
}

/** Renders what is in the place of the bar once the reader is not in the room any more. */
export function noBar(base: string, message: string, late?: Late) {
  return html`<section id="room-bar" aria-label="Room" data-over><p role="status">${message} <a href="${base}/rooms">Enter a room</a></p>
${latePart(late, 'over')}</section>`;
}
