/** Programs in links: opens the one in the page's address, and makes links. What that takes loads when it is needed. */
import { copyText } from './copy-text.ts';

/** Opens `#code=` now and whenever the address gets one; lets the button of the editor make such a link. */
export function openCodeLinks(): void {
  const open = async () => {
    if (!location.hash.startsWith('#code=')) return;
    const { openCodeLink } = await import('../editor/code-link.ts');
    await openCodeLink(location.hash);
  };
  window.addEventListener('hashchange', open);
  document.addEventListener('click', async ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || !target.matches('.own-share')) return;
    const { shareCodeLink } = await import('../editor/code-link.ts');
    await shareCodeLink(copyText);
  });
  open();
}
