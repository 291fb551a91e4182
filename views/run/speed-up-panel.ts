/**
 * The speed-up of each mode over one by one, against the ideal: a bar, a tick and the reason in words. The server
 * renders it, and the page's script renders it again as passes end.
 */
import { html } from 'hono/html';
import { type Efficiency, efficiencies } from '../../server/figures/efficiency.ts';
import { isHeldUp, type PassSummary, summarize } from '../../server/figures/summary.ts';
import { MODE_TRAITS, type Mode } from '../../server/spec/modes.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { asNoun, capital, counted, inSeconds, modeName } from '../../server/words/english.ts';
import { times, wholePercent } from '../../server/words/units.ts';
import { SPEED_UP_LESSON } from './speed-up.ts';

/** Height of a bar, in CSS pixels. */
const HEIGHT = 14;
/** An efficiency above this is not due to rounding. */
const MAX_ROUNDED_EFFICIENCY = 1.1;
/** From this share of their time, the text mentions that jobs waited for each other. */
const MIN_WAITING_SHARE = 0.1;

/** Renders the panel; null if no modes can be compared, or in the lesson with its own figure. */
export function speedUpPanel(lesson: string, modes: readonly Mode[], timeline: RunTimeline) {
  if (modes.length < 2 || lesson === SPEED_UP_LESSON) return null;
  const against = modes.some((mode) => !MODE_TRAITS[mode].overlaps)
    ? 'than one by one'
    : 'than the jobs one after another';
  return html`<figure class="gains">
<figcaption><b>How much faster</b> <span class="quiet">${against}. The tick is the best possible; the percentage is how close this run came.</span></figcaption>
<ul class="gains-list">${speedUpRows(modes, timeline)}</ul>
</figure>`;
}

/** Renders the rows, one for each mode that can be faster; without figures until its pass has ended. */
export function speedUpRows(modes: readonly Mode[], timeline: RunTimeline) {
  const all = efficiencies(timeline);
  const summaries = summarize(timeline);
  const most = Math.max(1, ...all.map(({ speedUp, ideal }) => Math.max(speedUp.factor, ideal)));
  return html`${modes
    .filter((mode) => MODE_TRAITS[mode].overlaps)
    .map((mode) =>
      row(
        mode,
        all.find((one) => one.mode === mode),
        most,
        summaries.find((one) => one.mode === mode),
      ),
    )}`;
}

function row(mode: Mode, one: Efficiency | undefined, most: number, summary: PassSummary | undefined) {
  return html`
<li data-mode="${mode}"><span>${capital(modeName(mode))}</span>${bar(one, most)}<span class="gains-figures">${one ? html`<b>${times(one.speedUp.factor)}</b> of ${times(one.ideal)}: ${wholePercent(one.efficiency)}` : null}</span><span class="gains-why">${one ? capital(limitWords(one)) : noFigure(summary)}</span></li>`;
}

/** Renders a bar as long as the speed-up, from zero, with a tick at the ideal. */
function bar(one: Efficiency | undefined, most: number) {
  const at = (factor: number) => `${Number(((100 * factor) / most).toFixed(2))}%`;
  const drawn =
    one &&
    html`<rect class="gains-bar" width="${at(one.speedUp.factor)}" y="3" height="${HEIGHT - 6}"/><line class="gains-tick" x1="${at(one.ideal)}" x2="${at(one.ideal)}" y1="0" y2="${HEIGHT}"/>`;
  return html`<svg width="100%" height="${HEIGHT}" overflow="visible" aria-hidden="true"><line class="gains-ground" x2="100%" y1="${HEIGHT / 2}" y2="${HEIGHT / 2}"/>${drawn ?? null}</svg>`;
}

/** Returns why a mode with an ended pass has no figure; null if the table says so. */
function noFigure(summary: PassSummary | undefined): string | null {
  if (summary?.status !== 'completed') return null;
  const { failed, cutOff, neverBegan, done, cutMs } = summary;
  if (isHeldUp(summary.mode, summary)) return 'It was held up from outside, so its time means nothing';
  if (cutMs !== null) return 'Its log was cut, so part of what its jobs did is unknown';
  if (failed + cutOff + neverBegan > 0) return 'Not all of its jobs were completed';
  return done > 0 ? 'The jobs waited for each other, or for a core' : null;
}

/** Returns what sets the ideal, `all 5 jobs could run at once`, and what else limited the mode. */
function limitWords(one: Efficiency): string {
  const { longest, efficiency, speedUp, waiting } = one;
  if (efficiency > MAX_ROUNDED_EFFICIENCY) {
    const other = speedUp.against === 'sequential' ? 'one by one' : 'each job';
    return `${idealWords(one)}; something else slowed down ${other}`;
  }
  if (waiting >= MIN_WAITING_SHARE)
    return `${idealWords(one)}, but jobs spent ${wholePercent(waiting)} of their time waiting for each other`;
  if (longest === null) return idealWords(one);
  return `${idealWords(one)}, but job ${longest.job} alone took ${inSeconds(longest.ms)}, so ${times(longest.most)} was the limit`;
}

function idealWords({ mode, limit, atOnce, cores, computing }: Efficiency): string {
  switch (limit) {
    case 'jobs':
      if (atOnce === 1) return 'there was only one job';
      return `${atOnce === 2 ? 'both' : `all ${atOnce}`} jobs could run at once`;
    case 'workers':
      return `${counted(atOnce, 'worker')} could run at once`;
    case 'cores':
      return computing === 1
        ? `this machine computes on ${counted(cores, 'core')} at once`
        : `jobs spent ${wholePercent(computing)} of their time computing, on ${counted(cores, 'core')}`;
    case 'one thread':
      return computing === 1
        ? `${asNoun(mode)} computes one job at a time`
        : `jobs spent ${wholePercent(computing)} of their time computing, one at a time`;
  }
}
