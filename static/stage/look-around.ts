/**
 * Looking around in a run's timelines: the buttons under them, the keys, the line that says what is selected, and the
 * address, whose fragment keeps all of it.
 */
import { releaseWords, whatWords, whenWords } from '../../server/words/bar-words.ts';
import { rowName } from '../../server/words/names.ts';
import { pathsWords } from '../../server/words/path-words.ts';
import { measuredLines } from '../../server/words/totals.ts';
import { duration } from '../../server/words/units.ts';
import { LOOKED_HINT } from '../../views/run/player.ts';
import { say } from '../page/speaker.ts';
import type { BarTables } from '../run/bar-table.ts';
import type { ReplayPlayer } from '../run/replay-player.ts';
import { fromFragment, TURNS, toFragment } from './fragment.ts';
import { pressKey } from './keys.ts';
import type { Selection } from './selection.ts';
import type { Stage } from './stage.ts';

/** How long what is looked at must stay before it is read, and the address says so, in ms: browsers refuse changes that come too fast. */
const SETTLED_MS = 300;
/** How often the totals of a live run change, in ms: figures that dance cannot be read. */
const TOTALS_MS = 200;

export class LookAround {
  readonly #root: HTMLElement;
  readonly #stage: Stage;
  readonly #player: ReplayPlayer;
  /** Where selections came from by a jump. */
  #trail: (Selection | null)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fragment = '';
  #said: string = LOOKED_HINT;
  #totalsMs = Number.NEGATIVE_INFINITY;
  #totalsTimer: ReturnType<typeof setTimeout> | undefined;
  #sayTimer: ReturnType<typeof setTimeout> | undefined;
  /** The timeline that was last read of. */
  #readChart: number | null = null;
  /** None until they are opened. */
  #tables: BarTables | null = null;

  /** Works until `signal` aborts. */
  constructor(root: HTMLElement, stage: Stage, player: ReplayPlayer, signal: AbortSignal) {
    this.#root = root;
    this.#stage = stage;
    this.#player = player;
    const on = (selector: string, does: () => void) =>
      root.querySelector(selector)?.addEventListener('click', does, { signal });
    for (const what of TURNS) on(`[data-turn=${what}]`, () => stage.turn(what));
    on('.show-all', () => stage.look(null));
    on('.follow', () => {
      // The button goes, and what had the focus is not to lose it to the page.
      stage.roots[0]?.focus({ preventScroll: true });
      stage.follow();
    });
    on('.go-why', () => this.#goToWhy());
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
      goToWhy: () => this.#goToWhy(),
      back: () => stage.select(this.#trail.pop() ?? stage.selection, true),
    };
    for (const root of stage.roots) {
      root.addEventListener('keydown', (event) => pressKey(event, actions), { signal });
    }
    signal.addEventListener('abort', () => {
      clearTimeout(this.#timer);
      clearTimeout(this.#totalsTimer);
      clearTimeout(this.#sayTimer);
    });
    const tables = root.querySelector<HTMLDetailsElement>('.bar-tables');
    const open = () => tables?.open && this.#open(tables, signal);
    tables?.addEventListener('toggle', open, { signal });
    open();
    window.addEventListener('hashchange', () => this.restore(), { signal });
  }

  /** The fragment that keeps what is looked at now; empty for what the page shows by itself. */
  get fragment(): string {
    const { chosen: view, selection, turns } = this.#stage;
    const { atMs, speed } = this.#player;
    return toFragment({ view, selection, atMs, speed, turns });
  }

  /** Shows what the address asked for when the page was opened; nothing where its reader has looked elsewhere since. */
  begin(): void {
    if (this.#fragment === '') this.restore();
  }

  /** Shows what the address asks for. */
  restore(): void {
    const look = fromFragment(location.hash);
    if (look === null) return;
    this.#fragment = toFragment(look);
    this.#player.setSpeed(look.speed);
    for (const what of TURNS) this.#stage.turn(what, look.turns.has(what));
    this.#stage.look(look.view);
    this.#stage.select(look.selection);
    if (look.atMs !== null) this.#player.go(look.atMs);
  }

  /** Brings the buttons, the line and the address up to what is shown. */
  show(): void {
    const { turns, chosen, isLeftBehind, selected } = this.#stage;
    for (const what of TURNS) {
      this.#root.querySelector(`[data-turn=${what}]`)?.setAttribute('aria-pressed', String(turns.has(what)));
    }
    this.#button('.show-all', (button) => {
      button.disabled = chosen === null;
    });
    this.#button('.follow', (button) => {
      button.hidden = !isLeftBehind;
    });
    this.#button('.go-why', (button) => {
      button.disabled = !selected?.release;
    });
    this.#say();
    this.#showTotals();
    this.#tables?.show();
    this.#keep();
  }

  async #open(tables: HTMLDetailsElement, signal: AbortSignal): Promise<void> {
    const { BarTables } = await import('../run/bar-table.ts');
    this.#tables ??= new BarTables(tables, this.#stage, signal);
    this.#tables.show();
  }

  /** In the legend, how long each state lasted in what is seen. */
  #showTotals(): void {
    const pageMs = performance.now();
    clearTimeout(this.#totalsTimer);
    if (pageMs - this.#totalsMs < TOTALS_MS) {
      this.#totalsTimer = setTimeout(() => this.#showTotals(), TOTALS_MS);
      return;
    }
    this.#totalsMs = pageMs;
    for (const [state, ms] of this.#stage.totals(this.#stage.view)) {
      const total = this.#root.querySelector(`.legend [data-look=${state}] .total`);
      const words = ms > 0 ? duration(ms) : '';
      if (total && total.textContent !== words) total.textContent = words;
    }
  }

  #goToWhy(): void {
    const before = this.#stage.selection;
    if (this.#stage.goToRelease()) this.#trail.push(before);
  }

  #button(selector: string, change: (button: HTMLButtonElement) => void): void {
    const button = this.#root.querySelector<HTMLButtonElement>(selector);
    if (button) change(button);
  }

  /** What is measured or selected, in words; touched only when they change. */
  #say(): void {
    const { selected, measured, scene, view, turns } = this.#stage;
    let words: string = LOOKED_HINT;
    if (measured) {
      words = measuredLines(measured.maxMs - measured.minMs, this.#stage.totals(measured)).join(': ');
    } else if (selected) {
      const { pass, row, bar, release, chart } = selected;
      const spanMs = view.maxMs - view.minMs;
      // The time of a bar that lasts is not said again at each frame.
      const said = { pass, row, bar, nowMs: scene.nowMs[chart] ?? 0, spanMs };
      const when = bar.endMs === null ? 'not over yet' : whenWords(said);
      const why = release === null ? '' : `. ${releaseWords(pass, release, spanMs)}`;
      words = `${rowName(row)}: ${whatWords(said)}, ${when}${why}`;
    } else if (turns.has('path')) words = pathsWords(this.#stage.paths);
    if (words === this.#said) return;
    this.#said = words;
    const line = this.#root.querySelector('.looked');
    if (line) line.textContent = words;
    clearTimeout(this.#sayTimer);
    // What goes by by itself is not read to anybody.
    if (words !== LOOKED_HINT && !this.#player.isPlaying)
      this.#sayTimer = setTimeout(() => this.#read(words, selected?.chart ?? null), SETTLED_MS);
  }

  /** Has `words` read, with the name of the timeline where that is another than before. */
  #read(words: string, chart: number | null): void {
    const name = chart === null ? null : this.#stage.charts[chart]?.root.getAttribute('aria-label');
    say(this.#root, name && chart !== this.#readChart ? `${name}, ${words}` : words);
    this.#readChart = chart ?? this.#readChart;
  }

  /** Keeps what is looked at in the address, once it has settled; a run that goes on has nothing to keep yet. */
  #keep(): void {
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
