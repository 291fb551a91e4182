/**
 * Loads what turns the program's textarea into an editor: when the reader opens it, or if this browser keeps a draft.
 * Until then, and where it cannot be loaded, the textarea serves.
 */
import type { ProgramEditor } from '../editor/program-editor.ts';
import { isFormRequest } from './messages.ts';

/** Where drafts are kept: see static/editor/drafts.ts, which is not loaded yet. */
const DRAFTS = 'program:';

/** Loads the editor when it is needed. */
export function offerEditing(): void {
  // The event does not bubble.
  document.addEventListener('toggle', load, { capture: true });
  document.addEventListener('htmx:after:swap', (event) => {
    if (isFormRequest(event)) document.querySelector<ProgramEditor>('program-editor:defined')?.swapped();
  });
  load();
}

async function load(): Promise<void> {
  if (document.querySelector(hasDrafts() ? '.own' : '.own[open]') === null) return;
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
