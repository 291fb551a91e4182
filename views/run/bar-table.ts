/**
 * The timelines as tables, for screen readers and for reading exact figures: one row per bar, in order of time. The
 * server renders them; the page's script (static/run/bar-table.ts) updates them while they are open.
 */
import { html } from 'hono/html';
import type { Mode } from '../../server/spec/modes.ts';
import { beginningOf, releaseOf } from '../../server/timeline/causes.ts';
import { linesOfBar } from '../../server/timeline/lines.ts';
import {
  BAR_STATES,
  type Bar,
  type PassTimeline,
  type Row,
  type RunTimeline,
} from '../../server/timeline/model.ts';
import { passOf } from '../../server/timeline/timeline.ts';
import { releaseWords, stateWords } from '../../server/words/bar-words.ts';
import { capital, inPass } from '../../server/words/english.ts';
import { braceWords, rowName } from '../../server/words/names.ts';
import { lengthWords, momentWords, type TimeUnit, unitOf } from '../../server/words/pass-times.ts';
import { count, grouped } from '../../server/words/units.ts';
import { headline, withIsolates } from './headline.ts';

/** Largest number of rows of one pass: the CSV has all. */
const MOST_ROWS = 300;
/**
 * Passes shorter than this show times to a tenth of a millisecond, others to a millisecond: the precision of a time
 * axis of that length.
 */
const SHORT_MS = 2000;
const fineOf = ({ latestMs }: PassTimeline) => (latestMs < SHORT_MS ? Math.min(latestMs, 199) : SHORT_MS - 1);

const COLUMNS = ['Lane', 'Job', 'State', 'From', 'To', 'Duration', 'Cause', 'Line'] as const;

/** Renders one table per pass, collapsed. `address` is the run's path, or null before there is a run. */
export function barTables(address: string | null, modes: readonly Mode[], timeline: RunTimeline) {
  return html`<details id="bars" class="bar-tables">
<summary>The timelines as a table</summary>
${modes.map((mode, i) => oneTable(address, mode, i, passOf(timeline, i)))}
</details>`;
}

function oneTable(address: string | null, mode: Mode, index: number, pass: PassTimeline | null) {
  const where = inPass(pass ?? { mode, rows: [] });
  const name = capital([where, braceWords(mode)].filter((words) => words !== null).join(': '));
  return html`<div class="bar-table" data-pass="${index}" role="region" aria-label="Table: ${where}" tabindex="0">
<table>
<caption>${name}</caption>
<thead><tr>${COLUMNS.map((column) => html`<th scope="col">${column}</th>`)}<td></td></tr></thead>
<tbody>${pass && barRows(pass, index)}</tbody>
</table>
</div>
<p class="bar-table-more quiet" data-pass="${index}"><span>${moreWords(pass)}</span>${address === null ? null : html` <a href="${address}.csv?for=spreadsheet">All rows for a spreadsheet</a>`}</p>`;
}

/** Returns the text below a table: how many bars there are, and how many are listed. */
export function moreWords(pass: PassTimeline | null): string {
  if (pass === null) return 'Nothing has run yet.';
  const all = BAR_STATES.reduce(
    (sum, state) => sum + (state === 'idle' || state === 'turn' ? 0 : (pass.looks.get(state) ?? 0)),
    0,
  );
  if (all <= MOST_ROWS) return `${count(all, 'row')}.`;
  return `The first ${MOST_ROWS} of ${grouped(all)} rows.`;
}

/** Renders the rows of a pass, in order of time; each as separate HTML, so that one can be replaced alone. */
export function barRows(pass: PassTimeline, index: number) {
  return listed(pass).map((one) => barRow(pass, index, one));
}

type Listed = { row: Row; bar: Bar; at: number };

/** Returns the earliest bars of all rows, without idle ones. */
function listed({ rows }: PassTimeline): Listed[] {
  return rows
    .flatMap((row) => {
      const found: Listed[] = [];
      for (let at = 0; at < row.bars.length && found.length < MOST_ROWS; at++) {
        const bar = row.bars[at];
        if (bar && bar.state !== 'idle' && bar.state !== 'turn') found.push({ row, bar, at });
      }
      return found;
    })
    .sort((a, b) => a.bar.startMs - b.bar.startMs)
    .slice(0, MOST_ROWS);
}

function barRow(pass: PassTimeline, index: number, { row, bar, at }: Listed) {
  const { lane, slot } = row;
  const fineMs = fineOf(pass);
  const unit = unitOf(pass);
  const cause = releaseOf(pass, row, bar) ?? beginningOf(pass, row, bar);
  const does = stateWords(bar, unit);
  const job = bar.job === null || row.name === `job ${bar.job}` ? '' : `, job ${bar.job}`;
  return html`
<tr data-bar="${[index, lane, slot ?? '', at].join('.')}"><th scope="row">${rowName(row)}</th><td>${bar.job}</td><td>${withIsolates(does)}</td><td>${fromWords(bar, fineMs, unit)}</td><td>${bar.endMs === null ? 'not over yet' : momentWords(bar.endMs, fineMs, unit)}</td><td>${bar.endMs === null ? '' : lengthWords(bar.endMs - bar.startMs, unit)}</td><td>${cause && headline(releaseWords(pass, cause, fineMs))}</td><td>${linesOfBar(pass, row, bar).map((line, i) => html`${i === 0 ? null : ', '}<a href="#line-${line}">${line}</a>`)}</td><td><button type="button" tabindex="-1" aria-label="Show ${rowName(row)}${job}, ${does}, in the timeline">Show</button></td></tr>`;
}

/** The moment at which a bar began; of steps, the first that it has. */
function fromWords({ startMs }: Bar, fineMs: number, unit: TimeUnit): string {
  return momentWords(unit === 'step' ? startMs + 1 : startMs, fineMs, unit);
}
