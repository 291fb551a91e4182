/** The lines that the jobs logged, each in its lane's colour, below the name of its pass. */
import { html } from 'hono/html';
import { countsSteps, type Line, type RunTimeline } from '../../server/timeline/model.ts';
import { passOf } from '../../server/timeline/timeline.ts';
import { cutSentence } from '../../server/words/cut-words.ts';
import { capital, inPass, jobOrMain } from '../../server/words/english.ts';
import { laneClass, writerName } from '../../server/words/names.ts';
import { elapsedWords, momentWords, type TimeUnit, unitOf } from '../../server/words/pass-times.ts';
import { shownText } from '../../server/words/shown-text.ts';
import { grouped } from '../../server/words/units.ts';
import { problemItems } from './problems.ts';

/** Largest number of lines on the page: each costs a browser several KB. The text at `/runs/:id.txt` has all. */
export const MOST_LINES = 1000;

/** Renders the console of a run with its problems. `address`: the run's path. */
export function consolePart(address: string, timeline: RunTimeline) {
  return html`<div class="run-console">
<div class="console-head"><h3>Console</h3> <span class="console-more quiet">${consoleMore(address, timeline)}</span></div>
<ol class="console" tabindex="0" aria-label="Console">${consoleList(timeline)}</ol>
<ul class="problems">${problemItems(timeline)}</ul>
</div>`;
}

/** Renders the list's items: the latest lines, the first below a heading. */
export function consoleList(timeline: RunTimeline) {
  return items(timeline, timeline.lines.slice(-MOST_LINES), undefined);
}

/** Renders the items from line `from` on, with a heading where another pass begins. */
export function consoleItems(timeline: RunTimeline, from: number) {
  return items(timeline, timeline.lines.slice(from), timeline.lines[from - 1]?.pass);
}

/** Renders a link to the lines that the list does not show; nothing if it shows all. `address`: the run's path. */
export function consoleMore(address: string, { lines }: RunTimeline) {
  const more = lines.length - MOST_LINES;
  if (more <= 0) return html``;
  return html`The latest ${grouped(MOST_LINES)} lines. <a href="${address}.txt">All ${grouped(lines.length)} as text</a>`;
}

/**
 * Returns all lines as text, each pass below its name: time, lane, text. Its only control characters are line ends and
 * tabs, also in the text of runs that were stored before events were made safe.
 */
export function consoleText(timeline: RunTimeline): string {
  const passes = Map.groupBy(timeline.lines, ({ pass }) => pass);
  const parts = [...passes].map(([number, lines]) => {
    const pass = passOf(timeline, number);
    const named = lines.map((line) => ({ ...line, name: writerName(pass, line) }));
    const width = Math.max(...named.map(({ name }) => name.length));
    const texts = named.map(({ atMs, name, text }) => {
      const at = countsSteps(pass) ? `step ${atMs}`.padEnd(11) : `${(atMs / 1000).toFixed(3).padStart(9)} s`;
      const before = `${at}  ${name.padEnd(width)}  `;
      return `${before}${shownText(text).replaceAll('\n', `\n${' '.repeat(before.length)}`)}\n`;
    });
    return `${title(timeline, number)}\n${texts.join('')}`;
  });
  const cut = cutSentence(timeline);
  return [...parts, ...(cut === null ? [] : [`${cut}\n`])].join('\n');
}

function items(timeline: RunTimeline, lines: Line[], passBefore: number | undefined) {
  let before = passBefore;
  const made = lines.map((line) => {
    const isNew = line.pass !== before;
    before = line.pass;
    return html`${isNew ? heading(timeline, line.pass) : null}${item(timeline, line)}`;
  });
  return html`${made}`;
}

function heading(timeline: RunTimeline, pass: number) {
  return html`<li class="heading">${title(timeline, pass)}</li>`;
}

function title(timeline: RunTimeline, pass: number): string {
  const one = passOf(timeline, pass);
  return one === null ? `Pass ${pass + 1}` : capital(inPass(one));
}

function item(timeline: RunTimeline, line: Line) {
  const classes = `${laneClass(line.lane)}${line.stream === 'stderr' ? ' stderr' : ''}`;
  const lane = writerName(passOf(timeline, line.pass), line);
  return html`<li class="${classes}" data-seq="${line.seq}"><span class="lane">${lane}</span><span class="text"><bdi>${line.text}</bdi><span class="quiet">${origin(line, lane, unitOf(passOf(timeline, line.pass)))}</span></span></li>`;
}

/**
 * Renders the origin of a line: its time, and for stderr also the line of the program, as a link, and the job unless
 * that is the name of its lane. A text that ends with a full stop is not followed by a comma. A number and its unit stay
 * on one line.
 */
function origin(written: Line, lane: string, unit: TimeUnit) {
  const { atMs, line, stream, text } = written;
  const isSentence = /[.!?…]$/.test(text);
  const before = isSentence ? ' ' : ', ';
  const isFirst = line === null || stream === 'stdout';
  const moment = unit === 'step' ? momentWords(atMs, 0, unit) : elapsedWords(atMs, unit);
  const time = `${isSentence && isFirst ? 'At' : 'at'} ${moment.replaceAll(' ', '\u00a0')}`;
  if (isFirst) return `${before}${time}`;
  const writer = jobOrMain(written);
  const where = writer === lane ? `line ${line}` : `${writer} · line ${line}`;
  return html`${before}<a href="#line-${line}">${isSentence ? capital(where) : where}</a>, ${time}`;
}
