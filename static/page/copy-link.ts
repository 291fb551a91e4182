/** The button that copies a run's address, including the current view. */

/** Makes the button in `root` work until `signal` aborts; `fragment` returns the current view as a URL fragment. */
export function copyButton(root: HTMLElement, fragment: () => string, signal: AbortSignal): void {
  const button = root.querySelector<HTMLButtonElement>('button.copy');
  const link = root.querySelector<HTMLAnchorElement>('a.permalink');
  if (button === null || link === null) return;
  // copy.ts then copies it: its listener is on the document, so it is called after this one.
  const setText = () => {
    const looked = fragment();
    button.dataset.copyText = looked === '' ? link.href : `${link.href}#${looked}`;
  };
  button.addEventListener('click', setText, { signal });
}
