/** A part of a page that follows a room: when its stream says that something has changed, the part is fetched again. */
import type { Htmx } from 'htmx.org';
import { followRoom } from './room-stream.ts';
import { SharedViews } from './shared-views.ts';
import { isAskedStill, unsentIn } from './unsent.ts';

declare const htmx: Htmx;

/** Pause before a part that could not be fetched is fetched again, in ms. */
const RETRY_MS = 3000;

export class RoomFollow extends HTMLElement {
  #leaving = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const refresh = () => this.#refresh();
    const views = new SharedViews(this, signal);
    this.addEventListener('click', dropLate);
    followRoom(
      this.dataset.news ?? '',
      {
        events: { changed: refresh, look: (data) => views.heard(JSON.parse(data)) },
        opened: refresh,
        refused: refresh,
        ended: refresh,
      },
      signal,
    );
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  /** Fetches the part again; if somebody is typing in it, when they are done: their text must not be lost. */
  #refresh(): void {
    const { part = '', target = '' } = this.dataset;
    const typed = this.querySelector<HTMLInputElement>('input:focus:not([type=radio])');
    if (typed !== null && typed.value !== typed.defaultValue) {
      typed.addEventListener('blur', () => setTimeout(() => this.#refresh(), 300), { once: true });
      return;
    }
    const unsent = unsentIn(this);
    const hadFocus = this.contains(document.activeElement);
    let isSwapped = false;
    document.addEventListener('htmx:after:swap', () => (isSwapped = true), { once: true });
    htmx.ajax('GET', part, { target, swap: 'outerMorph' }).then(
      () => {
        // The connection may be lost just when the stream has said its last word.
        if (!isSwapped) this.#refreshLater();
        tellPage();
        if (this.querySelector('[data-over]')) this.#leaving.abort();
        // What had the focus may be gone, as a vote that was closed: the keyboard goes on at what is asked now.
        if (hadFocus && document.activeElement === document.body)
          focusOne(this, '.round-task', '#room-bar a');
        if (unsent === null || isAskedStill(this, unsent)) return;
        htmx
          .ajax('POST', unsent.action, { values: unsent.values, target, swap: 'outerMorph' })
          .catch(() => {});
      },
      () => this.#refreshLater(),
    );
  }

  #refreshLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#leaving.signal.aborted || this.#refresh(), RETRY_MS);
  }
}

/** Gives the focus to the first of `selectors` that there is. */
function focusOne(root: ParentNode, ...selectors: string[]): void {
  for (const selector of selectors) {
    const found = root.querySelector<HTMLElement>(selector);
    if (found === null) continue;
    found.focus({ preventScroll: true });
    return;
  }
}

/** Removes a line that came too late, when its writer has seen it. */
function dropLate({ target }: Event): void {
  const late = target instanceof Element && target.matches('.drop-late') ? target.closest('.late') : null;
  if (!late) return;
  const bar = late.closest<HTMLElement>('#room-bar');
  late.replaceChildren();
  for (const name of ['class', 'hx-morph-skip']) late.removeAttribute(name);
  bar?.querySelector('a')?.focus();
}

/** Tells the editor that the room has changed. It is loaded if there is a program for its copy. */
function tellPage(): void {
  const given = document.querySelector<HTMLElement>('#room-bar')?.dataset.start;
  const copy = document.querySelector<HTMLInputElement>('#run-form [name=start]');
  const own = document.querySelector<HTMLDetailsElement>('.own');
  if (own && copy && given !== undefined && given !== copy.value) own.open = true;
  const note = document.querySelector<HTMLElement>('#room-bar .given');
  if (note) note.hidden = copy !== null;
  document.dispatchEvent(new Event('room-change'));
}
