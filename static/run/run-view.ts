/** `<run-view>`: follows a run's events and updates the page's timelines and text with them. */
import type { RunTimeline } from '../../server/timeline/model.ts';
import { newTimeline } from '../../server/timeline/timeline.ts';
import type { Claim } from '../../server/words/claim.ts';
import { capital, inPass } from '../../server/words/english.ts';
import { passTime } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { axisMs } from '../../views/drawing/geometry.ts';
import { readPalette } from '../chart/palette.ts';
import type { Chart } from '../chart/timeline.ts';
import { copyButton } from '../page/copy-link.ts';
import { type Drawing, LiveView } from '../stage/live-view.ts';
import { Stage } from '../stage/stage.ts';
import { Tip } from '../stage/tip.ts';
import { loadClaim } from './claim.ts';
import { showConnection, showLate } from './connection.ts';
import { FollowedRun, type Source } from './followed-run.ts';
import { ProgramLines } from './program-lines.ts';
import { RunAnnouncer } from './run-announcer.ts';
import { RunWords } from './run-text.ts';
import { stripsButton } from './strips-button.ts';

export class RunView extends LiveView {
  #run: FollowedRun | null = null;
  #words: RunWords | null = null;
  #lines: ProgramLines | null = null;
  #signal = AbortSignal.abort();
  readonly #announcer = new RunAnnouncer(this);
  /** Whether the view in the address has been restored: once, when the run has ended. */
  #isRestored = false;
  /** Whether events have arrived that the page does not show yet. */
  #isNew = true;
  /** The lesson's claim, null if there is none; undefined until that is known. */
  #claim: Claim | null | undefined;

  /** The run up to its latest event. */
  get timeline(): RunTimeline {
    return this.#run?.timeline ?? newTimeline();
  }

  /** The chart of all passes job by job; null if it is not shown. */
  get jobs(): Chart | null {
    return this.stage?.jobs ?? null;
  }

  /** Where the events come from; undefined: from the server. */
  protected get source(): Source | undefined {
    return undefined;
  }

  protected override follow(signal: AbortSignal): void {
    this.#words = new RunWords(this);
    this.#signal = signal;
    const claim = loadClaim(this.dataset.claim).then((claim) => {
      this.#claim = claim;
      if (this.#words) this.#words.claim = claim;
      this.#isNew = true;
      this.wake();
    });
    const handlers = {
      received: () => {
        this.#isNew = true;
        this.wakeAfterRest();
      },
      connected: () => {
        showConnection(this, run.connection);
        showLate(this, run.late);
        this.wake();
      },
      ended: () => claim.then(() => signal.aborted || this.#end(run)),
    };
    const { events = '', seq = '0' } = this.dataset;
    const run = new FollowedRun(events, Number(seq), handlers, signal, this.source);
    this.#run = run;
    stripsButton(this, signal);
    this.querySelector('.steps')?.addEventListener('click', ({ target }) => this.#goTo(target), { signal });
    copyButton(this, () => this.lookAround?.fragment ?? '', signal);
  }

  /** Shows the moment after the step whose button was pressed. */
  #goTo(target: EventTarget | null): void {
    const button = target instanceof Element ? target.closest('[data-step]') : null;
    if (!(button instanceof HTMLElement)) return;
    const step = button.dataset.step ?? '';
    this.player?.go(Number(step));
    // The list is rendered again.
    requestAnimationFrame(() => this.querySelector<HTMLElement>(`.steps [data-step="${step}"]`)?.focus());
  }

  #end(run: FollowedRun): void {
    document.title = `${sentence(run.timeline, this.#claim)} · Concurrency Playground`;
    // Other parts of the page react to the end of the run.
    this.dataset.status = run.timeline.status ?? '';
    this.dispatchEvent(new Event('run-end', { bubbles: true }));
    this.player?.begin([run.events], run.latestMs);
  }

  protected override get hasCaughtUp(): boolean {
    return this.#run?.hasCaughtUp === true;
  }

  protected override draw({ stage, player, pageMs, isFirst, isCalm }: Drawing): boolean {
    const run = this.#run;
    if (run === null) return false;
    player.tick(pageMs);
    const { atMs } = player;
    const isOther = run.show(player.timelines()?.[0] ?? null);
    const isNew = this.#isNew || isOther;
    this.#isNew = false;
    // The first drawing leaves out the text, which the server has rendered already.
    if (isNew && !isFirst) this.#showText(run);

    const passes = stage.charts.map((_, i) => run.pass(i));
    const nowMs = passes.map((_, i) => run.nowMs(i, pageMs, atMs));
    const { isLive } = run;
    const isMoving = run.isMoving || player.isPlaying;
    const spanMs = axisMs(run.timeline, Number(this.dataset.spanMs));
    stage.show({ passes, nowMs, spanMs, isNew, isMoving: isMoving && !isCalm, isLive, atMs });
    stage.charts.forEach((chart, i) => {
      const text = chart.root.parentElement?.querySelector('.pass-time');
      const time = passTime(passes[i] ?? null, nowMs[i]);
      if (text && text.textContent !== time) text.textContent = time;
      const name = text?.previousElementSibling;
      const where = passes[i] && capital(inPass(passes[i]));
      if (name && where && name.textContent !== where) name.textContent = where;
    });
    // The server has rendered the totals too, for which all bars must be summed.
    if (!isFirst) this.lookAround?.show();
    this.#lines?.show(run.timeline.lines);
    if (!this.#isRestored && player.isReady) {
      this.#isRestored = true;
      this.lookAround?.begin();
    }
    if (isFirst) {
      this.#isNew = true;
      this.wake();
    }
    return isMoving;
  }

  #showText({ timeline, shown }: FollowedRun): void {
    // The claim is about the end of the run, and comes with the next drawing.
    if (timeline.state === 'ended' && this.#claim === undefined) return;
    this.#words?.show(shown, shown !== timeline, timeline);
    this.#announcer.update(timeline, this.#claim ?? null);
    const isEnd = this.dataset.state !== 'ended' && timeline.state === 'ended';
    this.dataset.state = timeline.state;
    if (isEnd) this.#words?.end();
  }

  protected override makeStage(): Stage {
    const roots = [...this.querySelectorAll<HTMLElement>('figure.pass')].flatMap((figure) => {
      const root = figure.querySelector<HTMLElement>('.chart');
      const series = figure.querySelector<HTMLElement>('.series');
      return root === null ? [] : [{ root, rows: Number(figure.dataset.rows), series }];
    });
    const palette = readPalette(this, devicePixelRatio);
    const jobs = this.querySelector<HTMLElement>('figure.jobs');
    const stage = new Stage(roots, palette, new Tip(this), () => this.wake(), jobs);
    this.#lines = new ProgramLines(stage, this.#signal);
    return stage;
  }
}
