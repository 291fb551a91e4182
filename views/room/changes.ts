/** What a learner has changed in the program that they were given, for the teacher. */
import { html } from 'hono/html';
import type { ChangedLine } from '../../server/words/changes.ts';
import { shownText } from '../../server/words/shown-text.ts';

type ChangesProps = {
  base: string;
  /** The path of the room. */
  address: string;
  /** The query with the teacher's key. */
  key: string;
  /** The learner's name. */
  name: string;
  /** The run with the program; null if there is none. */
  run: string | null;
  /** The title of what it is compared with. */
  start: string;
  /** The learner's program. */
  program: string;
  /** Null if there are too many. */
  changes: ChangedLine[] | null;
};

/** Renders the page. */
export function changesPage({ base, address, key, name, run, start, program, changes }: ChangesProps) {
  const latest = run === null ? null : html`<a href="${base}/runs/${run}">latest run</a>`;
  return html`<section class="reading changes">
<h1>Program of <bdi>${name}</bdi></h1>
${
  run === null
    ? html`<p>No run in this room yet, so there is no program to show.</p>`
    : changes === null
      ? html`<p>The program of the ${latest} has little in common with “<bdi>${start}</bdi>”. This is all of it:</p>
<pre tabindex="0" role="group" aria-label="Program">${shownText(program)}</pre>`
      : changes.length === 0
        ? html`<p>The ${latest} has the program “<bdi>${start}</bdi>” as it was given.</p>`
        : html`<p>What the ${latest} has changed in “<bdi>${start}</bdi>”:</p>
${linesOf(changes)}`
}
<p class="ways"><a href="${address}/teach${key}">Back to the room</a></p>
</section>`;
}

const SIGNS = { same: '', removed: '−', added: '+' } as const;
const WORDS = { same: '', removed: 'removed: ', added: 'added: ' } as const;

function linesOf(changes: ChangedLine[]) {
  return html`<div class="diff" tabindex="0" role="group" aria-label="Changes"><table><caption class="unseen">Lines of the program before and after</caption>
<thead class="unseen"><tr><th scope="col">before</th><th scope="col">after</th><th scope="col">line</th></tr></thead>
<tbody>${changes.map((line) => (line === null ? html`<tr class="gap"><td colspan="3">⋯</td></tr>` : lineRow(line)))}</tbody></table></div>`;
}

function lineRow({ kind, text, before, after }: NonNullable<ChangedLine>) {
  const words = kind === 'same' ? null : html`<span class="unseen">${WORDS[kind]}</span>`;
  return html`
<tr class="${kind}"><td>${before}</td><td>${after}</td><td><code data-sign="${SIGNS[kind]}">${words}${shownText(text)}</code></td></tr>`;
}
