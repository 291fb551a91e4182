/**
 * Shares the view of the run on this page with others in the room: whoever teaches shows it to the class, the class
 * follows, and a teacher and a member who look at a run together both move it. Addresses are those of `<room-follow>`.
 */
import type { LookNews, SentLook } from '../../server/figures/look-news.ts';
import type { LiveView } from '../stage/live-view.ts';
import { decide, following, left } from './following.ts';
import { Outbox } from './outbox.ts';

/** A change of the view this long after a touch of it, in ms, is its reader's. */
const BY_HAND_MS = 1000;
const TOUCHES = ['pointerdown', 'pointermove', 'pointerup', 'click', 'wheel', 'keydown', 'input'];
/** What a reader touches to change the view. */
const TOUCHED = 'run-view, program-editor, .program';
const TYPING = 'textarea, [contenteditable=true], input:not([type=radio], [type=checkbox], [type=range])';

const newId = () => Math.random().toString(36).slice(2);

export class SharedViews {
  readonly #root: HTMLElement;
  readonly #page = newId();
  readonly #outbox: Outbox;
  #news: LookNews | null = null;
  #touchedMs = Number.NEGATIVE_INFINITY;

  /** Handles events until `signal` aborts. `root` follows the room. */
  constructor(root: HTMLElement, signal: AbortSignal) {
    this.#root = root;
    this.#outbox = new Outbox(() => this.#showsNoLonger());
    const options = { signal, capture: true, passive: true };
    const touched = ({ target, isTrusted }: Event) => {
      if (!isTrusted || !(target instanceof Element) || target.closest(TOUCHED) === null) return;
      this.#touchedMs = performance.now();
    };
    for (const type of TOUCHES) document.addEventListener(type, touched, options);
    document.addEventListener('look', () => this.#changed(), { signal });
    document.addEventListener('htmx:after:swap', () => this.#show(), { signal });
    root.addEventListener('click', ({ target }) => {
      if (!(target instanceof Element)) return;
      if (target.closest('.show-view')) this.#toggle();
      if (target.closest('.follow-teacher')) this.#follow();
    });
  }

  /** Handles what the room's stream says. */
  heard(news: LookNews): void {
    const before = this.#news;
    this.#news = news;
    const { show, room } = this.#root.dataset;
    if (show !== undefined) this.#heardOwn(news, before);
    else if (news.pair?.run === this.#run) this.#heardPair(news.pair.look);
    else if (room !== undefined) this.#heardShown(news);
    this.#show();
  }

  get #view(): LiveView | null {
    return document.querySelector<LiveView>('run-view:defined');
  }

  /** The run on the page; null for none. */
  get #run(): string | null {
    return document.querySelector<HTMLElement>('run-view')?.dataset.id ?? null;
  }

  /** What this tab remembers: of a teacher the session in which it shows its view, of a member whether it follows. */
  get #kept(): string | null {
    return sessionStorage.getItem(this.#name);
  }
  set #kept(text: string | null) {
    if (text === null) sessionStorage.removeItem(this.#name);
    else sessionStorage.setItem(this.#name, text);
  }
  get #name(): string {
    const { room = '', show = '' } = this.#root.dataset;
    return `look ${room}${show}`;
  }

  /** Whether this page shows its view to the class. */
  get #isShowing(): boolean {
    return this.#root.dataset.show !== undefined && this.#kept !== null;
  }

  get #isFollowing(): boolean {
    const shown = this.#news?.shown;
    return shown != null && this.#root.dataset.room !== undefined && this.#kept === following(shown);
  }

  #heardOwn({ shown, server }: LookNews, before: LookNews | null): void {
    if (this.#kept === null || shown?.session === this.#kept) {
      // After a reload, the page comes back to what it showed.
      if (shown && this.#isShowing && before === null && shown.run === this.#run) this.#apply(shown);
      else if (shown && this.#isShowing && shown.from !== this.#page) this.#send();
      return;
    }
    // A server that was started again has forgotten it.
    if (shown === null && before !== null && before.server !== server) this.#send('begin');
    else this.#kept = null;
  }

  #heardPair(look: SentLook | null): void {
    if (look === null) this.#send();
    else if (look.from !== this.#page) this.#apply(look);
  }

  #heardShown({ shown }: LookNews): void {
    if (shown === null) return;
    const isBusy = document.activeElement?.matches(TYPING) === true;
    const { doing, kept } = decide(this.#run, shown, this.#kept, isBusy);
    this.#kept = kept;
    if (doing === 'follow') this.#apply(shown);
    if (doing === 'go') location.assign(`${this.#root.dataset.runs}${shown.run}`);
  }

  /** Shows a view once the timelines are there; they may be loading. */
  #apply(look: SentLook): void {
    const heardMs = performance.now();
    customElements.whenDefined('run-view').then(() => {
      const agoMs = look.agoMs + performance.now() - heardMs;
      if (this.#run === look.run) this.#view?.showLook({ ...look, agoMs });
    });
  }

  /** The view has changed: because of its reader, or of a live run. */
  #changed(): void {
    const view = this.#view;
    // Until the room has said what it is shown, this page has nothing to add.
    if (view === null || view.isAwaitingLook || this.#news === null) return;
    if (this.#isShowing) this.#send();
    if (performance.now() - this.#touchedMs > BY_HAND_MS) return;
    view.showLook(null);
    const shown = this.#news?.shown;
    if (this.#news?.pair?.run === this.#run) this.#send();
    else if (shown && this.#isFollowing) {
      this.#kept = left(shown);
      this.#show();
    }
  }

  #toggle(): void {
    if (this.#isShowing) {
      this.#send('stop');
      this.#kept = null;
    } else {
      this.#kept = newId();
      this.#send('begin');
    }
    this.#show();
  }

  #follow(): void {
    const shown = this.#news?.shown;
    if (!shown) return;
    this.#kept = following(shown);
    if (shown.run === this.#run) this.#apply(shown);
    else location.assign(`${this.#root.dataset.runs}${shown.run}`);
    this.#show();
  }

  /** Sends the view; `does`: begins or ends showing it. */
  #send(does: 'begin' | 'stop' | '' = ''): void {
    const { show, beside = '' } = this.#root.dataset;
    const session = this.#kept ?? '';
    this.#outbox.send(show ?? beside, does, () => {
      const { look = '', isPlaying = false } = this.#view?.look ?? {};
      const fields = { look, plays: isPlaying ? '1' : '', run: this.#run ?? '', from: this.#page };
      return { ...fields, ...(show !== undefined && { session, do: does }) };
    });
    this.#keepAddress();
  }

  /** Keeps the address of a page that was opened from the teacher's: a reload of another run must stay there, too. */
  #keepAddress(): void {
    const { taught } = this.#root.dataset;
    if (taught === undefined || location.pathname.startsWith(taught) || this.#run === null) return;
    const { search } = new URL(this.#root.dataset.part ?? '', location.href);
    history.replaceState(history.state, '', `${taught}${this.#run}${search}${location.hash}`);
  }

  /** Another page shows its view instead. */
  #showsNoLonger(): void {
    if (!this.#isShowing) return;
    this.#kept = null;
    this.#show();
  }

  /** Updates the bar, which may have been fetched again. */
  #show(): void {
    const isOn = this.#isShowing || this.#isFollowing;
    this.#root.classList.toggle('is-on', isOn);
    this.#root.querySelector('.show-view')?.setAttribute('aria-pressed', String(this.#isShowing));
  }
}
