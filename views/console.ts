/** The lines that the jobs wrote, each in its lane's colour, under the name of its pass. */
import { html } from 'hono/html';
import type { Line, PassTimeline, RunTimeline } from '../server/runs/timeline.ts';
import { capital, inMode } from '../server/runs/words.ts';
import { laneClass, laneName } from './names.ts';
import { seconds } from './words.ts';

/** The items of the list from line `from` on, with a heading wherever another pass begins. */
export function consoleItems(timeline: RunTimeline, from: number) {
  let before = from > 0 ? timeline.lines[from - 1]?.pass : undefined;
  const items = timeline.lines.slice(from).map((line) => {
    const isNew = line.pass !== before;
    before = line.pass;
    return html`${isNew ? heading(timeline, line.pass) : null}${item(timeline, line)}`;
  });
  return html`${items}`;
}

function heading(timeline: RunTimeline, pass: number) {
  const mode = passOf(timeline, pass)?.mode;
  return html`<li class="heading">${mode === undefined ? `Pass ${pass + 1}` : capital(inMode(mode))}</li>`;
}

function item(timeline: RunTimeline, line: Line) {
  const classes = `${laneClass(line.lane)}${line.stream === 'stderr' ? ' stderr' : ''}`;
  return html`<li class="${classes}" data-seq="${line.seq}"><span class="lane">${laneName(passOf(timeline, line.pass), line.lane)}</span><span class="text">${line.text}<span class="quiet">${place(line)}, ${seconds(line.atMs)} so far</span></span></li>`;
}

/** Whose a message is and where in the program it comes from; leads there where the page shows the program. */
function place({ job, line, stream }: Line) {
  if (line === null || stream === 'stdout') return null;
  return html`, <a href="#line-${line}">${job === null ? 'main' : `job ${job}`} · line ${line}</a>`;
}

function passOf(timeline: RunTimeline, number: number): PassTimeline | undefined {
  return timeline.passes.find(({ pass }) => pass === number);
}
