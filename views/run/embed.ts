/** A run for an iframe: its sentence and timelines, live, and a link to its page. */
import { html } from 'hono/html';
import { passOf } from '../../server/timeline/timeline.ts';
import { searchesOf } from '../../server/words/search-sentence.ts';
import { sentence } from '../../server/words/sentence.ts';
import { axisMs, drawingHeight, expectedRows } from '../drawing/geometry.ts';
import { legend, legendTotals } from '../drawing/legend.ts';
import { topsOf } from '../drawing/series.ts';
import { searchModes } from '../family/outcomes.ts';
import { connectionLine, lateLine } from '../page/connection.ts';
import { type Assets, stylesAndScripts } from '../page/page.ts';
import { claimAttribute } from './claim-attribute.ts';
import { headline } from './headline.ts';
import { passFigure } from './pass.ts';
import type { RunProps } from './view.ts';

/** Renders a whole document; without script it reloads until the run has ended. */
export function embedPage(run: RunProps, assets: Assets) {
  const { spec, timeline, base, lesson } = run;
  const words = sentence(timeline, lesson?.claim);
  // Nothing on this page updates the totals of a running run.
  const totals = timeline.state === 'ended' ? legendTotals(timeline) : undefined;
  return html`<!doctype html>
<html lang="en" data-base="${base}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${words}</title>
${stylesAndScripts({ base, assets }, true)}
${timeline.state === 'ended' ? null : spec.explore ? REFRESH : html`<noscript>${REFRESH}</noscript>`}
</head>
<body class="embed">
<main>
${spec.explore ? search(run, words) : timelines(run, words, totals)}
</main>
</body>
</html>`;
}

const REFRESH = html`<meta http-equiv="refresh" content="2">`;

/** Renders what a search for orders has found: it has no timelines. The page reloads until it has ended. */
function search({ id, timeline, late, base }: RunProps, words: string) {
  return html`<div class="embed-head"><h1 id="run-sentence">${headline(words)}</h1> <a href="${base}/runs/${id}" target="_blank" rel="noopener">Open the full run</a></div>
${lateLine(late)}
${searchModes(searchesOf(timeline.passes), null)}`;
}

function timelines(run: RunProps, words: string, totals: ReturnType<typeof legendTotals> | undefined) {
  const { id, spec, timeline, spanMs, pools, base, lesson } = run;
  return html`<run-view data-id="${id}" data-events="${base}/runs/${id}/events" data-span-ms="${spanMs}" data-seq="${timeline.seq}" data-state="${timeline.state}" data-lesson="${lesson?.slug ?? spec.lesson}"${claimAttribute(run)}>
<div class="embed-head"><h1 id="run-sentence">${headline(words)}</h1> <a href="${base}/runs/${id}" target="_blank" rel="noopener">Open the full run</a> ${connectionLine()}</div>
${lateLine(run.late)}
<div class="passes">
${spec.modes.map((mode, index) => passFigure(passOf(timeline, index), { mode, spec, pool: pools[mode], index, spanMs: axisMs(timeline, spanMs), uses: [], tops: topsOf(timeline.passes) }))}
${legend(spec, timeline, [], totals)}
</div>
</run-view>`;
}

/**
 * Returns the height of an iframe that shows all of a run without scrolling, in CSS pixels, unless it is very narrow.
 */
export function embedHeight({ spec }: Pick<RunProps, 'spec'>): number {
  const passes = spec.modes.map((mode) => drawingHeight(expectedRows(mode, spec)) + 34);
  return passes.reduce((sum, height) => sum + height, 0) + 130;
}
