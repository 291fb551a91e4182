/** Executes a program again and again, with the same threads, each time in the order that is chosen. */
import type { PassSettings } from '../../protocol/orders.ts';
import { Memory } from '../memory.ts';
import type { ChooseLater, Execution, Executor, GoesOn } from './execution.ts';
import type { LaneThreads } from './lane-threads.ts';
import { OneExecution } from './one-execution.ts';
import { Openings } from './openings.ts';
import { endingOf } from './outcome.ts';

export class Scheduler implements Executor {
  #settings: PassSettings;
  #threads: LaneThreads;
  #memory: Memory;
  #load = 0;
  /** Whether the program is loaded again for each schedule. */
  readonly reloads: boolean;
  readonly #openings: Openings | null;

  constructor(settings: PassSettings, threads: LaneThreads, memory: SharedArrayBuffer, reloads: boolean) {
    this.#settings = settings;
    this.#threads = threads;
    this.#memory = new Memory(memory);
    this.reloads = reloads;
    // A lane begins differently if the program is loaded again, and has to if it reports facts; on the event loop, there
    // is only one lane.
    this.#openings = reloads || threads.isHeard || settings.mode === 'event-loop' ? null : new Openings();
  }

  /** The most lanes that a schedule begins with. */
  get lanes(): number {
    const { mode, jobs, maxLanes } = this.#settings;
    return mode === 'event-loop' ? 1 : 1 + Math.min(jobs, maxLanes ?? jobs);
  }

  /** Executes the program once. Rejects with `LoadError` if it cannot be loaded. */
  async execute(choose: ChooseLater, goesOn: GoesOn = () => false): Promise<Execution> {
    await this.#threads.ensure(this.lanes);
    this.#memory.clear();
    if (this.reloads) this.#load++;
    const one = new OneExecution(this.#settings, this.#threads, this.#load, this.#openings);
    await one.run(choose, goesOn);
    const { taken, effects, accesses, failed, stuck, check, isCut, messages } = one;
    const left = { counter: this.#memory.read(), list: this.#memory.values(), messages };
    return { taken, effects, accesses, ending: endingOf({ accesses, failed, stuck, check, isCut, ...left }) };
  }
}
