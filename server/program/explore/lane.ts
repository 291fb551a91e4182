/**
 * A lane, or main, whose steps a scheduler orders. Its thread either holds the turn or waits for it: before each access
 * to shared state, and, once its microtasks are done, until one of its waits ends.
 */
import type { MessagePort } from 'node:worker_threads';
import { OTHER_STEPS } from '../../protocol/facts.ts';
import type { PassSettings } from '../../protocol/orders.ts';
import type { Report } from '../../protocol/reports.ts';
import type { LaneContext } from '../api.ts';
import { Asker } from '../asker.ts';
import { runCheck } from '../check.ts';
import { currentJob, forgetOutput, hearOutput, jobOf, redirectConsole, writeLog } from '../console.ts';
import { divertReports, emit, send } from '../emit.ts';
import { exit } from '../exit.ts';
import { watchExit } from '../exits.ts';
import { Gathered } from '../gathered.ts';
import type { Hub } from '../hub.ts';
import { reportLeftovers } from '../leftovers.ts';
import { type Lines, linesOf } from '../line.ts';
import { eventLoop } from '../modes/event-loop.ts';
import { ownHub } from '../own-hub.ts';
import { loadProgram, runJob } from '../run-job.ts';
import { runMain } from '../run-main.ts';
import { describe } from '../shown.ts';
import type { Starter } from '../starter.ts';
import { type Access, type BeforeAccess, isOfMemory } from '../steps.ts';
import { watchUncaught } from '../uncaught.ts';
import { eachWaitUnderWay, forgetWaits } from '../waiting.ts';
import { Mailbox } from './mailbox.ts';
import type { Did, LaneOrder, LaneReport, OpenWait, Sleep } from './messages.ts';
import { replaceOwnProcess } from './own-process.ts';
import { OrderedStarter } from './starter.ts';
import { settled, UNSETTLED, UnsettledError } from './unsettled.ts';
import { VirtualGlobals } from './virtual.ts';

/** What the thread of a lane is started with. `isHeard`: whether it reports facts, and not just what it did. */
export type OrderedLaneData = {
  mailbox: SharedArrayBuffer;
  memory: SharedArrayBuffer;
  settings: PassSettings;
  lane: number;
  isHeard: boolean;
};

/** What a lane's thread says by message: that it has loaded the program, or that it cannot. */
export type OrderedLaneNews =
  | { ready: true; hasMain: boolean; hasCheck: boolean }
  | { failed: string; line: number | undefined };

// Taken before the program can, and before it is replaced.
const afterMicrotasks = globalThis.setImmediate;

/** One schedule as the lane takes part in it. */
type Session = {
  isOver: boolean;
  /** Whether the lane has come to its first access. */
  hasBegun: boolean;
  asker: Asker;
  starter: OrderedStarter | null;
  /** On the event loop: the hub, which is main's own. */
  hub: Hub | null;
};

/** Begins the lane described by `data`; `port` leads to the scheduler's thread. Its orders come by the mailbox. */
export async function beginOrderedLane(port: MessagePort, data: OrderedLaneData): Promise<void> {
  const { settings, lane, memory, isHeard } = data;
  const box = new Mailbox(data.mailbox);
  const lines = isHeard ? linesOf(settings.program) : withoutCalls(linesOf(settings.program));
  const isOnLoop = settings.mode === 'event-loop';
  let did: Did[] = [];
  let step = 0;
  /** How many accesses it may make without asking. */
  let more = 0;
  /** The same, once it has made its first access; null unless that is known. */
  let opening: number | null = null;
  /** The first access of the schedule before. */
  let known: Access | null = null;
  let isGone = false;
  /** Whether it waits for the turn, so that the scheduler ends its thread once it is gone. */
  let isBegun = false;
  let session = newSession();

  redirectConsole(lane, settings.logBytes, lines);
  divertReports(take);
  const context: LaneContext = {
    lane,
    name: 'main',
    pid: 1,
    settings,
    // Replaced below.
    program: { job: () => {} },
    memory,
    asker: new Asker(lane, () => {}, lines),
    lines,
    running: new Set(),
  };
  watchExit(context, (code) => {
    const exitCode = typeof code === 'number' ? code : null;
    const error = `The thread exited with code ${code}.`;
    // What main reports of a thread in an ordinary run: see modes/threads.ts.
    if (lane > 0 && !isGone && !session.isOver) {
      for (const job of context.running) emit({ type: 'job-ended', lane, job, status: 'failed', error });
      emit({ type: 'lane-ended', lane, reason: 'exited', exitCode, signal: null });
    }
    leave(error);
  });
  const virtual = new VirtualGlobals(lane, settings.seed, lines);
  replaceOwnProcess(isHeard ? null : endProcess);
  watchUncaught(context, virtual.timers, (error) => {
    leave(error);
    exit(1);
  });
  try {
    context.program = await settled(loadProgram(settings.program));
  } catch (error) {
    const failed = error instanceof UnsettledError ? UNSETTLED : lines.plain(describe(error));
    const news: OrderedLaneNews = { failed, line: lines.of(error) };
    port.postMessage(news);
    return;
  }
  const { main: ownMain, check } = context.program;
  const news: OrderedLaneNews = {
    ready: true,
    hasMain: ownMain !== undefined,
    hasCheck: check !== undefined,
  };
  port.postMessage(news);
  isBegun = true;
  void follow(box.await());

  /** Does what the scheduler says, and gives the turn back when nothing is left to do. */
  async function follow(order: LaneOrder): Promise<void> {
    note(order);
    const loading = handle(order);
    if (loading) await loading;
    giveBack();
  }

  /** Gives the turn back when its microtasks are done. Ends a sleep that it waits for alone: nothing can come before. */
  function giveBack(): void {
    afterMicrotasks(() => {
      const sleep = sleepAlone();
      if (sleep === undefined) {
        void follow(box.give({ at: 'idle', ...taken() }));
        return;
      }
      virtual.end(sleep.id);
      giveBack();
    });
  }

  /** Returns the sleep of a job that the lane waits for alone, where the order of sleeps is of no importance. */
  function sleepAlone(): Sleep | undefined {
    if (lane === 0 || settings.sleepsInOrder || session.isOver) return undefined;
    if (context.running.size === 0 || session.asker.isWaiting || virtual.waiting.length !== 1)
      return undefined;
    return virtual.waiting[0];
  }

  function handle(order: LaneOrder): Promise<void> | undefined {
    switch (order.do) {
      case 'begin':
        return begin(order);
      case 'run':
        void run(order.job);
        return;
      case 'answer':
        session.asker.receiveAnswer(order.answer);
        return;
      case 'wake':
        virtual.end(order.id);
        return;
      case 'ended':
        for (const ended of order.lanes) session.starter?.ended(ended);
        return;
      case 'close':
        closeLane('returned');
        did.push({ did: 'closed' });
        return;
      case 'abort':
        session.isOver = true;
        return;
      case 'waits': {
        const waits: OpenWait[] = [];
        eachWaitUnderWay(({ lane, job, for: kind, on }) => {
          const wait = { lane, job, for: kind, on };
          waits.push({ ...wait, holders: session.hub?.holdersOf(wait) ?? [] });
        });
        sayQueue(session);
        return follow(box.give({ at: 'waits', waits, ...taken() }));
      }
      // Taken where they were waited for.
      case 'go':
      case 'check':
        return;
    }
  }

  /** Begins to take part in a schedule. */
  function begin(order: LaneOrder & { do: 'begin' }): Promise<void> | undefined {
    session.isOver = true;
    virtual.reset();
    forgetWaits();
    forgetOutput();
    did = [];
    opening = order.go ?? null;
    context.name = order.name;
    context.running.clear();
    session = newSession();
    if (order.queue) session.asker.receiveState(order.queue);
    if (order.load === 0) {
      takePart(order.job);
      return;
    }
    return loadProgram(`${settings.program}?load=${order.load}`).then((program) => {
      context.program = program;
      takePart(order.job);
    });
  }

  function takePart(job: number | null): void {
    const own = session;
    context.asker = own.asker;
    if (context.program.check) {
      context.gather = (evidence) => did.push({ did: 'evidence', evidence });
      hearOutput((job, text) => did.push({ did: 'evidence', evidence: { what: 'line', job, text } }));
    }
    context.steps = { before: beforeIn(own), sleep: (seconds, of) => virtual.sleep(seconds, of) };
    if (lane === 0) {
      void main(own);
      return;
    }
    emit({ type: 'lane-ready', lane });
    if (job !== null) void run(job);
  }

  function newSession(): Session {
    const own: Session = {
      isOver: false,
      hasBegun: false,
      asker: new Asker(
        lane,
        (ask) => did.push({ did: 'ask', ask }),
        lines,
        (...args) => beforeIn(own)(...args),
      ),
      starter: null,
      hub: null,
    };
    return own;
  }

  /** Returns what is called before each access of a schedule: it returns when it is the lane's turn. */
  function beforeIn(own: Session): BeforeAccess {
    const seen = ({ what, job }: Access, line: number | undefined) => {
      const does = isHeard && OTHER_STEPS.find((one) => one === what);
      if (does) emit({ type: 'step-taken', does, lane, job, line });
    };
    return (access, line) => {
      if (own.isOver) throw new Error('The schedule is over.');
      if (isOnLoop || (more > 0 && isOfMemory(access))) {
        more--;
        did.push({ did: 'access', access, line });
        step++;
        seen(access, line);
        return;
      }
      if (isFirst(own, access) && opening !== null) {
        // What it did until then, the scheduler knows.
        did = [];
        more = opening;
        opening = null;
        return;
      }
      const order = box.give({ at: 'access', access, line, ...taken() });
      note(order);
      if (order.do !== 'abort') {
        seen(access, line);
        return;
      }
      own.isOver = true;
      throw new Error('The schedule is over.');
    };
  }

  /** Reports whether an access is the first of a schedule, and the same as that of the one before. */
  function isFirst(own: Session, access: Access): boolean {
    if (own.hasBegun) return false;
    own.hasBegun = true;
    const isSame =
      known === null || (known.what === access.what && known.on === access.on && known.job === access.job);
    known = access;
    return isSame;
  }

  function note(order: LaneOrder): void {
    step = order.step;
    more = order.do === 'go' ? order.more : 0;
    if (order.queue) session.asker.receiveState(order.queue);
  }

  async function main(own: Session): Promise<void> {
    const fact = { kind: 'main', name: 'main', pid: 1, threadId: 0, parentPid: 0, daemon: false } as const;
    emit({ type: 'lane-started', lane: 0, ...fact });
    emit({ type: 'lane-ready', lane: 0 });
    let error: string | null = null;
    try {
      const { check } = context.program;
      await runMain(context, starterOf(own), virtual.timers, check && (() => runTheCheck(own)));
    } catch (thrown) {
      error = describe(thrown);
    }
    if (own.isOver) return;
    sayQueue(own);
    did.push({ did: 'main-end', error });
  }

  /** Runs the program's check on main's lane. What it finds is the outcome's, and does not fail main. */
  async function runTheCheck(own: Session): Promise<void> {
    const order = box.give({ at: 'check', ...taken() });
    note(order);
    if (order.do !== 'check') return;
    emit({ type: 'check-started' });
    hearOutput(() => {});
    const gathered = new Gathered();
    for (const evidence of order.evidence) gathered.add(evidence);
    const given = gathered.given(settings.jobs, memory);
    const failure = await currentJob.run('check', () => runCheck(context.program, given));
    if (failure === null || own.isOver) return;
    const error = describe(failure.thrown);
    writeLog(0, null, 'stderr', `Check failed: ${error}`, lines.of(failure.thrown));
    did.push({ did: 'check', error });
  }

  function sayQueue({ hub }: Session): void {
    if (hub && hub.messages.length > 0) did.push({ did: 'queue', messages: hub.messages });
  }

  /** Returns how main starts jobs: on its own loop, or on other lanes. */
  function starterOf(own: Session): Starter {
    if (!isOnLoop) {
      own.starter = new OrderedStarter(settings, (what) => did.push(what));
      return own.starter;
    }
    // Nobody can come between a request and its answer.
    Object.assign(own, ownHub(lines, undefined, beforeIn(own)));
    context.asker = own.asker;
    return eventLoop(context);
  }

  async function run(job: number): Promise<void> {
    const own = session;
    const outcome = await runJob(job, context);
    if (own.isOver) return;
    did.push({ did: 'end', job, outcome, closes: !settings.reuse });
    if (!settings.reuse) closeLane(outcome.status === 'failed' ? 'threw' : 'returned');
  }

  function closeLane(reason: 'returned' | 'threw'): void {
    reportLeftovers(context, virtual.timers);
    emit({ type: 'lane-ended', lane, reason, exitCode: null, signal: null });
  }

  /** Takes what this thread reports. */
  function take(report: Report): Report {
    if (report.type === 'job-ended' && report.status === 'failed')
      did.push({ did: 'fail', job: report.job, error: report.error ?? '' });
    return isHeard && !session.isOver ? send(report, step) : report;
  }

  function taken(): Pick<LaneReport, 'did' | 'sleeps'> {
    const before: Did[] = opening === null ? did : [...did, { did: 'differ' }];
    did = [];
    opening = null;
    return { did: before, sleeps: virtual.waiting };
  }

  function leave(error: string, isProcess = false): void {
    if (isGone) return;
    isGone = true;
    const job = jobOf(currentJob.getStore() ?? null);
    const report: LaneReport = { at: 'gone', error, isProcess, job, ...taken() };
    // On Deno, a thread that exits goes on for a while, and would be taken for one that has not.
    if (isBegun) box.leaveForGood(report);
    else box.leave(report);
  }

  /** Ends the execution as the end of the process would. */
  function endProcess(signal: string): never {
    leave(`Its process was killed by ${signal}.`, true);
    return exit(1);
  }
}

/** Lines that are looked up for errors only: each lookup of a call takes as long as a step. */
function withoutCalls(lines: Lines): Lines {
  return { ...lines, ofCall: () => undefined, ofFrequentCall: () => undefined };
}
