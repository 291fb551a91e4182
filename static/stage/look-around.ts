/**
 * Connects a run's timelines to their controls: the buttons, the keys, the line that describes the selection, and the
 * fragment of the address, which stores the view.
 */
import { placedWords, releaseWords, whenWords } from '../../server/words/bar-words.ts';
import { markedWords } from '../../server/words/line-words.ts';
import { commonUnit, lengthWords } from '../../server/words/pass-times.ts';
import { pathsWords } from '../../server/words/path-words.ts';
import { measuredLines } from '../../server/words/totals.ts';
import { LOOKED_HINT, TOUCHED_HINT } from '../../views/run/player.ts';
import { announce } from '../page/announcer.ts';
import type { BarTables } from '../run/bar-table.ts';
import type { ReplayPlayer } from '../run/replay-player.ts';
import { fromFragment, type Look, lookOf, TURNS, toFragment } from './fragment.ts';
import { pressKey } from './keys.ts';
import type { Selection } from './selection.ts';
import type { Stage } from './stage.ts';

/**
 * How long the view must be unchanged before it is announced and stored in the address, in ms: browsers limit the rate
 * of history changes.
 */
const SETTLED_MS = 300;
/** Shortest time between updates of the totals, in ms: figures that change faster cannot be read. */
const TOTALS_MS = 200;

/** A view that another page had `agoMs` ago, and whether it plays on from there. */
export type AppliedLook = { look: string; isPlaying: boolean; agoMs: number };

export class LookAround {
  readonly #root: HTMLElement;
  readonly #stage: Stage;
  readonly #player: ReplayPlayer;
  /** Elements that have been looked for, by selector; null: the page has none. */
  readonly #found = new Map<string, HTMLElement | null>();
  /** The selections before each jump to a cause. */
  #trail: (Selection | null)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fragment = '';
  /** What pages that share the view know; null before the first drawing. */
  #told: string | null = null;
  /** The line without a selection. */
  readonly #hint = matchMedia('(pointer: coarse)').matches ? TOUCHED_HINT : LOOKED_HINT;
  #description: string = LOOKED_HINT;
  #totalsMs = Number.NEGATIVE_INFINITY;
  #totalsTimer: ReturnType<typeof setTimeout> | undefined;
  #announceTimer: ReturnType<typeof setTimeout> | undefined;
  /** The timeline of the last announcement. */
  #announcedChart: number | null = null;
  /** null until the tables are opened. */
  #tables: BarTables | null = null;

  /** Handles events until `signal` aborts. */
  constructor(root: HTMLElement, stage: Stage, player: ReplayPlayer, signal: AbortSignal) {
    this.#root = root;
    this.#stage = stage;
    this.#player = player;
    const on = (selector: string, does: () => void) =>
      root.querySelector(selector)?.addEventListener('click', does, { signal });
    for (const what of TURNS) on(`[data-turn=${what}]`, () => stage.turn(what));
    on('.show-all', () => stage.look(null));
    on('.follow', () => {
      // Hiding the button would drop its focus.
      stage.roots[0]?.focus({ preventScroll: true });
      stage.follow();
    });
    on('.go-why', () => {
      this.#goToCause();
      // Where the keys work that go back and on. The button may be disabled now, and would drop the focus.
      stage.focus();
    });
    const help = () => root.querySelector<HTMLDialogElement>('.keys-help')?.showModal();
    on('.player .keys', help);
    const askForHelp = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select');
      if (event.key === '?' && !event.defaultPrevented && !isTyping) help();
    };
    document.addEventListener('keydown', askForHelp, { signal });
    const actions = {
      stage,
      help,
      play: () => player.toggle(),
      stepEvent: (by: 1 | -1) => player.step(by),
      goToCause: () => this.#goToCause(),
      back: () => stage.select(this.#trail.pop() ?? stage.selection, true),
    };
    for (const root of stage.roots) {
      root.addEventListener('keydown', (event) => pressKey(event, actions), { signal });
    }
    signal.addEventListener('abort', () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#totalsTimer);
      clearTimeout(this.#announceTimer);
    });
    const tables = root.querySelector<HTMLDetailsElement>('.bar-tables');
    const open = () => tables?.open && this.#open(tables, signal);
    tables?.addEventListener('toggle', open, { signal });
    open();
    window.addEventListener('hashchange', () => this.restore(), { signal });
  }

  /** The fragment for the current view; empty for the page's initial state. */
  get fragment(): string {
    return this.#fragmentAt(this.#player.atMs);
  }

  #fragmentAt(atMs: number | null): string {
    const { chosen: view, measured, selection, line, turns } = this.#stage;
    return toFragment({ view, measured, selection, line, atMs, speed: this.#player.speed, turns });
  }

  /** Shows the view in the page's address, unless the view has changed since the page was opened. */
  begin(): void {
    if (this.#fragment === '') this.restore();
  }

  /** Shows the view in the address. */
  restore(): void {
    const look = fromFragment(location.hash);
    if (look === null) return;
    this.#fragment = toFragment(look);
    this.#show(look);
    if (look.atMs !== null) this.#player.go(look.atMs);
  }

  /** Shows a view that another page shares. */
  share({ look: text, isPlaying, agoMs }: AppliedLook): void {
    const look = lookOf(text);
    const { selection } = this.#stage;
    const isOther = JSON.stringify(look.selection) !== JSON.stringify(selection);
    // What is talked about must be seen, also on a phone.
    if (isOther && look.selection) this.#stage.select(look.selection, true);
    this.#show(look);
    const playedMs = isPlaying ? agoMs * look.speed : 0;
    this.#player.go(look.atMs === null ? this.#player.endMs : look.atMs + playedMs);
    if (isPlaying && this.#player.atMs !== null) this.#player.toggle();
    this.#told = this.#toTell;
  }

  #show(look: Look): void {
    this.#player.setSpeed(look.speed);
    for (const what of TURNS) this.#stage.turn(what, look.turns.has(what));
    this.#stage.look(look.view);
    this.#stage.select(look.selection);
    if (look.line !== null) this.#stage.mark(look.line);
    // A selection ends a measurement.
    if (look.measured !== null) this.#stage.measure(look.measured);
  }

  /** What others who share the view must know: while it plays, the moment follows from when that began. */
  get #toTell(): string {
    if (!this.#player.isPlaying) return this.fragment;
    return `${this.#fragmentAt(null)} plays`;
  }

  /** Says that the view has changed, but not that a replay is over: that is so on every page. */
  #tell(): void {
    const now = this.#toTell;
    if (now === this.#told) return;
    const isOver = now === this.#told?.replace(/ plays$/, '');
    this.#told = now;
    if (!isOver) this.#root.dispatchEvent(new Event('look', { bubbles: true }));
  }

  /** Updates the buttons, the line and the address to the stage's state. */
  show(): void {
    const { turns, chosen, isLeftBehind, selected } = this.#stage;
    for (const what of TURNS) {
      const button = this.#find(`[data-turn=${what}]`);
      const isPressed = String(turns.has(what));
      if (button?.getAttribute('aria-pressed') !== isPressed) button?.setAttribute('aria-pressed', isPressed);
    }
    this.#button('.show-all', (button) => {
      button.disabled = chosen === null;
    });
    this.#button('.follow', (button) => {
      if (button.hidden === isLeftBehind) button.hidden = !isLeftBehind;
    });
    this.#button('.go-why', (button) => {
      button.disabled = !selected?.release;
    });
    this.#describe();
    this.#showTotals();
    this.#tables?.show();
    this.#storeView();
    this.#tell();
  }

  async #open(tables: HTMLDetailsElement, signal: AbortSignal): Promise<void> {
    const { BarTables } = await import('../run/bar-table.ts');
    this.#tables ??= new BarTables(tables, this.#stage, signal);
    this.#tables.show();
  }

  /** Updates the totals in the legend: how long each state lasted in the visible range. */
  #showTotals(): void {
    const pageMs = performance.now();
    clearTimeout(this.#totalsTimer);
    if (pageMs - this.#totalsMs < TOTALS_MS) {
      this.#totalsTimer = setTimeout(() => this.#showTotals(), TOTALS_MS);
      return;
    }
    this.#totalsMs = pageMs;
    for (const [state, ms] of this.#stage.totals(this.#stage.view)) {
      const total = this.#find(`.legend [data-look=${state}] .total`);
      const words = ms > 0 ? lengthWords(ms, commonUnit(this.#stage.scene.passes)) : '';
      if (total && total.textContent !== words) total.textContent = words;
    }
  }

  #goToCause(): void {
    const before = this.#stage.selection;
    if (this.#stage.goToRelease()) this.#trail.push(before);
  }

  #button(selector: string, change: (button: HTMLButtonElement) => void): void {
    const button = this.#find<HTMLButtonElement>(selector);
    if (button) change(button);
  }

  /** Returns an element of the page, which is looked for once: that takes a while on a long page. */
  #find<Found extends HTMLElement>(selector: string): Found | null {
    const kept = this.#found.get(selector);
    if (kept === null || kept?.isConnected) return kept as Found | null;
    const found = this.#root.querySelector<Found>(selector);
    this.#found.set(selector, found);
    return found;
  }

  /** Describes the measured range or the selected bar; touches the page only when the text changes. */
  #describe(): void {
    const { selected, measured, line: pressed, marked, scene, view, turns } = this.#stage;
    let words: string = this.#hint;
    if (measured) {
      const unit = commonUnit(scene.passes);
      words = measuredLines(measured.maxMs - measured.minMs, this.#stage.totals(measured), unit).join(': ');
    } else if (selected) {
      const { pass, row, bar, release, chart } = selected;
      const spanMs = view.maxMs - view.minMs;
      // An open bar's time is left out: it would change at each frame.
      const context = { pass, row, bar, nowMs: scene.nowMs[chart] ?? 0, spanMs };
      const when = bar.endMs === null ? 'not over yet' : whenWords(context);
      const why = release === null ? '' : `. ${releaseWords(pass, release, spanMs)}`;
      words = `${placedWords(context)}, ${when}${why}`;
      if (turns.has('path')) words = `${words}. ${pathsWords(this.#stage.paths)}`;
    } else if (pressed !== null) words = markedWords(pressed, marked);
    else if (turns.has('path')) words = pathsWords(this.#stage.paths);
    if (words === this.#description) return;
    this.#description = words;
    const line = this.#root.querySelector('.looked');
    if (line) line.textContent = words;
    clearTimeout(this.#announceTimer);
    // During playback the changes are not announced.
    if (words !== this.#hint && !this.#player.isPlaying)
      this.#announceTimer = setTimeout(() => this.#announce(words, selected?.chart ?? null), SETTLED_MS);
  }

  /** Announces `words`, preceded by the timeline's name if it differs from the last one's. */
  #announce(words: string, chart: number | null): void {
    const name = chart === null ? null : this.#stage.charts[chart]?.root.getAttribute('aria-label');
    announce(this.#root, name && chart !== this.#announcedChart ? `${name}, ${words}` : words);
    this.#announcedChart = chart ?? this.#announcedChart;
  }

  /** Stores the view in the address once it has settled; not during playback. */
  #storeView(): void {
    if (this.#player.isPlaying) return;
    const { fragment } = this;
    if (fragment === this.#fragment) return;
    this.#fragment = fragment;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const { pathname, search } = location;
      history.replaceState(history.state, '', `${pathname}${search}${fragment === '' ? '' : `#${fragment}`}`);
    }, SETTLED_MS);
  }
}
