/** Links that carry a program and its settings after `#code=`: opened in the form, and made from it. Nothing runs. */
import { languageOf } from '../../server/spec/language.ts';
import { RUNTIMES } from '../../server/spec/runtimes.ts';
import { isolated } from '../../server/words/isolated.ts';
import { titleOf } from '../../server/words/program-title.ts';
import { fieldsOf, fillIn } from './form-fields.ts';
import { chooseLanguage } from './own-runtime.ts';
import { PackedError, type PackedProgram, pack, unpack } from './packed-code.ts';
import type { ProgramEditor } from './program-editor.ts';

const START = '#code=';
/** From this length, in characters, links may be cut on their way. */
const LONG = 8 * 1024;
/**
 * Opens the program of an address's fragment: in the editor, with its settings in the form. Any other page than that of a
 * new program says things of a lesson's program or of a run, so the browser then goes to that one.
 */
export async function openCodeLink(fragment: string): Promise<void> {
  const form = document.querySelector<HTMLFormElement>('#run-form');
  if (form === null) return;
  if (location.pathname !== newPage()) return location.replace(newPage() + fragment);
  const opened = await unpack(fragment.slice(START.length)).catch((error) => {
    if (!(error instanceof PackedError)) throw error;
    showMessage(`${error.message} The program below is not from the link.`);
    return null;
  });
  if (opened === null || location.hash !== fragment) return;
  const element = document.querySelector<ProgramEditor>('program-editor');
  const textarea = document.querySelector<HTMLTextAreaElement>('#code');
  if (element === null || textarea === null) {
    const why = document.querySelector('.why-fixed')?.textContent ?? '';
    return showMessage(`The program in this link cannot be opened here. ${why}`);
  }
  const language = languageOf(String(opened.fields.runtime ?? ''));
  fillIn(form, opened.fields);
  const whyNot = chooseLanguage(language);
  if (whyNot !== null) return showMessage(`The program in this link cannot be opened here. ${whyNot}`);
  showTitle(opened);
  // Serves where the editor cannot be loaded.
  textarea.value = opened.code;
  textarea.dataset.language = language;
  for (const details of element.querySelectorAll('details')) details.open = true;
  await customElements.whenDefined('program-editor');
  element.open(
    opened.code,
    'This program came with the link, and has not run. Read it, then press Run.',
    language,
  );
  // From then on, a reload shows what has been changed.
  element.addEventListener('program-change', () => dropFragment(fragment), { once: true });
}

/** Copies a link with the program and the settings in the form, by `copyText`: see page/copy-text.ts. */
export async function shareCodeLink(copyText: (text: string) => Promise<boolean>): Promise<void> {
  const form = document.querySelector<HTMLFormElement>('#run-form');
  const element = document.querySelector<ProgramEditor>('program-editor');
  const textarea = document.querySelector<HTMLTextAreaElement>('#code');
  if (form === null || element === null || textarea === null) return;
  const link = `${location.origin}${newPage()}${START}${await pack({ code: textarea.value, fields: fieldsOf(form) })}`;
  const isCopied = await copyText(link);
  const size = `${Math.ceil(link.length / 1024)} KB`;
  const warning =
    link.length < LONG
      ? ''
      : ` It is ${size} long, and some apps cut links like that. If yours does, run the program and share the run’s link.`;
  say(
    element,
    isCopied
      ? `Link copied. The program and its settings are in the link itself; nothing was stored.${warning}`
      : 'The browser did not allow copying the link. Try again, or open the page over https.',
  );
}

/** Returns the path of the page of a new program. */
function newPage(): string {
  const { base = '' } = document.documentElement.dataset;
  return `${base}/new`;
}

function showTitle({ code, fields }: PackedProgram): void {
  const runtime = RUNTIMES.find((one) => one === fields.runtime) ?? 'node';
  const title = titleOf({ code, runtime });
  const heading = document.getElementById('lesson-title');
  const place = heading?.querySelector('bdi') ?? heading;
  if (place) place.textContent = title;
  document.title = `${isolated(title)} · Concurrency Playground`;
}

/** Says it beside the editor, also while that is not loaded. */
function say(element: ProgramEditor, words: string): void {
  const place = element.querySelector('.own-said');
  if (customElements.get('program-editor') !== undefined) element.say(words);
  else if (place) place.textContent = words;
}

function showMessage(words: string): void {
  const place = document.getElementById('form-message');
  if (place) place.textContent = words;
}

function dropFragment(fragment: string): void {
  if (location.hash === fragment)
    history.replaceState(history.state, '', location.pathname + location.search);
}
