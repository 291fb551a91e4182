/** The help for the keys and gestures of the timelines; the page's script opens it. */
import { html } from 'hono/html';

const ROWS = [
  ['W S', 'zoom in, zoom out'],
  ['A D', 'move left, move right'],
  ['F', 'zoom to the selection or measurement'],
  ['0', 'show everything'],
  ['← → ↑ ↓', 'move from bar to bar'],
  ['Home End', 'first and last bar of the row'],
  ['Enter', 'go to what ended a wait'],
  ['Backspace', 'back to where you came from'],
  ['E', 'show arrows for every wait'],
  ['C', 'show the critical path'],
  ['Esc', 'clear the selection or measurement'],
  ['Space', 'replay or pause'],
  [', .', 'one event back, one event forward'],
] as const;

const STEPS_ROW = [', .', 'previous step, next step'] as const;
const JOBS_ROW = ['J', 'show job by job, or mode by mode'] as const;

const GESTURES = [
  ['Drag', 'zoom in'],
  ['Double-click', 'show everything'],
  ['Shift + drag', 'measure'],
  ['Ctrl + wheel, or pinch', 'zoom in, zoom out'],
  ['Shift + wheel, or drag the time axis, or with a finger', 'move left, move right'],
  ['Click or tap', 'select a bar and mark its line in the program'],
  ['Click a line of the program, or press Enter on it', 'mark the bars that ran it'],
  ['While editing: click a line’s number, or press Alt + Enter', 'mark the bars that ran it'],
] as const;

/**
 * Renders the closed dialog; `hasJobs`: the passes can be shown job by job. `isInSteps`: times count steps, and there is
 * no critical path.
 */
export function keysHelp(hasJobs: boolean, isInSteps = false) {
  const known: readonly (readonly [string, string])[] = isInSteps
    ? ROWS.filter(([keys]) => keys !== 'C').map(([keys, does]) => (keys === ', .' ? STEPS_ROW : [keys, does]))
    : ROWS;
  const rows = hasJobs ? [...known, JOBS_ROW] : known;
  return html`<dialog class="keys-help" aria-labelledby="keys-title">
<h2 id="keys-title">Getting around the timelines</h2>
<dl>${GESTURES.map(row)}</dl>
<h3>Keys (first click a timeline, or reach it with Tab)</h3>
<dl>${rows.map(([keys, does]) => html`<div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${does}</dd></div>`)}</dl>
<form method="dialog"><button type="submit">Close</button></form>
</dialog>`;
}

function row([what, does]: readonly [string, string]) {
  return html`<div><dt>${what}</dt><dd>${does}</dd></div>`;
}
