/** The program as somebody changes it: a textarea, which the page's script turns into an editor. */
import { html } from 'hono/html';
import type { Language } from '../../server/spec/language.ts';

/**
 * Renders the textarea, with `code` to begin with. It belongs to the form, wherever it is on the page. A new run
 * replaces what is around it, and htmx keeps this element (`hx-preserve`). While it is folded, the program stands beside
 * it to be read. `isCopy`: the page shows a run of the program, which stays as it is. `language`: that of `code`.
 */
export function programField(
  code: string,
  { isOpen, isCopy, language }: { isOpen: boolean; isCopy: boolean; language: Language },
) {
  return html`<program-editor id="own-program" data-language="${language}" hx-preserve="true">
<details class="own${isCopy ? ' is-copy' : ''}"${isOpen ? html` open` : null}>
<summary><span class="to-open">${isCopy ? 'Edit a copy' : 'Edit'}</span><span class="to-close">Done</span></summary>
<p class="own-bar"><span class="own-state quiet"></span> <button type="button" class="own-compare" aria-pressed="false" hidden>Compare</button> <button type="button" class="own-reset" hidden>Reset</button> <button type="button" class="own-mine" hidden>Bring back my text</button></p>
<label class="unseen" for="code">Program</label>
<div class="own-code"><textarea id="code" name="code" form="run-form" rows="${Math.min(40, code.split('\n').length + 2)}" spellcheck="false" autocapitalize="off" autocomplete="off" autocorrect="off">
${code}</textarea></div>
<div class="own-below"><p class="own-keys quiet"><kbd class="mod">Ctrl</kbd>+<kbd>Enter</kbd> runs it. <kbd>Esc</kbd>, then <kbd>Tab</kbd>, leaves the editor.</p> <span class="own-types quiet"></span> <button type="button" class="own-share">Share without running</button></div>
<p class="own-newer quiet" hidden>Changed since this run, so no lines are marked.</p>
</details>
<p class="own-said"></p>
</program-editor>`;
}
