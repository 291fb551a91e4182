/** The runs of a room as a page that replays them without a server: see static/offline and routes/room-html. */
import { html, raw } from 'hono/html';

import type { Spec } from '../../server/spec/spec.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { passOf } from '../../server/timeline/timeline.ts';
import { plannedUnit } from '../../server/words/pass-times.ts';
import { axisMs } from '../drawing/geometry.ts';
import { legend, legendTotals } from '../drawing/legend.ts';
import { passFigure } from '../run/pass.ts';
import { player } from '../run/player.ts';
import type { Pools } from '../run/view.ts';

/** A run in the page, as JSON. `made` is ms since 1970. */
export type ReplayRun = {
  id: string;
  name: string;
  nth: number;
  made: number;
  title: string;
  headline: string;
  /** Without its program, which is `code`. */
  spec: Spec;
  code: string;
  pools: Pools;
  spanMs: number;
  /** The events, one per line, as deflate-raw in base64. */
  events: string;
};

/** A round: how many chose each answer in each vote, and what was explained. */
export type ReplayRound = {
  number: number;
  question: string;
  choices: string[];
  counts: number[][];
  explanations: { name: string; text: string }[];
};

/** Renders the page up to its runs. `style` is the page's, and `policy` what it may load: nothing. */
export function replayHead(
  code: string,
  at: Date,
  rounds: ReplayRound[],
  { style, policy }: { style: string; policy: string },
) {
  const day = at.toISOString().slice(0, 10);
  return html`<!doctype html>
<html lang="en" class="scripted">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Room ${code}, ${day}</title>
<style>${raw(style)}</style>
</head>
<body class="embed offline">
<main>
<h1>Room ${code}, ${day}</h1>
<p>This file has the runs of the room, with names. It needs no server and no network: open it from the disk.</p>
<noscript><p>Replaying runs needs JavaScript.</p></noscript>
<p class="replay-choice"><label for="replay-run">Run</label> <select id="replay-run"></select> <button id="replay-before" type="button">Previous</button> <button id="replay-after" type="button">Next</button></p>
<p id="replay-said" class="unseen" role="status"></p>
<div id="replay"></div>
${rounds.length === 0 ? null : html`<h2>Questions and answers</h2>${rounds.map(roundPart)}`}
</main>
`;
}

function roundPart({ number, question, choices, counts, explanations }: ReplayRound) {
  return html`<section><h3>Round ${number}. <bdi>${question}</bdi></h3>
<table class="votes"><caption class="unseen">How the class answered</caption><thead><tr><th scope="col">Answer</th><th scope="col">First vote</th><th scope="col">Second vote</th></tr></thead><tbody>${choices.map((choice, i) => html`<tr><th scope="row"><bdi>${choice}</bdi></th>${[0, 1].map((vote) => html`<td>${counts[vote]?.[i] ?? 0}</td>`)}</tr>`)}</tbody></table>
${explanations.length === 0 ? null : html`<ul>${explanations.map(({ name, text }) => html`<li><bdi>${text}</bdi> <span class="quiet"><bdi>${name}</bdi></span></li>`)}</ul>`}</section>
`;
}

/** Renders a run, whole, as its view begins. */
export function replayPart(run: ReplayRun, timeline: RunTimeline) {
  const { spec, pools, spanMs, name, title, headline, code } = run;
  const passes = spec.modes.map((mode, index) =>
    passFigure(passOf(timeline, index), {
      mode,
      spec,
      pool: pools[mode],
      index,
      spanMs: axisMs(timeline, spanMs),
      uses: [],
    }),
  );
  return html`<h2><bdi>${name}</bdi>: <bdi>${title}</bdi></h2>
<p>${headline}</p>
<div class="passes">${passes}
${legend(spec, timeline, [], legendTotals(timeline))}</div>
${player(timeline.state === 'ended', false, false, plannedUnit(spec))}
<details class="program"><summary>Program</summary><pre tabindex="0" aria-label="Program"><code>${code}</code></pre></details>`;
}
