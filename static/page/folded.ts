/** Opens what is folded when a link leads into it, and the figures for printing. */

/** Browsers do some of this by themselves, but not all of them do. */
export function openFolded(): void {
  document.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]') : null;
    if (link) reveal(link.hash);
  });
  window.addEventListener('hashchange', () => reveal(location.hash));
  reveal(location.hash);

  let closed: HTMLDetailsElement | null = null;
  window.addEventListener('beforeprint', () => {
    closed = document.querySelector<HTMLDetailsElement>('#figures:not([open])');
    if (closed) closed.open = true;
  });
  window.addEventListener('afterprint', () => {
    if (closed) closed.open = false;
    closed = null;
  });
}

/** Opens what the target of the fragment `hash` is folded in. The fragment may also be a view of the timelines. */
function reveal(hash: string): void {
  const target = document.getElementById(hash.slice(1));
  let isOpened = false;
  for (let at = target?.closest('details'); at; at = at.parentElement?.closest('details')) {
    isOpened ||= !at.open;
    at.open = true;
  }
  if (isOpened) target?.scrollIntoView();
}
