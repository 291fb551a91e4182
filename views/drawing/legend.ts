/** The legend of bar looks. It shows only looks that a run has, or is sure to have. */
import { html } from 'hono/html';
import { PassIndex } from '../../server/figures/totals.ts';
import { hasWorkers, MODE_TRAITS } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { RunTimeline } from '../../server/timeline/model.ts';
import { lostUpdates } from '../../server/timeline/updates.ts';
import { type Look, lookWords } from '../../server/words/looks.ts';
import { commonUnit, lengthWords, plannedUnit } from '../../server/words/pass-times.ts';
import { totalsIn } from '../../server/words/totals.ts';
import type { Html } from '../page/html.ts';
import type { Use } from '../run/uses.ts';
import { fillOf, patterns } from './patterns.ts';

/** In the order of the legend. */
export const LOOKS = [
  'starting',
  'running',
  'computing',
  'sleep',
  'join',
  'worker',
  'queue',
  'lock',
  'semaphore',
  'condition',
  'turn',
  'unknown',
  'failed',
  'cut-off',
  'message',
  'lost',
  'circle',
] as const;

/** Marks outside bars, as in the drawings. */
const SIGNS: Record<'message' | 'lost' | 'circle', Html> = {
  message: html`<path class="message" d="M1 2L18 10"/><path class="message-head" d="M21 11.4L15.6 11.4L17.7 7.1Z"/>`,
  lost: html`<path class="bracket" d="M1 3V10H17"/><path class="lost-cross" d="M14 7L20 13M14 13L20 7" transform="translate(0 -2)"/>`,
  circle: html`<path class="circle" d="M11 1A5 5 0 0 1 11 11M11 11A5 5 0 0 1 11 1"/>`,
};

/** Returns the looks of the bars drawn so far. */
export function drawnLooks(timeline: RunTimeline): Set<Look> {
  const drawn = new Set<Look>();
  for (const { looks, state, deadlock } of timeline.passes) {
    if (state.messages.size > 0) drawn.add('message');
    if (lostUpdates(state).length > 0) drawn.add('lost');
    if (deadlock !== null) drawn.add('circle');
    for (const look of looks.keys()) drawn.add(look);
  }
  return drawn;
}

/** The fields of a spec that determine looks. */
type LegendSpec = Pick<Spec, 'modes' | 'work' | 'schedule'>;

/**
 * Returns the looks that a run is sure to have. They are shown from the start, so that nothing moves when they appear.
 */
function expectedLooks(spec: LegendSpec, uses: readonly Use[]): Look[] {
  if (plannedUnit(spec) === 'step') return ['computing', 'join', 'turn', ...sharedLooks(uses)];
  // A waiting job also computes, briefly, before and after.
  const looks: Look[] = ['running', 'computing'];
  if (spec.work !== 'compute') looks.push('sleep');
  if (spec.modes.some((mode) => MODE_TRAITS[mode].overlaps)) looks.push('join');
  if (spec.modes.some(hasWorkers)) looks.push('starting');
  return [...looks, ...sharedLooks(uses)];
}

function sharedLooks(uses: readonly Use[]): Look[] {
  const looks: Look[] = uses.includes('queue') ? ['queue', 'message'] : [];
  for (const use of ['lock', 'semaphore', 'condition'] as const) if (uses.includes(use)) looks.push(use);
  return looks;
}

/** Returns, as text, how long lanes were in each state over all of a run. Looks that are not states have no total. */
export function legendTotals({ passes }: RunTimeline): Map<Look, string> {
  const indexed = passes.map((pass) => {
    return { index: new PassIndex(pass), nowMs: pass.ended?.wallMs ?? pass.latestMs };
  });
  const totals = [...totalsIn(indexed, { minMs: 0, maxMs: Infinity })].filter(([, ms]) => ms > 0);
  return new Map(totals.map(([state, ms]) => [state, lengthWords(ms, commonUnit(passes))]));
}

/**
 * Renders the list of looks. Unused ones are hidden, and the page's script shows them. `totals` is how long lanes were
 * in each state: for pages whose script updates it to the visible range, or where nothing changes any more.
 */
export function legend(
  spec: LegendSpec,
  timeline: RunTimeline,
  uses: readonly Use[],
  totals: ReadonlyMap<Look, string> = new Map(),
) {
  const unit = plannedUnit(spec);
  const used = new Set([...expectedLooks(spec, uses), ...drawnLooks(timeline)]);
  return html`<ul class="legend" aria-label="What the bars mean">
<li class="defs" aria-hidden="true"><svg width="0" height="0">${patterns('legend')}</svg></li>
${LOOKS.map((look) => html`<li data-look="${look}"${used.has(look) ? null : html` hidden`}>${swatch(look)}${lookWords(look, unit)}<span class="total">${totals.get(look)}</span></li>`)}
</ul>`;
}

/** Renders a sample of a look; its hatches are those of `patterns('legend')`. */
export function swatch(look: Look) {
  if (look === 'message' || look === 'lost' || look === 'circle')
    return html`<svg width="22" height="12" aria-hidden="true">${SIGNS[look]}</svg>`;
  if (look === 'turn')
    return html`<svg width="22" height="12" aria-hidden="true"><path class="track" d="M0 6H22"/></svg>`;
  // The marks of how a job ended are shown on a sleeping bar.
  const bar = look === 'failed' || look === 'cut-off' ? 'sleep' : look;
  const mark =
    look === 'failed'
      ? html`<path class="cross" d="M11 1L21 11M11 11L21 1"/>`
      : look === 'cut-off'
        ? html`<path class="torn" d="M23 0L18 3L22 6L18 9L23 12Z"/>`
        : null;
  return html`<svg width="22" height="12" aria-hidden="true"><rect class="bar ${bar}" width="22" height="12" ${fillOf(bar, 'legend')}/>${mark}</svg>`;
}
