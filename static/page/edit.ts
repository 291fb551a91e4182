/**
 * Loads what turns the program's textarea into an editor: when the reader opens it, or chooses another runtime, or if
 * this browser keeps a draft. Until then, and where it cannot be loaded, the textarea serves.
 */
import type { ProgramEditor } from '../editor/program-editor.ts';
import { isFormRequest } from './messages.ts';

/** Where drafts are kept: see static/editor/drafts.ts, which is not loaded yet. */
const DRAFTS = 'program:';

/** Loads the editor when it is needed. */
export function offerEditing(): void {
  // The event does not bubble.
  document.addEventListener('toggle', opened, { capture: true });
  document.addEventListener('htmx:after:swap', (event) => {
    if (isFormRequest(event)) document.querySelector<ProgramEditor>('program-editor:defined')?.swapped();
    markPage();
  });
  // Of another runtime, the program may be in another language.
  document.addEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === 'runtime') load('.own');
  });
  opened();
}

function opened(): void {
  markPage();
  load();
}

/**
 * Marks the page while the reader edits: a `:has(…)` of the whole page would be evaluated at each change of any of its
 * elements, as at each frame of a live run.
 */
function markPage(): void {
  document.documentElement.classList.toggle('is-editing', document.querySelector('.own[open]') !== null);
}

async function load(needs = hasDrafts() ? '.own' : '.own[open]'): Promise<void> {
  if (document.querySelector(needs) === null) return;
  const loaded = await import('../editor/program-editor.ts').catch(() => null);
  if (loaded && !customElements.get('program-editor'))
    customElements.define('program-editor', loaded.ProgramEditor);
}

function hasDrafts(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith(DRAFTS));
  } catch {
    // The browser denies storage.
    return false;
  }
}
