/** One pass of a run as a figure: its name, time and timeline. */
import { html } from 'hono/html';
import type { MemoryPool } from '../../server/spec/lanes.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import type { PassTimeline } from '../../server/timeline/model.ts';
import { capital, inPass } from '../../server/words/english.ts';
import { braceWords, laneNoun } from '../../server/words/names.ts';
import { plannedUnit } from '../../server/words/pass-times.ts';
import { poolWords } from '../../server/words/pool-words.ts';
import { passTime } from '../../server/words/progress.ts';
import { passDrawing } from '../drawing/drawing.ts';
import { rowsOf } from '../drawing/geometry.ts';
import type { Tops } from '../drawing/series.ts';
import { seriesStrip } from '../drawing/series-drawing.ts';
import { passState } from './state.ts';
import type { Use } from './uses.ts';

/** `index` is the pass's index in the run, from 0. */
type FigureOptions = {
  mode: Mode;
  spec: Pick<Spec, 'jobs' | 'workers' | 'schedule' | 'code' | 'runtime'>;
  /** The pool that the jobs share because memory is short. */
  pool: MemoryPool | undefined;
  index: number;
  spanMs: number;
  /** What the program shares. */
  uses: readonly Use[];
  /** The upper ends of the series' scales, common to all passes of the run. */
  tops?: Tops;
};

/** Renders the figure, which has its final height before the pass begins. */
export function passFigure(
  pass: PassTimeline | null,
  { mode, spec, pool, index, spanMs, uses, tops }: FigureOptions,
) {
  const rows = rowsOf(pass, mode, spec, pool);
  const unit = plannedUnit(spec);
  const noun = laneNoun(mode, (pool ?? spec.workers) !== null);
  return html`<figure class="pass" data-pass="${index}" data-mode="${mode}" data-rows="${rows}" data-uses="${uses.join(' ')}">
<figcaption><b>${capital(inPass(pass ?? { mode, rows: [] }))}</b> <span class="pass-time">${passTime(pass)}</span>${pool && html` <span class="quiet">${poolWords(pool)}</span>`}</figcaption>
<div class="chart" data-noun="${noun}" data-brace="${braceWords(mode) ?? ''}"${unit === 'step' ? html` data-unit="step"` : null}>${passDrawing(pass, { mode, rows, noun, spanMs, unit, id: `pass-${index}` })}</div>
${unit === 'step' ? null : seriesStrip(pass, spanMs, tops)}
<div class="state">${passState(pass, { mode, uses, lanes: rows, noun })}</div>
</figure>`;
}
