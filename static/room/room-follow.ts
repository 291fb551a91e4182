/** A part of a page that follows a room: when its stream says that something has changed, the part is fetched again. */
import type { Htmx } from 'htmx.org';
import { followRoom } from './room-stream.ts';
import { SharedViews } from './shared-views.ts';
import { isAskedStill, unsentIn } from './unsent.ts';

declare const htmx: Htmx;

export class RoomFollow extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    const refresh = () => this.#refresh();
    const views = new SharedViews(this, signal);
    this.addEventListener('click', dropLate, { signal });
    followRoom(
      this.dataset.news ?? '',
      {
        events: { changed: refresh, look: (data) => views.heard(JSON.parse(data)) },
        opened: refresh,
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
    // Without a connection there is nothing to say: the stream opens again, and then this is called.
    htmx.ajax('GET', part, { target, swap: 'outerMorph' }).then(
      () => {
        tellPage();
        // What had the focus may be gone, as a vote that was closed: the keyboard goes on at what is asked now.
        if (hadFocus && document.activeElement === document.body)
          focusOne(this, '.round-task', '#room-bar a');
        if (unsent === null || isAskedStill(this, unsent)) return;
        htmx
          .ajax('POST', unsent.action, { values: unsent.values, target, swap: 'outerMorph' })
          .catch(() => {});
      },
      () => {},
    );
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
