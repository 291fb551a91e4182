/** The help for the keys and gestures of the timelines; the page's script opens it. */
import { html } from 'hono/html';

const ROWS = [
  ['W S', 'zoom in, zoom out'],
  ['A D', 'left, right'],
  ['F', 'fit what is selected or measured'],
  ['0', 'show everything'],
  ['← → ↑ ↓', 'from bar to bar'],
  ['Home End', 'first and last bar of the line'],
  ['Enter', 'go to what let a wait go on'],
  ['Backspace', 'back to where you came from'],
  ['E', 'arrows for every wait'],
  ['C', 'the critical path'],
  ['Esc', 'clear the selection or measurement'],
  ['Space', 'play it again, or pause'],
  [', .', 'one event back, one on'],
] as const;

const JOBS_ROW = ['J', 'job by job, or pass by pass'] as const;

const GESTURES = [
  ['Drag', 'zoom in'],
  ['Double-click', 'show everything'],
  ['Shift and drag', 'measure'],
  ['Ctrl and wheel, or pinch', 'zoom in, zoom out'],
  ['Shift and wheel, or drag the times', 'left, right'],
  ['Click or tap', 'select a bar, which marks its line of the program'],
  ['Click a line of the program, or Enter on it', 'mark the bars that were at it'],
] as const;

/** Renders the closed dialog; `hasJobs`: the passes can be shown job by job. */
export function keysHelp(hasJobs: boolean) {
  const rows = hasJobs ? [...ROWS, JOBS_ROW] : ROWS;
  return html`<dialog class="keys-help" aria-labelledby="keys-title">
<h3 id="keys-title">Moving about in the timelines</h3>
<dl>${GESTURES.map(row)}</dl>
<h4>Keys, once you have clicked a timeline or reached it with Tab</h4>
<dl>${rows.map(([keys, does]) => html`<div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${does}</dd></div>`)}</dl>
<form method="dialog"><button type="submit">Close</button></form>
</dialog>`;
}

function row([what, does]: readonly [string, string]) {
  return html`<div><dt>${what}</dt><dd>${does}</dd></div>`;
}
