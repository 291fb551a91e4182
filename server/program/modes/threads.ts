/** In worker threads of main's process. */
import type { Answer, Ask, QueueState } from '../../protocol/asks.ts';
import type { Evidence } from '../../protocol/evidence.ts';
import type { JobOutcome, PassSettings } from '../../protocol/orders.ts';
import { nameOfLane } from '../../spec/lanes.ts';
import type { LaneContext } from '../api.ts';
import { Worker, type WorkerThread } from '../builtins.ts';
import { writeLog } from '../console.ts';
import { emit, now } from '../emit.ts';
import type { Hub } from '../hub.ts';
import { hasOwn } from '../own.ts';
import { Pool, type WorkerLane } from '../pool.ts';
import { describe } from '../shown.ts';
import type { Starter } from '../starter.ts';

/** What a new thread is started with. */
export type ThreadData = {
  settings: PassSettings;
  lane: number;
  name: string;
  pid: number;
  memory: SharedArrayBuffer;
  queue: QueueState;
};
/** What main sends to a thread: the next job, or null to end; an answer of the hub; the state of the queue. */
export type ThreadOrder = { job: number | null } | { answer: Answer } | { queue: QueueState };
/**
 * What a thread sends to main: how a job ended, an error that occurred while loading the program, a request to the hub,
 * or what the program's check is given.
 */
export type ThreadReport =
  | ({ job: number } & JobOutcome)
  | { thrown: string; line: number | undefined }
  | { ask: Ask }
  | { evidence: Evidence };

export function threads(context: LaneContext, hub: Hub, parentPid: number): Starter {
  const { pid, settings, memory, lines, gather } = context;
  const workers = new Set<WorkerThread>();
  const open = async (lane: number, firstJob: number, daemon: boolean): Promise<WorkerLane> => {
    const name = nameOfLane(lane, firstJob, settings.reuse);
    const data: ThreadData = { settings, lane, name, pid, memory, queue: hub.state };
    // Before the constructor: on Deno it takes time, which is part of the cost of a thread.
    const startedAt = now();
    const announce = (threadId: number) => {
      const fact = { lane, kind: 'thread', name, job: firstJob, pid, threadId, parentPid, daemon } as const;
      emit({ type: 'lane-started', ...fact }, startedAt);
    };
    let worker: WorkerThread;
    try {
      worker = new Worker(new URL(import.meta.url), { workerData: data, name });
    } catch (error) {
      // The system refuses another thread.
      announce(0);
      return refusedLane({ lane, name, pid }, describe(error));
    }
    announce(worker.threadId);

    workers.add(worker);
    const send = (order: ThreadOrder) => worker.postMessage(order);

    let alive = true;
    let running: { job: number; settle: (outcome: JobOutcome) => void } | null = null;
    let thrown: { error: string; line: number | undefined } | null = null;
    const settle = (outcome: JobOutcome) => {
      running?.settle(outcome);
      running = null;
    };
    worker.on('message', (report: ThreadReport) => {
      if (hasOwn(report, 'ask')) hub.ask(lane, report.ask, (answer) => send({ answer }));
      else if (hasOwn(report, 'evidence')) gather?.(report.evidence);
      else if (hasOwn(report, 'thrown')) thrown = { error: report.thrown, line: report.line };
      else if (report.job === running?.job) settle({ status: report.status, error: report.error });
    });
    worker.on('error', (error) => {
      thrown ??= { error: describe(error), line: lines.of(error) };
    });
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', (exitCode) => {
        alive = false;
        workers.delete(worker);
        hub.leave(lane);
        const { error, line } = thrown ?? {
          error: `The thread exited with code ${exitCode}.`,
          line: undefined,
        };
        // Without room for a thread the job never begins, and the server says so.
        const isRefused = thrown !== null && /\bERR_WORKER_INIT_FAILED\b/.test(thrown.error);
        if (thrown && !isRefused)
          writeLog(lane, null, 'stderr', `The thread of ${name} failed: ${error}`, line);
        if (running) emit({ type: 'job-ended', lane, job: running.job, status: 'failed', error, line });
        // If the thread reported that it returned, the server ignores this second end.
        emit({ type: 'lane-ended', lane, reason: thrown ? 'threw' : 'exited', exitCode, signal: null });
        settle({ status: 'failed', error });
        resolve();
      });
    });

    return {
      name,
      pid,
      exitCode: null,
      get alive() {
        return alive;
      },
      run: (job) =>
        new Promise((resolve) => {
          running = { job, settle: resolve };
          send({ job });
        }),
      close: () => send({ job: null }),
      ended,
    };
  };
  const pool = new Pool(open, settings.maxLanes ?? Number.POSITIVE_INFINITY, settings.reuse);
  const order = (queue: QueueState): ThreadOrder => ({ queue });
  return {
    start: (job, daemon) => pool.start(job, daemon),
    drain: () => pool.drain(),
    sendState(queue) {
      for (const worker of workers) worker.postMessage(order(queue));
    },
  };
}

/** Returns a lane for a thread that could not be created. Jobs given to it never begin. */
function refusedLane(
  { lane, name, pid }: { lane: number; name: string; pid: number },
  error: string,
): WorkerLane {
  return {
    name,
    pid,
    exitCode: null,
    alive: false,
    async run(job) {
      const outcome: JobOutcome = { status: 'failed', error };
      emit({ type: 'job-ended', lane, job, ...outcome });
      emit({ type: 'lane-ended', lane, reason: 'threw', exitCode: null, signal: null });
      return outcome;
    },
    close() {},
    ended: (async () => {})(),
  };
}
