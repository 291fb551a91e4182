/**
 * `<take-away>`: the program and its scripts in tabs, following the ARIA Authoring Practices. The server renders a list
 * of links (views/page/program.ts). A new run replaces them; the selected tab stays selected.
 */

/** The tab whose content is on the page from the start. */
const FIRST = 'program';

export class TakeAway extends HTMLElement {
  /** Undoes what `connectedCallback` did. */
  #listeners = new AbortController();

  connectedCallback(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const list = this.querySelector('ul');
    list?.setAttribute('role', 'tablist');
    for (const item of list?.children ?? []) item.setAttribute('role', 'presentation');
    for (const tab of this.#tabs) {
      const panel = panelOf(tab);
      tab.setAttribute('role', 'tab');
      if (panel === null) continue;
      tab.setAttribute('aria-controls', panel.id);
      panel.setAttribute('role', 'tabpanel');
      panel.setAttribute('aria-labelledby', tab.id);
    }
    this.addEventListener('click', (event) => this.#click(event), { signal });
    this.addEventListener('keydown', (event) => this.#walk(event), { signal });
    // A link to a line of the program: a hidden target cannot be scrolled to.
    const showLine = ({ target }: Event) => {
      if (target instanceof Element && target.closest('a[href^="#line-"]')) this.#show(FIRST);
    };
    document.addEventListener('click', showLine, { signal });
    this.#show(document.documentElement.dataset.tab ?? FIRST);
  }

  disconnectedCallback(): void {
    this.#listeners.abort();
  }

  get #tabs(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.tab')];
  }

  #click(event: MouseEvent): void {
    const tab = event.target instanceof Element ? event.target.closest<HTMLElement>('.tab') : null;
    // With a modifier key, the link opens elsewhere.
    if (tab === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#show(tab.dataset.tab);
    tab.focus();
  }

  #walk(event: KeyboardEvent): void {
    const tabs = this.#tabs;
    const at = event.target instanceof HTMLElement ? tabs.indexOf(event.target) : -1;
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1, ' ': at }[event.key];
    const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (tab === undefined) return;
    event.preventDefault();
    this.#show(tab.dataset.tab);
    tab.focus();
  }

  /** Shows only the panel of the named tab. */
  #show(name = FIRST): void {
    // Stored on the root element: a new run replaces this element.
    document.documentElement.dataset.tab = name;
    for (const tab of this.#tabs) {
      const isShown = tab.dataset.tab === name;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      const panel = panelOf(tab);
      if (panel === null) continue;
      panel.hidden = !isShown;
      if (isShown) fill(panel);
    }
  }
}

function panelOf({ dataset }: HTMLElement): HTMLElement | null {
  return document.getElementById(`panel-${dataset.tab}`);
}

/** Fetches a panel's script once, and shows it as text. */
async function fill(panel: HTMLElement): Promise<void> {
  const code = panel.querySelector<HTMLElement>('code[data-from]');
  const from = code?.dataset.from;
  if (!code || from === undefined) return;
  code.removeAttribute('data-from');
  try {
    const response = await fetch(from);
    code.textContent = response.ok ? await response.text() : reasonIn(await response.json());
    // Without a script there is nothing to copy.
    if (!response.ok) panel.querySelector('.panel-head')?.remove();
  } catch {
    code.textContent = 'The script could not be loaded. Choose its tab again to retry.';
    code.dataset.from = from;
  }
}

/** The words of a problem document (RFC 9457). */
function reasonIn(problem: unknown): string {
  const hasTitle = typeof problem === 'object' && problem !== null && 'title' in problem;
  return hasTitle ? String(problem.title) : 'There is no such script.';
}
