/**
 * `<compare-view>`: follows two runs, and shows the passes of both in timelines that share one axis, cursor and zoom.
 * When both have ended it replays them on one clock, from each pass's own start, with the text in step.
 */
import { newTimeline } from '../../server/timeline/timeline.ts';
import { passTimeOf } from '../../server/words/progress.ts';
import { drawnLooks } from '../../views/drawing/legend.ts';
import { readPalette } from '../chart/palette.ts';
import { showConnection } from '../run/connection.ts';
import { FollowedRun } from '../run/followed-run.ts';
import type { ReplayPlayer } from '../run/replay-player.ts';
import { type Drawing, LiveView } from '../stage/live-view.ts';
import { Stage } from '../stage/stage.ts';
import { Tip } from '../stage/tip.ts';
import { ComparedWords } from './compared-text.ts';

/** A chart's container, with the run and the pass that it shows. */
type Mount = { root: HTMLElement; rows: number; run: FollowedRun; pass: number };

/** Of two connections the worse is shown. */
const WORST_FIRST = ['gone', 'lost', 'held', 'asked', 'live'] as const;

export class CompareView extends LiveView {
  #runs: FollowedRun[] = [];
  #places: Mount[] = [];
  /** null until both runs can be replayed. */
  #words: ComparedWords | null = null;
  /** Whether events have arrived since the last drawing. */
  #isNew = true;

  protected override follow(signal: AbortSignal): void {
    const changed = () => {
      this.#isNew = true;
      this.wake();
    };
    const handlers = { received: changed, connected: changed, ended: changed };
    const { a = '', b = '', aSeq, bSeq } = this.dataset;
    const runs = {
      a: new FollowedRun(a, Number(aSeq), handlers, signal),
      b: new FollowedRun(b, Number(bSeq), handlers, signal),
    };
    this.#runs = [runs.a, runs.b];
    this.#words = null;
    // The final text may have arrived.
    document.addEventListener('htmx:after:swap', () => this.wake(), { signal });
    this.#places = [...this.querySelectorAll<HTMLElement>('.chart')].map((root) => {
      const { run, pass, rows } = root.dataset;
      return { root, rows: Number(rows), run: run === 'b' ? runs.b : runs.a, pass: Number(pass) };
    });
  }

  protected override get hasCaughtUp(): boolean {
    return this.#runs.every((run) => run.hasCaughtUp);
  }

  protected override draw({ stage, player, pageMs, isFirst, isCalm }: Drawing): boolean {
    if (!player.isReady) this.#beginReplay(player);
    player.tick(pageMs);
    const { atMs, endMs, isPlaying } = player;
    const replayed = player.timelines();
    const isOther = this.#runs.map((run, i) => run.show(replayed?.[i] ?? null)).includes(true);
    const passes = this.#places.map(({ run, pass }) => run.pass(pass));
    const nowMs = this.#places.map(({ run, pass }) => run.nowMs(pass, pageMs, atMs));
    const isMoving = isPlaying || this.#runs.some((run) => run.isMoving);
    stage.show({
      passes,
      nowMs,
      spanMs: Math.max(Number(this.dataset.spanMs) || 1, endMs),
      isNew: this.#isNew || isOther,
      isMoving: isMoving && !isCalm,
      isLive: this.#runs.some((run) => run.isLive),
      atMs,
    });
    this.#places.forEach(({ root, run, pass }, i) => {
      const text = root.previousElementSibling?.querySelector('.pass-time');
      const time = passTimeOf(run.timeline, passes[i] ?? null, pass, nowMs[i]);
      if (text && text.textContent !== time) text.textContent = time;
    });
    if (this.#isNew) this.#showStatus();
    this.#words?.show(replayed, atMs, isPlaying);
    this.lookAround?.show();
    if (isFirst) {
      const differs = Number(this.dataset.differs);
      // A link may show something else.
      if (differs > 0 && location.hash === '') stage.measure({ minMs: differs - 1, maxMs: differs });
      this.lookAround?.begin();
    }
    this.#isNew = false;
    return isMoving;
  }

  /** Starts the replay once both runs have ended and the server's text is final. */
  #beginReplay(player: ReplayPlayer): void {
    const text = document.getElementById('compare-told');
    const section = this.parentElement;
    if (text === null || section === null || text.hasAttribute('hx-get')) return;
    if (this.#runs.some(({ timeline }) => timeline.state !== 'ended')) return;
    this.#words = new ComparedWords(section);
    player.begin(
      this.#runs.map(({ events }) => events),
      Math.max(...this.#runs.map(({ latestMs }) => latestMs)),
    );
  }

  /** Adds new looks to the legend, and shows how events arrive. */
  #showStatus(): void {
    const passes = this.#runs.flatMap(({ timeline }) => timeline.passes);
    for (const look of drawnLooks({ ...newTimeline(), passes })) {
      this.querySelector(`.legend [data-look="${look}"]`)?.removeAttribute('hidden');
    }
    const connections = this.#runs.map(({ connection }) => connection);
    showConnection(this, WORST_FIRST.find((one) => connections.includes(one)) ?? 'live');
  }

  protected override makeStage(): Stage {
    const palette = readPalette(this, devicePixelRatio);
    const stage = new Stage(this.#places, palette, new Tip(this), () => this.wake());
    for (const { root } of this.#places) root.setAttribute('aria-label', root.dataset.label ?? 'Timeline');
    return stage;
  }
}
