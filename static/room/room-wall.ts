/** The wall of a room: follows its stream, and shows a live tile for each member, in pages if there are many. */
import type { DatedNews, RoundNews, TileNews, WallMember } from '../../server/figures/room-news.ts';
import { type Order, type ShownRun, sorted } from '../../server/figures/wall-order.ts';
import { memberWords } from '../../server/words/member-words.ts';
import { type Palette, readPalette } from '../chart/palette.ts';
import { showClassTimes } from './class-times.ts';
import { followRoom } from './room-stream.ts';
import { showRound } from './round-panel.ts';
import { columnsFor, MOST_LARGE, onPage, pagesOf } from './tile-layout.ts';
import { paintTile } from './tile-picture.ts';

/** How long a page of tiles stays, in ms. */
const PAGE_MS = 10_000;
/** Pause between pictures of a run that is under way, in ms. */
const FRAME_MS = 200;

/** A tile on the wall, and when it arrived, on the page's clock. */
type Shown = ShownRun & { run: string; atMs: number };

export class RoomWall extends HTMLElement {
  #members: WallMember[] = [];
  #round: RoundNews | null = null;
  /** By member. */
  #shown = new Map<number, Shown>();
  #items = new Map<number, HTMLLIElement>();
  #order: Order = 'name';
  #page = 0;
  /** Whether pages are turned by hand alone. */
  #stays = false;
  #turnedMs = 0;
  /** The server's clock, less that of `performance.now()`. */
  #aheadMs = 0;
  #palette: Palette | null = null;
  #leaving = new AbortController();

  connectedCallback(): void {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    followRoom(
      this.dataset.events ?? '',
      {
        events: {
          room: (data) => this.#setRoom(JSON.parse(data)),
          tiles: (data) => this.#setTiles(JSON.parse(data)),
        },
      },
      signal,
    );
    const timers = [
      setInterval(() => this.#paint(true), FRAME_MS),
      setInterval(() => this.#turnAlone(), PAGE_MS),
    ];
    signal.addEventListener('abort', () => timers.forEach(clearInterval));
    const options = { signal };
    const repaint = () => {
      this.#palette = null;
      this.#paint(false);
    };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint, options);
    window.addEventListener('resize', repaint, options);
    const press = (name: string, does: (button: HTMLButtonElement) => void) => {
      const button = this.querySelector<HTMLButtonElement>(name);
      button?.addEventListener('click', () => does(button), options);
    };
    press('.wall-before', () => this.#turn(-1));
    press('.wall-after', () => this.#turn(1));
    press('.wall-stay', (button) => {
      this.#stays = !this.#stays;
      button.ariaPressed = String(this.#stays);
    });
    const sort = this.querySelector<HTMLSelectElement>('[name=sort]');
    sort?.addEventListener(
      'change',
      () => {
        this.#order = sort.value as Order;
        this.#arrange();
      },
      options,
    );
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  #setRoom({ members, round, isClosed, isOver, atMs }: DatedNews): void {
    this.#aheadMs = atMs - performance.now();
    const panel = this.querySelector('.wall-round');
    // The answers of a room that has ended are deleted.
    if (panel) showRound(panel, isOver ? null : round, members.length);
    this.#members = members;
    this.#round = round;
    const runs = new Map(members.map(({ number, run }) => [number, run]));
    // Those who have left, and runs that were deleted.
    for (const number of this.#shown.keys()) if (!runs.get(number)) this.#shown.delete(number);
    for (const number of this.#items.keys()) if (!runs.has(number)) this.#items.delete(number);
    const count = this.querySelector('.wall-count');
    if (count) count.textContent = isOver ? 'This room has ended.' : this.#countWords(isClosed);
    // A closed room invites no one, but its tiles stay.
    for (const one of this.querySelectorAll<HTMLElement>('.wall-open'))
      one.hidden = isOver || (isClosed && one.matches('p, img'));
    this.#arrange();
  }

  #countWords(isClosed: boolean): string {
    const hands = this.#members.filter(({ handAt }) => handAt !== null).length;
    const runs = this.#members.filter(({ run }) => run !== null).length;
    const words = [`${this.#members.length} here`, `${runs} ${runs === 1 ? 'has' : 'have'} run`];
    if (hands > 0) words.push(`${hands} ${hands === 1 ? 'asks' : 'ask'} for help`);
    if (isClosed) words.unshift('Closed for now');
    return words.join(' · ');
  }

  #setTiles(news: TileNews[]): void {
    const atMs = performance.now();
    for (const { member, ...one } of news) {
      this.#shown.set(member, { ...one, atMs });
      this.#describe(member);
    }
    const times = this.querySelector('.wall-times');
    if (times)
      showClassTimes(
        times,
        [...this.#shown.values()].map(({ tile }) => tile),
      );
    if (this.#order === 'stuck') this.#arrange();
    this.#paint(false, new Set(news.map(({ member }) => member)));
  }

  /** Puts the tiles of this page in order. */
  #arrange(): void {
    const all = sorted(this.#members, this.#shown, this.#order, this.#serverMs, this.#round);
    const pages = pagesOf(all);
    this.#page = (this.#page + pages) % pages;
    const controls = this.querySelector<HTMLElement>('.wall-pages');
    if (controls) controls.hidden = pages === 1;
    const words = this.querySelector('.wall-page');
    if (words) words.textContent = `Page ${this.#page + 1} of ${pages}`;
    const list = this.querySelector('.wall-tiles');
    const items = onPage(all, this.#page).map((member) => this.#itemOf(member));
    // A tile that stays where it is keeps the focus.
    if (list && !isSame(list.children, items)) list.replaceChildren(...items);
    const hasSpotlight = all.some(({ isInSpotlight }) => isInSpotlight);
    const { columns, span } = columnsFor(items.length, hasSpotlight);
    this.style.setProperty('--columns', String(columns));
    this.style.setProperty('--span', String(span));
    this.classList.toggle('is-large', items.length <= MOST_LARGE);
    for (const { number } of all) this.#describe(number);
    this.#paint(false);
  }

  /** Shows the page `by` pages on. */
  #turn(by: number): void {
    this.#page += by;
    this.#turnedMs = performance.now();
    this.#arrange();
  }

  /** Shows the next page, unless somebody reads this one, and since when nobody has run anything. */
  #turnAlone(): void {
    const isRead = this.#stays || this.querySelector('.wall-tiles :focus-visible') !== null;
    this.#turn(isRead || performance.now() - this.#turnedMs < PAGE_MS / 2 ? 0 : 1);
  }

  get #serverMs(): number {
    return performance.now() + this.#aheadMs;
  }

  #itemOf({ number }: WallMember): HTMLLIElement {
    const known = this.#items.get(number);
    if (known) return known;
    const item = document.createElement('li');
    item.innerHTML = '<a><canvas></canvas></a><p class="wall-name"><bdi></bdi></p><p class="wall-state"></p>';
    item.dataset.member = String(number);
    this.#items.set(number, item);
    return item;
  }

  /** Sets the words of a tile. */
  #describe(number: number): void {
    const member = this.#members.find((one) => one.number === number);
    const item = this.#items.get(number);
    if (!member || !item) return;
    const set = (selector: string, text: string) => {
      const element = item.querySelector(selector);
      if (element && element.textContent !== text) element.textContent = text;
    };
    set('bdi', member.name);
    const shown = this.#shown.get(number);
    set('.wall-state', memberWords(member, shown, this.#serverMs, this.#round).join(' · '));
    const link = item.querySelector('a');
    if (shown && link) {
      link.href = `${this.dataset.runs}${shown.run}`;
      // The picture says nothing to a screen reader; the name is empty for those who do not want it shown.
      link.ariaLabel = member.name === '' ? 'This run' : `Run of ${member.name}`;
    }
    item.classList.toggle('is-failed', shown?.tile.status === 'failed' || (shown?.sameError ?? 0) > 0);
    item.classList.toggle('has-hand', member.handAt !== null);
    item.classList.toggle('is-in-spotlight', member.isInSpotlight);
  }

  /** Paints the tiles of this page: those that grow, those of `only`, or all. */
  #paint(isGrowing: boolean, only?: ReadonlySet<number>): void {
    this.#palette ??= readPalette(this, devicePixelRatio);
    const nowMs = performance.now();
    const isLarge = this.classList.contains('is-large');
    for (const canvas of this.querySelectorAll('canvas')) {
      const number = Number(canvas.closest('li')?.dataset.member);
      const shown = this.#shown.get(number);
      if (!shown || (isGrowing && shown.tile.state !== 'running') || (only && !only.has(number))) continue;
      const isLive = shown.tile.state === 'running';
      const moment = { tile: shown.tile, sinceMs: isLive ? nowMs - shown.atMs : 0 };
      paintTile(canvas, moment, this.#palette, isLarge);
    }
  }
}

function isSame(some: HTMLCollection, others: readonly Element[]): boolean {
  return some.length === others.length && others.every((one, i) => one === some[i]);
}
