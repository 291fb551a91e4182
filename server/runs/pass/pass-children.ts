/** The child processes of a pass, where jobs are processes: launched when main asks for them. */
import process from 'node:process';
import type { Child } from '../../launch/child.ts';
import { now } from '../../launch/clock.ts';
import type { Place } from '../../launch/place.ts';
import type { Ready } from '../../launch/ready.ts';
import type { JobOutcome, PassSettings } from '../../protocol/orders.ts';
import { nameOfLane } from '../../spec/lanes.ts';
import { MODE_TRAITS } from '../../spec/modes.ts';
import { shortageOf } from '../../words/shortage.ts';
import { areMany } from './pass-demand.ts';
import type { PassEnd } from './pass-end.ts';
import type { PassLanes } from './pass-lanes.ts';
import type { PassLog } from './pass-log.ts';
import type { PassOptions } from './pass-plan.ts';
import { PassProcess } from './pass-process.ts';
import type { ServedHub } from './served-hub.ts';
import type { UsageMeter } from './usage.ts';

/** What they share with the rest of the pass. */
type Within = {
  plan: PassOptions;
  /** Sent to each lane. */
  settings: PassSettings;
  ready: Ready;
  place: Place | null;
  main: PassProcess;
  lanes: PassLanes;
  log: PassLog;
  hub: ServedHub;
  usage: UsageMeter;
  end: PassEnd;
  /** Listens to a process that has been launched. */
  listen(opened: PassProcess): void;
};

export class PassChildren {
  #pass: Within;
  #processes = new Map<number, PassProcess>();
  /** Lanes of all, those being launched included. */
  #lanes = new Set<number>();
  /** Resolve when one has ended, those being launched included. */
  #endings: Promise<void>[] = [];

  constructor(pass: Within) {
    this.#pass = pass;
  }

  /** Those that run. */
  get all(): Iterable<PassProcess> {
    return this.#processes.values();
  }

  /** Returns the process of a lane; undefined if it does not run. */
  of(lane: number): Child | undefined {
    return this.#processes.get(lane)?.child;
  }

  /** Resolves when all have ended. */
  async ended(): Promise<void> {
    while (this.#endings.length > 0) await Promise.all(this.#endings.splice(0));
  }

  /** Launches one for `job`, if main may ask for that. */
  open(lane: number, job: number, daemon: boolean): void {
    const { plan, settings, lanes, end } = this.#pass;
    const { mode, script } = settings;
    // Our own main respects the limit, so a request beyond it comes from code that misuses the protocol.
    const isAllowed = MODE_TRAITS[mode].lane === 'process' && !script && this.#lanes.size < plan.maxProcesses;
    if (!isAllowed || end.isOver || !lanes.ledger.reserve(lane, job)) return;
    this.#lanes.add(lane);
    this.#endings.push(this.#run(lane, job, daemon));
  }

  /** Launches the process of a lane. Resolves when it has ended. */
  async #run(lane: number, job: number, daemon: boolean): Promise<void> {
    const { plan, settings, ready, place, main, lanes, log, hub, usage, end, listen } = this.#pass;
    const name = nameOfLane(lane, job, settings.reuse);
    const startedMs = now() - log.startedAt;
    const started = (pid: number, parentPid: number) => {
      const fact = { kind: 'process', pid, threadId: 0, parentPid } as const;
      lanes.append({ type: 'lane-started', lane, name, job, daemon, ...fact }, startedMs);
    };
    let child: Child;
    try {
      const listener = { report: () => {}, stderr: () => {} };
      const { kind, cores } = plan;
      // A program can start more jobs than the form says.
      const yields =
        kind.yields || (settings.work === 'wait' && areMany(this.#lanes.size, cores, kind.isSandboxed));
      child = await ready.launch(kind.runtime, place, listener, { yields });
    } catch (error) {
      started(0, process.pid);
      this.#fail(lane, job, error);
      return;
    }
    const opened = new PassProcess(child, lane, `the process of ${name}`, plan.maxMib.child);
    this.#processes.set(lane, opened);
    // Only now that its process exists: until then, main's reports about it are rejected.
    lanes.ledger.open(lane, 'process', child, job);
    started(child.pid, child.parentPid);
    listen(opened);
    child.send({ type: 'begin-lane', settings, pid: child.pid, lane, job, queue: hub.state });
    main.child.send({ type: 'lane-opened', lane, pid: child.pid });
    if (end.isOver) void child.stop();
    const exit = await child.ended;
    usage.gone(child.pid);
    const outcome = lanes.close(opened, exit);
    if (opened.bye?.error) log.stderr(lane, opened.bye.error, opened.bye.line);
    this.#processes.delete(lane);
    this.#end(lane, exit.exitCode, outcome);
  }

  /** Logs that the process of a lane could not be launched. Main receives that as the outcome of the job. */
  #fail(lane: number, job: number, cause: unknown): void {
    const { main, lanes, log } = this.#pass;
    if (lanes.lost.sentence === null) console.error('pass: cannot launch a child process', cause);
    const reason = shortageOf(cause) ?? 'its process could not be started';
    const atMs = now() - log.startedAt;
    lanes.lose(lane, job, reason, atMs);
    const ending = { reason: 'exited', exitCode: null, signal: null } as const;
    lanes.append({ type: 'lane-ended', lane, ...ending }, atMs);
    main.child.send({ type: 'lane-opened', lane, pid: 0 });
    this.#end(lane, null, { status: 'failed', error: `It never began: ${reason}.` });
  }

  /** Sends main the end of a process, with the outcome of the job that it was running. */
  #end(lane: number, exitCode: number | null, outcome: JobOutcome): void {
    const { main, hub, end } = this.#pass;
    this.#lanes.delete(lane);
    // While the pass is being stopped, nothing may continue: no join ends, and no lock is released.
    if (end.isOver) return;
    hub.leave(lane);
    main.child.send({ type: 'lane-ended', lane, exitCode, ...outcome });
  }
}
