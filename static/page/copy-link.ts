/** The button that copies a run's address, with what is looked at. */

/** Makes the button in `root` work until `signal` aborts; `fragment` gives what is looked at when it is pressed. */
export function copyButton(root: HTMLElement, fragment: () => string, signal: AbortSignal): void {
  const button = root.querySelector<HTMLButtonElement>('button.copy');
  const link = root.querySelector<HTMLAnchorElement>('a.permalink');
  if (button === null || link === null) return;
  const words = button.textContent;
  button.addEventListener(
    'click',
    async () => {
      const looked = fragment();
      const address = looked === '' ? link.href : `${link.href}#${looked}`;
      button.textContent = (await copy(address, link)) ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => {
        button.textContent = words;
      }, 2000);
    },
    { signal },
  );
}

/** Without the clipboard, which a page has only over https or on this machine, the address is left selected. */
async function copy(address: string, link: HTMLAnchorElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    getSelection()?.selectAllChildren(link);
    return false;
  }
}
