/** Programs in links: opens the one in the page's address, and makes links. What that takes loads when it is needed. */
import { copyText } from './copy-text.ts';

/** Opens `#code=` now and whenever the address gets one; lets the button of the editor make such a link. */
export function openCodeLinks(): void {
  const links = () => import('../editor/code-link.ts');
  const open = async () => {
    if (location.hash.startsWith('#code=')) (await links()).openCodeLink(location.hash);
  };
  window.addEventListener('hashchange', open);
  document.addEventListener('click', async ({ target }) => {
    if (target instanceof Element && target.matches('.own-share')) (await links()).shareCodeLink(copyText);
  });
  open();
}
