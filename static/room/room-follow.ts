/** A part of a page that follows a room: when its stream says that something has changed, the part is fetched again. */
import type { Htmx } from 'htmx.org';
import { followRoom } from './room-stream.ts';

declare const htmx: Htmx;

export class RoomFollow extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const refresh = () => this.#refresh();
    followRoom(
      this.dataset.news ?? '',
      { events: { changed: refresh }, opened: refresh, ended: refresh },
      this.#leaving.signal,
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
    // Without a connection there is nothing to say: the stream opens again, and then this is called.
    const changed = () => void document.dispatchEvent(new Event('room-change'));
    htmx.ajax('GET', part, { target, swap: 'outerMorph' }).then(changed, () => {});
  }
}
