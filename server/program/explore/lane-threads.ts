/** The threads of the lanes, as the scheduler sees them: they are started once, and used for one schedule after another. */
import type { PassSettings } from '../../protocol/orders.ts';
import { Worker, type WorkerThread } from '../builtins.ts';
import type { OrderedLaneData, OrderedLaneNews } from './lane.ts';
import { Mailbox, newMailbox } from './mailbox.ts';
import { UNSETTLED } from './unsettled.ts';

/**
 * Space for new objects in each thread, in MiB: a search makes many short-lived ones, and a thread's usual 48 MiB would be
 * filled before any is collected. Deno ignores it.
 */
const YOUNG_MIB = 4;

/** A lane's thread that has loaded the program. */
export type LaneThread = { box: Mailbox; worker: WorkerThread; hasMain: boolean; hasCheck: boolean };

/** The program cannot be loaded. */
export class LoadError extends Error {
  override name = 'LoadError';
  readonly line: number | undefined;
  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

/** With this code, Node ends a thread that has nothing left to do, although its program is still being loaded. */
const UNSETTLED_CODE = 13;

function endOf(code: number): string {
  return code === UNSETTLED_CODE ? UNSETTLED : `A thread exited with code ${code}.`;
}

export class LaneThreads {
  #settings: PassSettings;
  #memory: SharedArrayBuffer;
  /** Whether the lanes report facts. */
  readonly isHeard: boolean;
  /** Whether they share a core with the scheduler. */
  #shareCore: boolean;
  #threads: (LaneThread | null)[] = [];

  constructor(settings: PassSettings, memory: SharedArrayBuffer, isHeard: boolean, shareCore: boolean) {
    this.#shareCore = shareCore;
    this.#settings = settings;
    this.#memory = memory;
    this.isHeard = isHeard;
  }

  /** Resolves when lanes 0 to `count` - 1 have threads. Rejects with `LoadError`. */
  async ensure(count: number): Promise<void> {
    const missing: number[] = [];
    for (let lane = 0; lane < count; lane++) if (!this.#threads[lane]) missing.push(lane);
    await Promise.all(
      missing.map(async (lane) => {
        this.#threads[lane] = await this.#start(lane);
      }),
    );
  }

  /** Returns the thread of a lane; null if it has none. */
  of(lane: number): LaneThread | null {
    return this.#threads[lane] ?? null;
  }

  /** Ends the thread of a lane, whatever it is at. `ensure` starts another. */
  async drop(lane: number): Promise<void> {
    const thread = this.of(lane);
    this.#threads[lane] = null;
    await thread?.worker.terminate();
  }

  #start(lane: number): Promise<LaneThread> {
    const mailbox = newMailbox();
    const data: OrderedLaneData = {
      mailbox,
      memory: this.#memory,
      settings: this.#settings,
      lane,
      isHeard: this.isHeard,
    };
    const worker = new Worker(new URL(import.meta.url), {
      workerData: data,
      name: `lane ${lane}`,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    return new Promise((resolve, reject) => {
      worker.on('error', (error) => reject(new LoadError(String(error), undefined)));
      worker.on('exit', (code) => reject(new LoadError(endOf(code), undefined)));
      worker.on('message', (news: OrderedLaneNews) => {
        if ('failed' in news) reject(new LoadError(news.failed, news.line));
        else
          resolve({
            box: new Mailbox(mailbox, this.#shareCore),
            worker,
            hasMain: news.hasMain,
            hasCheck: news.hasCheck,
          });
      });
    });
  }
}
