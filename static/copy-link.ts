/** The button that copies a run's address. */

/** Makes the button in `root` work until `signal` aborts. */
export function copyButton(root: HTMLElement, signal: AbortSignal): void {
  const button = root.querySelector<HTMLButtonElement>('button.copy');
  const link = root.querySelector<HTMLAnchorElement>('a.permalink');
  if (button === null || link === null) return;
  const words = button.textContent;
  button.addEventListener(
    'click',
    async () => {
      button.textContent = (await copy(link)) ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => {
        button.textContent = words;
      }, 2000);
    },
    { signal },
  );
}

/** Without the clipboard, which a page has only over https or on this machine, the address is left selected. */
async function copy(link: HTMLAnchorElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(link.href);
    return true;
  } catch {
    getSelection()?.selectAllChildren(link);
    return false;
  }
}
