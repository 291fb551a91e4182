/**
 * A program that is executed by hand: its lanes, each with the step that it would take next and a button that lets it
 * go; the timeline so far, with what the lanes share; and the program, with the next lines marked. Each button is a
 * form of its own, so that it works without script.
 */
import { html, raw } from 'hono/html';
import { GOALS, type Goal, type PlayOutcome } from '../../server/figures/play-goals.ts';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { MAX_CHOICES, type NextStep } from '../../server/protocol/play.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { positions } from '../../server/timeline/lines.ts';
import type { PassTimeline, Row, RunTimeline } from '../../server/timeline/model.ts';
import { passOf } from '../../server/timeline/timeline.ts';
import { inMode, jobOrMain } from '../../server/words/english.ts';
import { isolated } from '../../server/words/isolated.ts';
import { laneClass, rowName } from '../../server/words/names.ts';
import {
  GOAL_WORDS,
  lengthWords,
  letWords,
  nextWords,
  positionSentence,
  reachedWords,
  restWords,
} from '../../server/words/play-words.ts';
import { shownText } from '../../server/words/shown-text.ts';
import { doesWords, partyOf } from '../../server/words/step-words.ts';
import { axisMs } from '../drawing/geometry.ts';
import { withTerms } from '../page/terms.ts';
import { consoleList } from '../run/console.ts';
import { headline, withIsolates } from '../run/headline.ts';
import { passFigure } from '../run/pass.ts';
import { usesOf } from '../run/uses.ts';
import type { Pools } from '../run/view.ts';

/**
 * The challenge or the lesson that a game was begun from, and its address; null for a program that somebody wrote.
 */
export type GameOrigin = { kind: 'Challenge' | 'Lesson'; name: string; address: string } | null;

/**
 * `chosen`: how many steps were chosen. `message`: why the last request was refused. `from`: where it was begun.
 * `base`: see `Site`.
 */
export type GameProps = {
  id: string;
  spec: Spec;
  lesson: CatalogueEntry | null;
  timeline: RunTimeline;
  chosen: number;
  /** The text of the order so far. */
  schedule: string;
  next: readonly NextStep[];
  count: number;
  outcome: PlayOutcome | null;
  fault: string | null;
  isMisfit: boolean;
  reached: ReadonlySet<Goal>;
  pools: Pools;
  message?: string | undefined;
  from: GameOrigin;
  base: string;
};

const HOW = {
  lanes: {
    what: 'You decide which lane takes the next step. Press a button',
    keys: ', or a key: 0 for main, 1 to 9 for the jobs’ lanes, Z to undo',
  },
  loop: { what: 'You decide which wait ends next. Press a button', keys: ', or its key; Z to undo' },
};

/** Width of the axis before there are many steps. */
const SPAN = 12;

/** Renders the page's heading, and the game. */
export function gamePage(p: GameProps) {
  const how = HOW[p.spec.modes[0] === 'event-loop' ? 'loop' : 'lanes'];
  return html`<div class="play-page">
${p.from && html`<p class="quiet">${p.from.kind}: <a href="${p.from.address}">${p.from.name}</a></p>`}
<h1>Be the scheduler</h1>
<p class="quiet">${isolated(p.lesson?.title ?? 'Your program')}, ${inMode(p.spec.modes[0] ?? 'threads')}. ${how.what}<span class="play-keys">${how.keys}</span>.</p>
${gameSection(p)}
<div class="spoken unseen" role="log" aria-live="polite" aria-label="Announcements"></div>
</div>`;
}

/** Renders the part of the page that each step replaces. */
export function gameSection(p: GameProps) {
  const { id, base, timeline, outcome, fault, message } = p;
  const pass = passOf(timeline, 0);
  const words = positionSentence(pass, outcome, fault);
  const reached = GOALS.filter((goal) => p.reached.has(goal));
  const said = [message, words, outcome ? reachedWords(reached) : ''].filter(Boolean).join(' ');
  return html`<section id="play" aria-label="Game" data-play="${base}/games/${id}" data-said="${said}">
<h2 class="sentence">${headline(words)}</h2>
<p id="form-message" role="alert">${message ?? null}</p>
${goals(p.reached)}
<div class="play-now">
${lanes(p, pass)}
${moves(p)}
</div>
${drawing(p, pass)}
<div class="run-text">
${program(p, pass)}
<div class="run-console">
<h3>Steps</h3>
<ol class="steps" tabindex="0" aria-label="Steps">${(pass?.steps ?? []).map((step) => html`<li><b class="${laneClass(step.lane)}">${partyOf(step)}</b> ${withIsolates(doesWords(step))}</li>`)}</ol>
<h3>Console</h3>
<ol class="console" tabindex="0" aria-label="Console">${consoleList(timeline)}</ol>
</div>
</div>
</section>`;
}

function goals(reached: ReadonlySet<Goal>) {
  return html`<ul class="goals" aria-label="Goals">${GOALS.map((goal) => html`<li${reached.has(goal) ? html` class="is-reached"` : null}>${GOAL_WORDS[goal]}${reached.has(goal) ? html` <span class="done">✓<span class="unseen"> done</span></span>` : null}</li>`)}</ul>`;
}

/** Renders the lanes in a form: the one button that is pressed says which step is taken. */
function lanes(p: GameProps, pass: PassTimeline | null) {
  const { next, count, chosen, spec } = p;
  const address = `${p.base}/games/${p.id}/pick`;
  const lines = (p.lesson?.program ?? '').split('\n');
  const rows = (pass?.rows ?? []).filter(({ slot }) => slot === null);
  const isOnLoop = spec.modes[0] === 'event-loop';
  const items = rows.map((row) => {
    const own = next.filter(({ lane }) => lane === row.lane);
    const steps = own.map((step, i) =>
      nextStep(p, step, { pass, row, lines, key: keyOf(step, i, isOnLoop) }),
    );
    return html`<li><b class="${laneClass(row.lane)}">${rowName(row)}</b>${steps.length > 0 ? steps : html`<span class="next quiet">${withIsolates(restWords(row, p.outcome))}</span>`}</li>
`;
  });
  const hidden = count > MAX_CHOICES ? `Only the first ${MAX_CHOICES} of ${count} steps are shown.` : null;
  return html`<form class="play-lanes" method="post" action="${address}" hx-post="${address}" hx-target="#play" hx-swap="outerMorph">
<input type="hidden" name="at" value="${chosen}">
<ul aria-label="Lanes">${items}</ul>
${hidden && html`<p class="quiet">${hidden}</p>`}
</form>`;
}

/** Returns the key of a step: the number of its lane, which has one; on the event loop, which is one lane, its place. */
function keyOf({ lane }: NextStep, place: number, isOnLoop: boolean): number | null {
  const key = isOnLoop ? place : lane;
  return key < 10 && (isOnLoop || place === 0) ? key : null;
}

/** Renders a step that can be taken next, with its line of the program. */
function nextStep(
  { chosen }: GameProps,
  step: NextStep,
  { pass, row, lines, key }: { pass: PassTimeline | null; row: Row; lines: string[]; key: number | null },
) {
  const { lane, answer } = step;
  const line = lineOf(step, pass);
  const wait = waitOf(step, row);
  const words = nextWords(step, wait);
  const who = { job: step.job ?? wait?.job ?? row.bars.at(-1)?.job ?? null };
  const code = line === undefined ? '' : (lines[line - 1] ?? '').trim();
  const hasKey = key !== null;
  const press = hasKey ? html` data-key="${key}" aria-keyshortcuts="${key}"` : null;
  // The name has all that the button shows.
  const name = `${hasKey ? `${key} ` : ''}${letWords(who, words)}`;
  return html`<span class="next"><button id="step-${lane}-${answer}" type="submit" name="step" value="${lane}:${answer}" data-at="${chosen}"${press} aria-label="${name}">${hasKey ? html`<kbd>${key}</kbd> ` : null}Let it go</button> <span>${withIsolates(words)}${code === '' ? null : html` <a class="code" href="#line-${line}"><code>${shownText(code)}</code></a>`}</span></span>`;
}

/** The wait that a step would end; null if it ends none. */
function waitOf({ does, on, answer }: NextStep, row: Row) {
  // Of a sleep, all is known; a timer has no bar.
  if (does !== null || on !== null) return null;
  const open = row.bars.filter(({ endMs }) => endMs === null);
  return open[answer] ?? open.at(-1) ?? null;
}

function lineOf({ does, line, lane }: NextStep, pass: PassTimeline | null): number | undefined {
  if (does !== null || line !== undefined || pass === null) return line;
  return positions(pass).find(({ row }) => row.lane === lane)?.line;
}

/** Renders what else can be done: undo, begin again, save. */
function moves(p: GameProps) {
  const { id, base, chosen, outcome } = p;
  const address = `${base}/games/${id}`;
  const form = (name: string, words: string, isOff: boolean, key: string | null = null) =>
    html`<form method="post" action="${address}/${name}" hx-post="${address}/${name}" hx-target="#play" hx-swap="outerMorph"><input type="hidden" name="at" value="${chosen}"><button id="play-${name}" type="submit"${key && html` data-key="${key}" aria-keyshortcuts="${key} Backspace"`}${isOff ? html` disabled` : null}>${words}</button></form>`;
  return html`<div class="play-moves">
${form('undo', 'Undo', chosen === 0, 'z')}
${form('again', 'Start over', chosen === 0 && p.fault === null)}
${
  outcome === null
    ? null
    : html`<form method="post" action="${address}/save"><input type="hidden" name="schedule" value="${p.schedule}"><button id="play-save" class="primary" type="submit">Save</button> <span class="quiet">${withTerms(lengthWords(outcome), p.base)}. Saving makes a run with a link that replays it.</span></form>`
}
${p.isMisfit ? html`<p class="quiet">The program did not take the same steps again, so the game is shorter now: it depends on something besides their order.</p>` : null}
</div>`;
}

function drawing({ spec, timeline, lesson, pools }: GameProps, pass: PassTimeline | null) {
  const mode = spec.modes[0] ?? 'threads';
  const options = { mode, spec: { ...spec, schedule: 'none' }, pool: pools[mode], index: 0 };
  const uses = usesOf(lesson?.program ?? '');
  return html`<div class="passes">${passFigure(pass, { ...options, spanMs: axisMs(timeline, SPAN), uses })}</div>`;
}

/** Renders the program; the lines of the next steps say whose they are. */
function program({ lesson, next }: GameProps, pass: PassTimeline | null) {
  if (lesson === null) return null;
  const at = new Map<number, string[]>();
  for (const step of next) {
    const line = lineOf(step, pass);
    const row = pass?.rows.find(({ lane }) => lane === step.lane);
    if (line === undefined || !row) continue;
    const name = step.job === null ? rowName(row) : jobOrMain(step);
    at.set(line, [...new Set([...(at.get(line) ?? []), name])]);
  }
  const lines = lesson.program.replace(/\n$/, '').split('\n');
  return html`<div class="program"><h3>Program</h3>
<pre id="play-program" tabindex="0" role="group" aria-label="Program"><code>${lines.map((line, i) => {
    const who = at.get(i + 1);
    return html`<span class="line${who ? ' is-at' : ''}" id="line-${i + 1}" data-line="${i + 1}">${shownText(line)}${who ? html`<span class="at">← ${who.join(', ')}</span>` : null}</span>${raw('\n')}`;
  })}</code></pre></div>`;
}
