/** Buttons that copy: a script, a snippet. */

/** Makes buttons with `data-copy` (an address) or `data-copy-from` (a field's id) copy its content when clicked. */
export function copyOnClick(): void {
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const { copy: address, copyFrom } = target.dataset;
    const field = document.getElementById(copyFrom ?? '');
    if (address !== undefined) showOutcome(target, copyText(fetchText(address)));
    else if (field instanceof HTMLInputElement) {
      field.select();
      showOutcome(target, copyText(Promise.resolve(field.value)));
    }
  });
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.text();
}

async function copyText(text: Promise<string>): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(await text);
    return true;
  } catch {
    return false;
  }
}

/** Shows the outcome on the button for two seconds. */
async function showOutcome(button: HTMLButtonElement, copied: Promise<boolean>): Promise<void> {
  button.dataset.words ??= button.textContent ?? '';
  button.textContent = (await copied) ? 'copied' : 'not copied';
  setTimeout(() => {
    button.textContent = button.dataset.words ?? '';
  }, 2000);
}
