/** The button that copies a run's address, including the current view. */

/** Makes the button in `root` work until `signal` aborts; `fragment` returns the current view as a URL fragment. */
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

/** Copies the address. Without clipboard access, which needs https or localhost, selects it instead. */
async function copy(address: string, link: HTMLAnchorElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    getSelection()?.selectAllChildren(link);
    return false;
  }
}
