/** The page of the notebook: its cells in order, each with its script, what was repaired, and Run. */
import { html } from 'hono/html';
import type { CatalogueEntry } from '../../server/lessons/catalogue.ts';
import { type Cell, requestOf } from '../../server/notebook/cell.ts';
import type { Python } from '../../server/spec/runtimes.ts';
import { DRAWN_OF_SCRIPT } from '../page/own-intro.ts';
import { programText } from '../page/program.ts';
import { withTerms } from '../page/terms.ts';

type NotebookProps = {
  cells: readonly Cell[];
  /** The lessons that go on from the cells. */
  lessons: readonly Pick<CatalogueEntry, 'slug' | 'title'>[];
  /** The Python that runs them; null if none can. */
  runtime: Python | null;
  /** Why none can, in a sentence. */
  why: string;
  /** About how long each takes, in words, by number. */
  expected: ReadonlyMap<number, string>;
  /** The code of the room that the runs belong to. */
  room?: string;
  /** See `Site`. */
  base: string;
};

/** Renders the page. */
export function notebookPage(props: NotebookProps) {
  const { cells, base, runtime, why } = props;
  return html`<section class="notebook" aria-labelledby="notebook-title">
<h1 id="notebook-title">The notebook</h1>
<p>This playground began with a notebook in Python, on tasks one by one, in threads and in processes. Here are its cells, in its order. Each is a script of its own, with the imports and definitions that it needs from the cells before it. It runs as it is written, in Python’s own threads and processes, and what it does is drawn.</p>
<details><summary>What was repaired in every cell</summary>
<ul>
<li>Sleeps are five times as short, from 0.2 to 2 s.</li>
<li>${inCode('`randint(10_000, 100_000)` in place of `randint(1e4, 1e5)`: since Python 3.12, both numbers have to be whole.')}</li>
<li>${inCode('`split()` in place of `split(" ")`: in the first nine days of a month, `asctime()` has two spaces before the day, and the fourth part is not the time.')}</li>
<li>${inCode('Processes are forked, as they were in the notebook. Where Python starts them in another way, as on Windows, on macOS and since 3.14 on Linux, cells 3, 5 and 6 need an `if __name__ == "__main__":`.')}</li>
<li>Only what the cell uses is imported, and spelling is corrected in comments and in what is printed.</li>
</ul>
</details>
${runtime === null ? html`<p class="notebook-why">${why} The scripts are here to read, and run wherever Python 3.9 or newer does.</p>` : null}
${cells.map((cell) => cellSection(cell, props))}
<p class="quiet">${DRAWN_OF_SCRIPT} What a script does with a list shows in what it prints.</p>
<p class="quiet">To change a script, run it first, and press “Edit a copy” on the page of its run. <a href="${base}/new">Write your own program</a></p>
</section>`;
}

function cellSection(cell: Cell, props: NotebookProps) {
  const { lessons, base } = props;
  const { number, title, lookFor, output, seen, repairs, program } = cell;
  const lesson = lessons.find(({ slug }) => slug === cell.lesson);
  return html`<section class="cell" id="cell-${number}" aria-labelledby="cell-${number}-title">
<h2 id="cell-${number}-title"><span class="quiet">Cell ${number}</span> ${title}</h2>
<p>${withTerms(lookFor, base)}</p>
<div class="program">${programText(program, `cell ${number}`, false)}</div>
${repairs.length === 0 ? null : html`<p>Repaired here:</p><ul>${repairs.map((repair) => html`<li>${inCode(repair)}</li>`)}</ul>`}
${runButton(cell, props)}
<dl><dt>In the notebook’s output</dt><dd>${inCode(output)}</dd>
<dt>What happens here, and why</dt><dd>${seen}</dd></dl>
${lesson ? html`<p>Go on with the lesson <a href="${base}/lessons/${lesson.slug}">${lesson.title}</a></p>` : null}
</section>
`;
}

/** Renders the form that runs the cell, and leads to the page of its run. */
function runButton(cell: Cell, { runtime, expected, room, base }: NotebookProps) {
  if (runtime === null) return null;
  const fields = Object.entries({ ...requestOf(cell, runtime), ...(room !== undefined && { room }) });
  return html`<form method="post" action="${base}/runs">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="primary" type="submit" aria-describedby="cell-${cell.number}-title">Run</button> <span class="quiet">${expected.get(cell.number) ?? ''}</span>
</form>`;
}

/** Renders a text with what is between backticks as code. */
function inCode(text: string) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));
}
