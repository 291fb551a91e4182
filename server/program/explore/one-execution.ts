/**
 * One execution of a program, in one order: lets one lane at a time take its next step, and asks for a choice wherever
 * several could. Steps that commute with all others (a start, a join, a sleep that a lane waits for alone) are not
 * choices, but are taken at once: whatever order of accesses is possible without that is possible with it.
 */
import type { Answer } from '../../protocol/asks.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import type { JobOutcome, PassSettings } from '../../protocol/orders.ts';
import { MAX_STEPS, STEP_SECONDS } from '../../protocol/search.ts';
import { Hub } from '../hub.ts';
import { isOfMemory } from '../steps.ts';
import type { Effect, EffectOfStep } from './effects.ts';
import type { ChooseLater, GoesOn, Option, Taken } from './execution.ts';
import {
  answersOf,
  isAtEase,
  type LaneState,
  newLane,
  noteReport,
  optionsOf,
  type Say,
} from './lane-state.ts';
import type { LaneThread, LaneThreads } from './lane-threads.ts';
import type { Did, LaneOrder, LaneReport, OpenWait } from './messages.ts';
import type { Openings } from './openings.ts';
import type { Accessed } from './outcome.ts';

const STEP_MS = 1000 * STEP_SECONDS;
/** How long a lane may take to load the program again, in ms. */
const LOAD_MS = 5000;

const LOST: JobOutcome = { status: 'failed', error: 'Its thread has ended.' };

/** What is known of an execution while it is under way. */
export class OneExecution {
  readonly taken: Taken[] = [];
  readonly effects: Effect[] = [];
  readonly accesses: Accessed[] = [];
  readonly failed: { job: number | null; error: string }[] = [];
  /** What lanes have passed on for the program's check. */
  readonly evidence: Evidence[] = [];
  #hub: Hub;
  /** What is left in the queue on the event loop, which has its own; null if nothing is. */
  #queue: string[] | null = null;
  stuck: OpenWait[] = [];
  isCut = false;
  /** What the program's `check` threw; null if nothing. */
  check: string | null = null;
  #threads: LaneThreads;
  #openings: Openings | null;
  #load: number;
  #lanes: LaneState[] = [];
  #isOnLoop: boolean;
  /** Whether the program has its own main. */
  #hasMain: boolean;
  #hasCheck: boolean;
  #jobs: number;
  #hasEnded = false;
  /** Whether sleeps end in the order of their seconds, and the time that they have come to. */
  #inOrder: boolean;
  #nowMs = 0;
  #step = 0;
  /** The options of the other lanes at the moment a lane was told to go on. */
  #others: Option[] = [];

  /** `openings`: those of earlier executions, to which this one adds; null if executions may begin differently. */
  constructor(
    { mode, jobs, reuse, sleepsInOrder = false }: PassSettings,
    threads: LaneThreads,
    load: number,
    openings: Openings | null,
  ) {
    this.#threads = threads;
    this.#openings = openings;
    this.#load = load;
    this.#isOnLoop = mode === 'event-loop';
    this.#inOrder = sleepsInOrder;
    // In a pool, the end of a job lets another one begin.
    this.#jobs = reuse || this.#isOnLoop ? Number.POSITIVE_INFINITY : jobs;
    this.#hasMain = threads.of(0)?.hasMain ?? true;
    this.#hasCheck = threads.of(0)?.hasCheck ?? true;
    this.#hub = new Hub((state) => {
      for (const lane of this.#lanes) lane.queue = state;
    });
  }

  /** What is left in the queue, as JSON. */
  get messages(): string[] {
    return this.#queue ?? this.#hub.messages;
  }

  async run(choose: ChooseLater, goesOn: GoesOn): Promise<void> {
    this.#open(0);
    this.#lanes[0]?.inbox.push({ do: 'begin', name: 'main', load: this.#load, job: null });
    for (let current: number | null = null; ; ) {
      await this.#settle();
      if (this.#hasEnded) break;
      const options = optionsOf(this.#lanes, this.#inOrder, this.#onlyJoins);
      if (options.length === 0 && (await this.#tellEnds())) {
        if (this.#hasEnded) break;
        continue;
      }
      if (options.length === 0) {
        await this.#askWaits();
        break;
      }
      if (this.#step >= MAX_STEPS) {
        this.isCut = true;
        break;
      }
      const choice = choose(options, current, this.taken.length, this);
      const chosen = typeof choice === 'object' ? await choice : choice;
      const option = chosen === null ? undefined : options[chosen];
      if (chosen === null || !option) break;
      this.taken.push({ options, chosen });
      current = option.lane;
      this.#step++;
      await this.#take(option, options, goesOn);
    }
    await this.#abort();
  }

  /** Takes all steps that are no choices. */
  async #settle(): Promise<void> {
    while (await this.#beginTogether());
    for (let lane = 0; lane < this.#lanes.length && !this.#hasEnded; ) {
      const state = this.#lanes[lane];
      if (state && isAtEase(state, this.#inOrder) && !(lane === 0 && this.#onlyJoins)) {
        const next = state.inbox.shift();
        if (next) await this.#tell(lane, next);
        else await this.#tell(lane, { do: 'wake', id: state.sleeps[0]?.id ?? 0 });
        lane = 0;
      } else lane++;
    }
  }

  /**
   * Lets all lanes that can begin do so at the same time, up to the first access of each: they share nothing before. What
   * they report is taken in their order; facts, which they write themselves, would not be. Returns false if none can.
   */
  async #beginTogether(): Promise<boolean> {
    if (this.#threads.isHeard) return false;
    const begun: { lane: number; state: LaneState; thread: LaneThread; job: number | null }[] = [];
    for (const [lane, state] of this.#lanes.entries()) {
      const [first] = state.inbox;
      const thread = this.#threads.of(lane);
      if (!thread || first?.do !== 'begin' || !isAtEase(state, this.#inOrder)) continue;
      state.inbox.shift();
      const { job } = first;
      if (this.#openings?.of(lane, job)) state.late = first;
      else thread.box.post(this.#orderOf(state, first));
      begun.push({ lane, state, thread, job });
    }
    for (const { lane, state, thread, job } of begun) {
      const known = state.late && this.#openings?.of(lane, job);
      // All began at the same time; when one of them was late, the schedule is over.
      const report = known ?? thread.box.collect(this.isCut ? 1 : LOAD_MS);
      if (report && !known) this.#openings?.learn(lane, job, report, !this.#hasMain && !this.#hasCheck);
      await this.#took(lane, state, report);
    }
    return begun.length > 0;
  }

  /** Whether main does nothing any more but wait for the ends of jobs that all have lanes: it can hear of them last. */
  get #onlyJoins(): boolean {
    return !this.#hasMain && this.#lanes.length > this.#jobs;
  }

  /** Tells main of all ends that it has not heard of. Returns false if there are none. */
  async #tellEnds(): Promise<boolean> {
    const main = this.#lanes[0];
    if (!this.#onlyJoins || main?.at !== 'idle' || main.inbox.length === 0) return false;
    // No one observes what main does after that.
    if (
      !this.#threads.isHeard &&
      !this.#hasCheck &&
      this.#lanes.every(({ isClosed }, lane) => lane === 0 || isClosed)
    ) {
      this.#hasEnded = true;
      return true;
    }
    const lanes = main.inbox.flatMap((say) => (say.do === 'ended' ? say.lanes : []));
    main.inbox = [];
    main.expects -= lanes.length - 1;
    await this.#tell(0, { do: 'ended', lanes });
    return true;
  }

  async #take({ lane, answer, access }: Option, options: Option[], goesOn: GoesOn): Promise<void> {
    const state = this.#lanes[lane];
    if (!state) return;
    if (access) {
      this.accesses.push({ lane, access });
      // Main can start jobs, whose steps become choices.
      let more = 0;
      // What the hub does can let others go on.
      const most = lane === 0 || !isOfMemory(access) ? 0 : MAX_STEPS - this.#step;
      while (more < most && goesOn(lane, this.taken.length + more)) more++;
      this.#others = options.filter((option) => option.lane !== lane);
      await this.#tell(lane, { do: 'go', more });
      return;
    }
    const [first] = state.inbox;
    if (first && answer === 0) {
      state.inbox.shift();
      await this.#tell(lane, first);
      return;
    }
    const sleep = state.sleeps[answer - (first ? 1 : 0)];
    if (!sleep) return;
    this.#nowMs = Math.max(this.#nowMs, sleep.dueMs);
    await this.#tell(lane, { do: 'wake', id: sleep.id });
  }

  /** Gives the turn to a lane, and notes what it did with it. */
  async #tell(lane: number, say: Say): Promise<void> {
    const state = this.#lanes[lane];
    const thread = this.#threads.of(lane);
    if (!state || !thread || state.at === 'gone') return;
    if (say.do === 'answer' || say.do === 'ended') state.expects--;
    const { late } = state;
    state.late = null;
    const isKnown = late !== null && say.do === 'go';
    if (late && !isKnown) thread.box.hand(this.#orderOf(state, late), LOAD_MS);
    const order = this.#orderOf(state, isKnown ? { ...late, go: say.more } : say);
    await this.#took(lane, state, thread.box.hand(order, say.do === 'begin' ? LOAD_MS : STEP_MS));
  }

  #orderOf(state: LaneState, say: Say): LaneOrder {
    const order: LaneOrder = { step: this.#step, ...(state.queue && { queue: state.queue }), ...say };
    state.queue = undefined;
    return order;
  }

  /** Notes what a lane did with the turn; null if it did not give it back in time. */
  async #took(lane: number, state: LaneState, report: LaneReport | null): Promise<void> {
    if (report === null) {
      this.isCut = true;
      this.#over();
      state.at = 'gone';
      await this.#threads.drop(lane);
      return;
    }
    await this.#note(lane, state, report);
  }

  async #note(lane: number, state: LaneState, report: LaneReport): Promise<void> {
    const isOther = noteReport(state, report, this.#nowMs);
    if (this.#inOrder && isOther) this.#did({ did: 'sleep' });
    if (report.at === 'waits')
      for (const wait of report.waits)
        this.stuck.push(this.#isOnLoop ? wait : { ...wait, holders: this.#hub.holdersOf(wait) });
    for (const did of report.did) await this.#hear(lane, state, did);
    if (report.at === 'check') await this.#tell(lane, { do: 'check', evidence: this.evidence });
    if (report.at === 'gone') await this.#lose(lane, state, report);
  }

  async #hear(lane: number, state: LaneState, did: Did): Promise<void> {
    switch (did.did) {
      case 'ask':
        state.expects += answersOf(did.ask);
        this.#did({ did: 'ask', lane, ask: did.ask });
        this.#hub.ask(lane, did.ask, (answer: Answer) => {
          this.#send(lane, { do: 'answer', answer }, answer.id);
        });
        return;
      case 'access': {
        this.#step++;
        const { access, line } = did;
        this.accesses.push({ lane, access });
        if (this.#isOnLoop) return;
        const options = [...this.#others, { lane, answer: 0, access, line }].sort((a, b) => a.lane - b.lane);
        this.taken.push({ options, chosen: options.findIndex((option) => option.lane === lane) });
        return;
      }
      case 'open':
        await this.#threads.ensure(did.lane + 1);
        this.#open(did.lane);
        this.#send(did.lane, { do: 'begin', name: did.name, load: this.#load, job: null });
        return;
      case 'run': {
        state.expects++;
        const other = this.#lanes[did.lane];
        if (!other) return;
        if (other.at === 'gone' || other.isClosed) this.#end(did.lane, other, LOST, true);
        other.job = did.job;
        const [first] = other.inbox;
        if (first?.do === 'begin') first.job = did.job;
        else this.#send(did.lane, { do: 'run', job: did.job });
        return;
      }
      case 'close':
        state.expects++;
        this.#send(did.lane, { do: 'close' });
        return;
      case 'end':
        // On the event loop, main's own thread knows.
        if (!this.#isOnLoop) this.#end(lane, state, did.outcome, did.closes);
        return;
      case 'closed':
        this.#end(lane, state, null, true);
        return;
      case 'fail':
        this.failed.push({ job: did.job, error: did.error });
        return;
      case 'evidence':
        this.evidence.push(did.evidence);
        if (did.evidence.what === 'line') this.#did({ did: 'line' });
        return;
      case 'differ':
        // The access was not made. When the outcome is replayed, it will turn out not to be deterministic.
        this.accesses.pop();
        return;
      case 'check':
        this.check = did.error;
        return;
      case 'queue':
        this.#queue = did.messages;
        return;
      case 'main-end':
        if (did.error !== null) this.failed.push({ job: null, error: did.error });
        // A main that only joins ends when there is nothing else.
        if (this.#onlyJoins) this.#hasEnded = true;
        else this.#over();
        return;
    }
  }

  /** Tells main that the job of a lane has ended. */
  #end(lane: number, state: LaneState, outcome: JobOutcome | null, closed: boolean): void {
    state.job = null;
    if (closed) {
      state.isClosed = true;
      this.#did({ did: 'leave', lane });
      if (this.#inOrder && state.sleeps.length > 0) this.#did({ did: 'sleep' });
      this.#hub.leave(lane);
    }
    this.#send(0, { do: 'ended', lanes: [{ lane, outcome, closed }] });
  }

  /** Notes that a lane's thread has ended by itself. */
  async #lose(
    lane: number,
    state: LaneState,
    { error, isProcess, job: ofLane }: LaneReport & { at: 'gone' },
  ): Promise<void> {
    await this.#threads.drop(lane);
    if (isProcess) {
      this.failed.push({ job: ofLane, error });
      this.#over();
      return;
    }
    if (lane === 0) {
      this.failed.push({ job: null, error });
      this.#over();
      return;
    }
    const { job } = state;
    if (job !== null && !this.failed.some((one) => one.job === job)) this.failed.push({ job, error });
    this.#end(lane, state, job === null ? null : { status: 'failed', error }, true);
  }

  /** Asks the lanes what they wait for, when none can continue. */
  async #askWaits(): Promise<void> {
    for (const [lane, state] of this.#lanes.entries())
      if (state.at === 'idle' && !state.isClosed) await this.#tell(lane, { do: 'waits' });
  }

  /** Makes all lanes leave the schedule, so that they can begin another. */
  async #abort(): Promise<void> {
    for (const [lane, state] of this.#lanes.entries()) {
      const thread = this.#threads.of(lane);
      // One that is idle leaves it when it begins the next.
      if (state.at !== 'access' || state.late || !thread) continue;
      const report = thread.box.hand({ do: 'abort', step: this.#step }, STEP_MS);
      if (report?.at !== 'idle') await this.#threads.drop(lane);
    }
  }

  /** Puts something into the inbox of a lane. Which of several ends comes first makes no difference if main only joins. */
  #send(to: number, say: Say, answer: number | null = null): void {
    this.#lanes[to]?.inbox.push(say);
    if (!(say.do === 'ended' && this.#onlyJoins)) this.#did({ did: 'send', to, answer });
  }

  #over(): void {
    this.#hasEnded = true;
    this.#did({ did: 'end' });
  }

  #did(effect: EffectOfStep): void {
    this.effects.push({ at: this.taken.length, ...effect });
  }

  #open(lane: number): void {
    this.#lanes[lane] = newLane(this.#hub.state);
  }
}
