/** The teacher's page of a room. */
import { html } from 'hono/html';
import type { RoundNews } from '../../server/figures/room-news.ts';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { type CoresProps, coresPart } from './cores.ts';
import { teacherExpiry } from './expiry.ts';
import { errorAt, invalid } from './give.ts';
import { type HandProps, handPart } from './hand.ts';
import { helpPart, type NeedsHelp } from './help.ts';
import { taughtRun } from './look.ts';
import { histogram, NEXT } from './round.ts';
import { roomDownloads } from './take.ts';

export type TeachProps = {
  base: string;
  code: string;
  teacherKey: string;
  /** Whole addresses: for learners, and for the wall. */
  joinUrl: string;
  wallUrl: string;
  /** When the room ends, in ms since 1970. */
  expiresAt: number;
  /** When, in words, if that is soon: see `endsSoon`. */
  endsSoon: string | null;
  lesson: string;
  lessons: CatalogueEntry[];
  members: {
    number: number;
    name: string;
    run: string | null;
    isInSpotlight: boolean;
  }[];
  /** The run whose view the class follows; null if it follows none. */
  shown: string | null;
  /** Null before the first round. */
  round: RoundNews | null;
  /** Those of the round. */
  explanations: { member: number; name: string; text: string; isShown: boolean }[];
  /** Those who may need help, the most urgent first. */
  help: NeedsHelp[];
  hand: HandProps;
  /** How many were removed, and cannot enter again. */
  removed: number;
  /** A name that cannot be given, as typed, and why; left out if there is none. */
  refused?: { number: number; typed: string; error: string };
  cores: CoresProps;
};

/** Renders the page. Whoever has its address is the teacher. */
export function teach(props: TeachProps) {
  const { code, joinUrl, wallUrl, expiresAt } = props;
  const { address, key } = addressOf(props);
  const at = new Date(expiresAt).toISOString();
  return html`<section class="reading teach">
<h1>Room ${code}</h1>
<p>The address of this page is your key: keep it to yourself, and bookmark it.</p>
<dl>
<dt>Learners go to</dt><dd><a href="${joinUrl}">${joinUrl}</a> and enter <b>${code}</b>, or scan the code on the wall</dd>
<dt>For the projector</dt><dd><a href="${wallUrl}">Open the wall</a></dd>
<dt>Ends</dt><dd><time class="local" datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time></dd>
</dl>
<room-follow data-news="${address}/news${key}" data-part="${address}/teach/part${key}" data-target="#teach-part">${teachPart(props)}</room-follow>
${roomDownloads(address, key)}
<h2>End the room</h2>
<details><summary>End it now</summary><form method="post" action="${address}/end${key}"><p>Names and answers are deleted, and nobody can enter any more. The runs stay, without names.</p><button type="submit">End the room for everyone</button></form></details>
</section>`;
}

function addressOf({ base, code, teacherKey }: TeachProps) {
  return { address: `${base}/rooms/${code}`, key: `?key=${teacherKey}` };
}

/** Renders what changes while the page is open. */
export function teachPart(props: TeachProps) {
  const { round, lesson, lessons, members } = props;
  const { address, key } = addressOf(props);
  return html`<div id="teach-part">
${teacherExpiry(props.endsSoon, address, key)}
${props.shown && html`<form class="room-form" method="post" action="${address}/look${key}"><p role="status">The class follows a view of <a href="${taughtRun(props.base, props.code, props.teacherKey, props.shown)}">this run</a>.</p> <button type="submit" name="do" value="stop">Stop “Follow me”</button></form>`}
<h2 id="round" tabindex="-1">Round</h2>
${round && round.phase !== 'over' ? openRound(props, round) : null}
<form class="room-form" method="post" action="${address}/round${key}"><input type="hidden" name="after" value="${round?.number ?? 0}"><label for="round-lesson">${round && round.phase !== 'over' ? 'Begin another round about' : 'Ask everyone the question of'}</label> <select id="round-lesson" name="lesson">${lessons.map(({ slug, title }) => html`<option value="${slug}"${slug === lesson ? html` selected` : null}>${title}</option>`)}</select> <button type="submit">Begin a round</button> <a href="${address}/ask${key}">Ask a question of your own</a></form>
${round === null ? null : html`<p><a href="${address}/answers.csv${key}">Answers of all rounds (CSV)</a></p>`}
${members.length === 0 ? null : helpPart(props.help, props)}
${handPart(props.hand, address, key)}
${coresPart(props.cores, address, key)}
<h2 id="members" tabindex="-1">${members.length === 1 ? '1 member' : `${members.length} members`}</h2>
${members.length === 0 ? html`<p>Nobody has entered yet.</p>` : html`<ol class="members">${members.map((member) => memberItem(member, props))}</ol>`}
${removedPart(props)}
</div>`;
}

/** Renders how those who were removed can enter again. Nothing if nobody was. */
function removedPart(props: TeachProps) {
  if (props.removed === 0) return null;
  const { address, key } = addressOf(props);
  const whom = props.removed === 1 ? 'One removed member' : `${props.removed} removed members`;
  return html`<form class="room-form" method="post" action="${address}/refused${key}"><p>${whom} cannot enter this room again in the same browser.</p> <button id="let-in" type="submit">Let them in again</button></form>`;
}

function openRound(props: TeachProps, round: RoundNews) {
  const { members, explanations } = props;
  const { address, key } = addressOf(props);
  const { phase, question, answered } = round;
  const isVote = phase === 'vote' || phase === 'vote-again';
  return html`<div class="round">
<p><b>Round ${round.number}.</b> <bdi>${question}</bdi></p>
${isVote ? html`<p role="status">${answered} of ${members.length} answered.</p>` : histogram(round)}
${phase === 'explain' ? explanationList(round.number, explanations, address, key) : null}
<form class="room-form" method="post" action="${address}/round${key}"><input type="hidden" name="from" value="${phase}">${NEXT[phase].map(({ to, words }) => html`<button class="primary" type="submit" name="to" value="${to}">${words}</button> `)}</form>
</div>`;
}

function explanationList(
  round: number,
  explanations: TeachProps['explanations'],
  address: string,
  key: string,
) {
  if (explanations.length === 0) return html`<p class="quiet">No explanations yet.</p>`;
  return html`<ol class="explanations">${explanations.map(
    ({ member, name, text, isShown }) => html`
<li><bdi>${text}</bdi> <span class="quiet"><bdi>${name}</bdi></span> <form method="post" action="${address}/explanations/${member}${key}"><input type="hidden" name="round" value="${round}"><input type="hidden" name="text" value="${text}"><button id="put-${member}" type="submit" name="show" value="${isShown ? '0' : '1'}">${isShown ? 'Take off the wall' : 'Put on the wall'}</button></form></li>`,
  )}</ol>`;
}

function memberItem(member: TeachProps['members'][number], props: TeachProps) {
  const { number, name, run, isInSpotlight } = member;
  const refused = props.refused?.number === number ? props.refused : null;
  const id = `member-${number}`;
  const { address, key } = addressOf(props);
  // All rows have the same buttons: whoever hears them hears whose they are.
  const whose = html`<span class="unseen"> <bdi>${name}</bdi></span>`;
  return html`
<li id="${id}-row"><form method="post" action="${address}/members/${number}${key}"${refused && html` hx-morph-skip`}>${errorAt(id, refused?.error)}<label class="unseen" for="${id}">Name of member ${number}</label><input id="${id}" name="name" value="${refused?.typed ?? name}" maxlength="100"${invalid(id, refused?.error)}${refused && html` autofocus`}> <button id="${id}-rename" type="submit" name="do" value="rename">Rename${whose}</button> <button id="${id}-remove" type="submit" name="do" value="remove">Remove${whose}</button></form>${run === null ? html`<span class="quiet">no run yet</span>` : html`<a href="${taughtRun(props.base, props.code, props.teacherKey, run)}">latest run${whose}</a> <a href="${address}/members/${number}/program${key}">changes${whose}</a> <form method="post" action="${address}/spotlight${key}"><button id="spotlight-${number}" type="submit" name="member" value="${isInSpotlight ? '' : number}" aria-pressed="${isInSpotlight}">${isInSpotlight ? 'Shown to everyone' : 'Show to everyone'}${whose}</button></form>`}</li>`;
}

/** Renders what is in the place of the part once the room has ended. */
export function endedPart(base: string) {
  return html`<div id="teach-part" data-over><p role="status">This room has ended. <a href="${base}/rooms/new">Open another</a></p></div>`;
}
