/**
 * Checks what the processes of a pass report. Their code is not trusted: a fact is accepted only if it concerns a lane
 * of the process that reports it, and agrees with the pass and with the facts accepted before. What the server knows
 * itself is not taken from it.
 */
import type { Child } from '../../launch/child.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import type { LaneFact } from '../../protocol/facts.ts';
import { nameOfLane } from '../../spec/lanes.ts';
import { MODE_TRAITS, type Mode } from '../../spec/modes.ts';
import { ApiUses } from './api-uses.ts';
import { ForkedProcesses } from './forked-processes.ts';
import type { WaitFact } from './open-waits.ts';

/** What is known of a pass before it begins. */
export type LedgerPass = {
  main: Child;
  mode: Mode;
  /** Most lanes besides main at once, and whether they take one job after another: see `PassSettings`. */
  maxLanes: number | null;
  reuse: boolean;
  /** How long main's process took to boot, in ms. */
  bootMs: number;
  /** How many lines the program has; null if that is unknown. */
  lines: number | null;
  /** What a scheduler of ours executes; null if the operating system schedules. */
  order: 'schedule' | 'search' | null;
  /**
   * Whether it is a script, which starts threads and processes by itself. These say what they are, in the pipe of main's
   * process: the server knows nothing of them.
   */
  isScript?: boolean;
};

/** The numbers of processes where a scheduler of ours gives the order: the same each time. */
const ORDERED_PIDS = { pid: 1, parentPid: 0 } as const;

/** A lane that has not ended. */
type OpenLane = {
  lane: number;
  kind: 'main' | 'thread' | 'process';
  owner: Child;
  isReady: boolean;
  /** The job that it was given and that has not begun; null if there is none. */
  given: number | null;
  /** Jobs that are running on it. */
  jobs: Set<number>;
  /** Jobs that have begun on it, ended ones included: what they left behind may still report. */
  begun: Set<number>;
};

/** The open lanes of a pass, with the process and the jobs of each. */
export class Ledger {
  #pass: LedgerPass;
  #open = new Map<number, OpenLane>();
  /** Numbers of all lanes so far, ended ones included: no number is used twice. */
  #numbers = new Set<number>();
  /** The runtime's numbers of all threads so far. */
  #threadIds = new Set<number>();
  #forked = new ForkedProcesses();
  /** Jobs that main has started; those of them that a lane was given; and those that have begun, or never will. */
  #started = new Set<number>();
  #given = new Set<number>();
  #begun = new Set<number>();
  readonly #uses: ApiUses;

  constructor(pass: LedgerPass) {
    this.#pass = pass;
    this.#uses = new ApiUses(pass.order === 'schedule');
  }

  /** What there is too much of for the server to follow, in a sentence; null if nothing is. */
  get excess(): string | null {
    return this.#uses.excess;
  }

  /** Notes that main starts a job. Only then may anything be reported of it. */
  start(from: Child, job: number): void {
    if (from === this.#pass.main) this.#started.add(job);
  }

  /**
   * Reserves a lane number for a process that is about to be launched for a job. Returns false if that is not the next
   * lane, or the job not one to begin.
   */
  reserve(lane: number, job: number): boolean {
    return this.#isNext(lane, 'process') && this.#isToGive(job) && this.#take(lane, job);
  }

  /** Opens a lane of `owner` for a job; null for main. */
  open(lane: number, kind: OpenLane['kind'], owner: Child, given: number | null): void {
    const jobs = { jobs: new Set<number>(), begun: new Set<number>() };
    this.#open.set(lane, { lane, kind, owner, isReady: false, given, ...jobs });
  }

  /** Notes that an open lane of a pool is given another job. Returns false if it may not be. */
  give(lane: number, job: number): boolean {
    const found = this.#open.get(lane);
    if (!found || found.given !== null || !this.#isToGive(job)) return false;
    this.#given.add(job);
    found.given = job;
    return true;
  }

  /**
   * Notes that `job` never begins. Returns false if it has begun, or if that has been noted before. Main reports the
   * end of such a job for a thread that could not run it.
   */
  lose(from: Child, lane: number, job: number): boolean {
    const { main } = this.#pass;
    const isThread = this.#laneKind === 'thread' && lane > 0 && this.#numbers.has(lane);
    if (from !== main || !isThread || !this.#started.has(job) || this.#begun.has(job)) return false;
    this.#begun.add(job);
    const found = this.#open.get(lane);
    if (found?.given === job) found.given = null;
    return true;
  }

  /** Closes all lanes of a process that has ended, and returns them, newest first. */
  close(owner: Child): OpenLane[] {
    const lanes = [...this.#open.values()].filter((lane) => lane.owner === owner).reverse();
    for (const { lane } of lanes) this.#leave(lane);
    return lanes;
  }

  /** Returns the jobs that are running in a process. */
  jobsOf(owner: Child): number[] {
    return [...this.#open.values()].flatMap((lane) => (lane.owner === owner ? [...lane.jobs] : []));
  }

  /** Returns the fact as it is to be logged, and records it; null if `from` may not report it now. */
  check(from: Child, fact: LaneFact): LaneFact | null {
    const checked = this.#withLine(fact);
    if (checked.type === 'lane-started') return this.#startLane(from, checked);
    const lane = this.laneOf(from, fact.lane);
    return lane && this.#accepts(lane, checked) ? this.#uses.withBy(checked) : null;
  }

  /** Returns the open lane with that number, if it belongs to `owner`. */
  laneOf(owner: Child, lane: number): OpenLane | undefined {
    const found = this.#open.get(lane);
    return found?.owner === owner ? found : undefined;
  }

  /** Reports whether `job` can be one on a lane of `owner`: main's is null, others have begun there. */
  isParty(owner: Child, lane: number, job: number | null): boolean {
    const found = this.laneOf(owner, lane);
    return found !== undefined && (job === null ? found.kind === 'main' : found.begun.has(job));
  }

  /**
   * Reports whether a lane of `owner` can pass that on to the program's check: a line of a job that has begun there, or
   * the result of one that is running there.
   */
  isEvidence(owner: Child, lane: number, { what, job }: Evidence): boolean {
    const found = this.laneOf(owner, lane);
    if (!found) return false;
    return what === 'result' ? found.jobs.has(job) : job === null || found.begun.has(job);
  }

  #accepts(lane: OpenLane, fact: Exclude<LaneFact, { type: 'lane-started' }>): boolean {
    switch (fact.type) {
      case 'lane-ready': {
        const isNew = !lane.isReady;
        lane.isReady = true;
        return isNew;
      }
      case 'lane-ended':
        return this.#isEnd(lane, fact) && this.#leave(fact.lane);
      case 'job-started':
        return this.#beginJob(lane, fact.job);
      case 'job-ended':
        return this.#isOutcome(lane, fact) && lane.jobs.delete(fact.job);
      case 'log':
        // Outside of any job: of main, or while the program loads.
        return fact.job === null || lane.begun.has(fact.job);
      case 'wait-started':
        return this.#isWaiter(lane, fact) && this.#uses.accepts(fact, this.#numbers);
      case 'wait-ended':
        return this.#uses.accepts(fact, this.#numbers);
      default:
        return this.#isOf(lane, fact.job) && this.#uses.accepts(fact, this.#numbers);
    }
  }

  /** Whether a lane can say that it has ended so. The end of a process that the server launched is the system's to tell. */
  #isEnd({ kind }: OpenLane, { reason, exitCode, signal }: LaneFact & { type: 'lane-ended' }): boolean {
    if (kind === 'thread') return signal === null && reason !== 'killed';
    return this.#isForked(kind) && (reason === 'killed') === (signal !== null && exitCode === null);
  }

  #isOutcome({ kind }: OpenLane, { status, error }: LaneFact & { type: 'job-ended' }): boolean {
    if (status === 'cut-off') return this.#isForked(kind) && error === null;
    return (status === 'done') === (error === null);
  }

  /** Whether a lane of that kind is a process that a script has forked. */
  #isForked(kind: OpenLane['kind']): boolean {
    return this.#pass.isScript === true && kind === 'process';
  }

  /** The kind of lane that jobs run in. */
  get #laneKind(): OpenLane['kind'] {
    return MODE_TRAITS[this.#pass.mode].lane;
  }

  #isOf(lane: OpenLane, job: number | null): boolean {
    return job === null ? lane.kind === 'main' : lane.begun.has(job);
  }

  #isWaiter(lane: OpenLane, { for: kind, on, job, ...rest }: WaitFact): boolean {
    const permits = 'permits' in rest ? rest.permits : undefined;
    if ((kind === 'semaphore') !== (permits !== undefined)) return false;
    // A job that waits for a worker has not begun.
    if (kind === 'worker')
      return lane.kind === 'main' && job !== null && this.#started.has(job) && !this.#begun.has(job);
    if (kind === 'join')
      return lane.kind === 'main' && job === null && this.#started.has(Number(on.slice(4)));
    return this.#isOf(lane, job);
  }

  #beginJob(lane: OpenLane, job: number): boolean {
    const { mode } = this.#pass;
    const isPlace = lane.isReady && this.#holdsJobs(lane.kind);
    const isFree = mode === 'event-loop' || lane.jobs.size === 0;
    const isGiven = lane.given === job || (lane.given === null && lane.kind !== 'process');
    if (!isPlace || !isFree || !isGiven || !this.#started.has(job) || this.#begun.has(job)) return false;
    this.#begun.add(job);
    lane.jobs.add(job);
    lane.begun.add(job);
    lane.given = null;
    return true;
  }

  /** Records a lane of main's process. Its name and its process are known to the server. */
  #startLane(from: Child, fact: LaneFact & { type: 'lane-started' }): LaneFact | null {
    const { main, reuse, bootMs, order, isScript } = this.#pass;
    const { type, lane, kind, job, threadId, daemon, startedBy } = fact;
    if (from !== main || order === 'search') return null;
    const pids = order === null ? { pid: from.pid, parentPid: from.parentPid } : ORDERED_PIDS;
    const known = { type, lane, ...pids } as const;
    if (kind === 'main') {
      if (lane !== 0 || this.#numbers.has(0)) return null;
      this.#numbers.add(0);
      this.open(0, 'main', from, null);
      return { ...known, kind, name: 'main', threadId: 0, daemon: false, ...(order === null && { bootMs }) };
    }
    const isWithin = kind === 'thread' || this.#isForked(kind);
    if (!isWithin || job === undefined || !this.#isNext(lane, kind) || !this.#isToGive(job)) return null;
    // 0: the system refused another thread.
    if (threadId < 0 || this.#threadIds.has(threadId)) return null;
    if (threadId > 0) this.#threadIds.add(threadId);
    const process = this.#forked.processOf(fact, from.pid);
    if (process === null) return null;
    this.#take(lane, job);
    this.open(lane, kind, from, job);
    const starter = isScript && kind === 'thread' && this.#open.has(startedBy ?? -1) ? { startedBy } : {};
    return {
      ...known,
      ...process,
      ...starter,
      kind,
      name: nameOfLane(lane, job, reuse),
      job,
      threadId,
      daemon,
    };
  }

  #holdsJobs(kind: OpenLane['kind']): boolean {
    return this.#pass.isScript ? kind !== 'main' : kind === this.#laneKind;
  }

  /** Reports whether another lane may be opened, and has that number. */
  #isNext(lane: number, kind: OpenLane['kind']): boolean {
    // Its processes take numbers side by side.
    if (this.#pass.isScript) return lane > 0 && !this.#numbers.has(lane);
    const { maxLanes } = this.#pass;
    const open = [...this.#open.values()].filter((one) => one.kind !== 'main').length;
    const hasRoom = maxLanes === null || open < maxLanes;
    return this.#laneKind === kind && lane === this.#numbers.size && lane > 0 && hasRoom;
  }

  /** Reports whether a job can be given to a lane. */
  #isToGive(job: number): boolean {
    return this.#started.has(job) && !this.#given.has(job) && !this.#begun.has(job);
  }

  #take(lane: number, job: number): boolean {
    this.#numbers.add(lane);
    this.#given.add(job);
    return true;
  }

  #leave(lane: number): boolean {
    this.#uses.leave(lane);
    return this.#open.delete(lane);
  }

  /** Returns the fact without a line that the program does not have. */
  #withLine<T extends LaneFact>(fact: T): T {
    const { lines } = this.#pass;
    if (lines === null || !('line' in fact) || fact.line === undefined || fact.line <= lines) return fact;
    return { ...fact, line: undefined };
  }
}
