/**
 * Timelines on paper. A chart has the width of the window and is cut at the edge of a page, so the page prints the
 * server's drawing of what the chart shows: live, or at a moment of a replay.
 */
import { isMode } from '../../server/spec/modes.ts';
import { asLaneNoun } from '../../server/words/names.ts';
import { passDrawing } from '../../views/drawing/drawing.ts';
import type { Stage } from './stage.ts';

/** Adds the drawings of a stage to its page while that is printed, until `signal` aborts. */
export function printDrawings(stage: Stage, signal: AbortSignal): void {
  window.addEventListener('beforeprint', () => add(stage), { signal });
  window.addEventListener('afterprint', () => remove(stage), { signal });
  const print = matchMedia('print');
  print.addEventListener('change', () => (print.matches ? add(stage) : remove(stage)), { signal });
}

function add(stage: Stage): void {
  remove(stage);
  const { passes, nowMs, spanMs } = stage.scene;
  stage.charts.forEach(({ root }, i) => {
    const figure = root.closest('figure');
    const mode = figure?.dataset.mode;
    if (!isMode(mode)) return;
    // Two runs compared have charts of different heights in one figure.
    const rows = Number(root.dataset.rows ?? figure?.dataset.rows);
    const options = { mode, rows, noun: asLaneNoun(root.dataset.noun), spanMs, id: `print-${i}` };
    const drawing = document.createElement('div');
    drawing.className = 'printed';
    drawing.innerHTML = String(passDrawing(passes[i] ?? null, { ...options, nowMs: nowMs[i] ?? 0 }));
    root.append(drawing);
  });
}

function remove({ charts }: Stage): void {
  for (const { root } of charts) root.querySelector('.printed')?.remove();
}
