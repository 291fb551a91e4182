/** Buttons that copy: a script, a snippet, a link. */
import { copyText } from './copy-text.ts';

/** Makes buttons with `data-copy` (an address), `data-copy-from` (a field's id) or `data-copy-text` copy. */
export function copyOnClick(): void {
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const { copy: address, copyFrom, copyText: text } = target.dataset;
    const field = document.getElementById(copyFrom ?? '');
    if (text !== undefined) showOutcome(target, copyText(text));
    else if (address !== undefined) showOutcome(target, fetchText(address).then(copyText));
    else if (field instanceof HTMLInputElement) {
      field.select();
      showOutcome(target, copyText(field.value));
    }
  });
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.text();
}

/** Shows the outcome on the button for two seconds. */
async function showOutcome(button: HTMLButtonElement, copied: Promise<boolean>): Promise<void> {
  button.dataset.words ??= button.textContent ?? '';
  button.textContent = (await copied.catch(() => false)) ? 'Copied' : 'Could not copy';
  setTimeout(() => {
    button.textContent = button.dataset.words ?? '';
  }, 2000);
}
