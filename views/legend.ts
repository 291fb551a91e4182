/** What the looks of bars mean. Only looks that a run has, or is sure to have, are shown. */
import { html } from 'hono/html';
import type { Spec } from '../server/runs/spec.ts';
import type { RunTimeline } from '../server/runs/timeline.ts';
import { LOOK_WORDS, type Look } from './names.ts';
import { patterns } from './patterns.ts';

const LOOKS = [
  'starting',
  'running',
  'computing',
  'sleep',
  'join',
  'worker',
  'queue',
  'lock',
  'failed',
  'cut-off',
] as const;

/** Looks that the bars drawn so far have. */
export function drawnLooks(timeline: RunTimeline): Set<Look> {
  const drawn = new Set<Look>();
  for (const { rows } of timeline.passes) {
    for (const { bars } of rows) {
      for (const bar of bars) {
        drawn.add(bar.state);
        if (bar.end !== null) drawn.add(bar.end);
      }
    }
  }
  return drawn;
}

/** What of a spec tells how bars will look. */
type LegendSpec = Pick<Spec, 'modes' | 'work'>;

/** Looks that a run is sure to have: shown from the start, so that nothing moves when they appear. */
function promisedLooks(spec: LegendSpec): Look[] {
  // A job that waits computes too, for a moment before and after.
  const looks: Look[] = ['running', 'computing'];
  if (spec.work !== 'compute') looks.push('sleep');
  if (spec.modes.some((mode) => mode !== 'sequential')) looks.push('join');
  if (spec.modes.includes('threads') || spec.modes.includes('processes')) looks.push('starting');
  return looks;
}

/** The list of looks; those not used are there but hidden, for the page's script to show. */
export function legend(spec: LegendSpec, timeline: RunTimeline) {
  const used = new Set([...promisedLooks(spec), ...drawnLooks(timeline)]);
  return html`<ul class="legend" aria-label="What the bars mean">
<li class="defs" aria-hidden="true"><svg width="0" height="0">${patterns('legend')}</svg></li>
${LOOKS.map((look) => html`<li data-look="${look}"${used.has(look) ? null : html` hidden`}>${swatch(look)}${LOOK_WORDS[look]}</li>`)}
</ul>`;
}

function swatch(look: Look) {
  const isHatched = look === 'starting' || look === 'queue' || look === 'lock' || look === 'worker';
  const fill = isHatched
    ? html` fill="url(#legend-${look})"`
    : look === 'join'
      ? html` fill="none" stroke-dasharray="2 2"`
      : null;
  const bar = look === 'failed' || look === 'cut-off' ? 'sleep' : look;
  const mark =
    look === 'failed'
      ? html`<path class="cross" d="M11 1L21 11M11 11L21 1"/>`
      : look === 'cut-off'
        ? html`<path class="torn" d="M23 0L18 3L22 6L18 9L23 12Z"/>`
        : null;
  return html`<svg width="22" height="12" aria-hidden="true"><rect class="bar ${bar}" width="22" height="12"${fill}/>${mark}</svg>`;
}
