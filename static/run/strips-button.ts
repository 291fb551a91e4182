/** The button that shows memory and cores under each timeline. What it is set to is remembered in a cookie. */

const SHOWN = 'has-strips';
const YEAR_SECONDS = 365 * 86_400;

/**
 * Makes the button in `root` work until `signal` aborts. The server renders the class for those who have the cookie.
 */
export function stripsButton(root: HTMLElement, signal: AbortSignal): void {
  const button = root.querySelector<HTMLButtonElement>('button.strips');
  if (button === null) return;
  const { classList, dataset } = document.documentElement;
  const show = () => button.setAttribute('aria-pressed', String(classList.contains(SHOWN)));
  show();
  const toggle = () => {
    const isShown = classList.toggle(SHOWN);
    show();
    try {
      // biome-ignore lint/suspicious/noDocumentCookie: the cookie store needs https, and is not in all browsers.
      document.cookie = `strips=${isShown ? 1 : 0}; path=${dataset.base || '/'}; max-age=${YEAR_SECONDS}; samesite=lax`;
    } catch {
      // A sandboxed frame has no cookies: it is remembered as long as the page is open.
    }
  };
  button.addEventListener('click', toggle, { signal });
}
