/** The exports of a run: a picture, a table, a trace, an iframe, and a QR code. */
import { html } from 'hono/html';
import { embedHeight } from './embed.ts';
import type { RunProps } from './view.ts';

/** The files of a run, by what follows its id in their addresses. */
const FILES = [
  ['svg', 'SVG', 'the drawing, for documents and slides'],
  ['png', 'PNG', 'the same drawing as an image of 1200 × 630 pixels'],
  ['csv?for=spreadsheet', 'Spreadsheet', 'a row for each bar, with your language’s decimal sign'],
  ['csv', 'CSV', 'the same rows, for programs'],
  ['txt', 'Text', 'the console output'],
  ['trace.json', 'Trace', 'for Perfetto (ui.perfetto.dev) and chrome://tracing'],
  ['json', 'JSON', 'the figures'],
  ['ndjson', 'Log', 'every event, one per line'],
] as const;

/** Renders the exports. `publicUrl` is the address that people use for this server, without a trailing slash. */
export function outSection(run: Pick<RunProps, 'id' | 'spec' | 'base'>, publicUrl: string) {
  const { id, base } = run;
  // Below the frame a link, for sites that refuse frames.
  const snippet = `<iframe src="${publicUrl}/runs/${id}/embed" title="A run of the Concurrency Playground" width="100%" height="${embedHeight(run)}" loading="lazy"></iframe> <p><a href="${publicUrl}/runs/${id}">This run in the Concurrency Playground</a></p>`;
  return html`<details class="out">
<summary>Share and export</summary>
<ul class="out-files">
${FILES.map(
  ([
    ending,
    name,
    what,
  ]) => html`<li><a href="${base}/runs/${id}.${ending}">${name}</a> <span class="quiet">${what}</span></li>
`,
)}</ul>
<p class="out-embed"><label for="embed-snippet">Embed it in your own page</label>
<input id="embed-snippet" type="text" readonly value="${snippet}" spellcheck="false"> <button type="button" data-copy-from="embed-snippet">Copy</button></p>
<figure class="out-qr"><img src="${base}/runs/${id}/qr.svg" width="264" height="264" loading="lazy" alt="QR code of the link to this run"><figcaption class="quiet">Scan this to open the run on a phone: ${publicUrl}/runs/${id}</figcaption></figure>
</details>`;
}
