/** What a search has found so far: outcomes, how many orders lead to each, and an example of each. */
import { MAX_OUTCOMES, MAX_SCHEDULE, MAX_STEPS, type Outcome } from '../../protocol/search.ts';
import { formatSchedule, type ScheduleStep } from '../../spec/schedule.ts';
import { sha256 } from '../builtins.ts';
import { stepsOf, switchesOf } from './enumerate.ts';
import type { Execution } from './execution.ts';
import { Footprints } from './footprint.ts';
import { HappensBefore } from './happens-before.ts';
import { isFailing, reportable } from './outcome.ts';
import { overlapOf } from './overlap.ts';

/** Most outcomes of which an example is kept; of further ones that they are others. */
const MAX_KEPT = 10 * MAX_OUTCOMES;

/** How many orders; and how many, if those that differ only in steps that do not affect each other count as one. */
type Counts = { orders: number; classes: number };

/** An outcome, and the example with the fewest switches and steps. `schedule` is empty if it is too long. */
export type Found = {
  key: string;
  isFailing: boolean;
  /** As it is reported, with that example. */
  outcome: Outcome;
  example: readonly ScheduleStep[];
  schedule: string;
  switches: number;
  steps: number;
} & Counts;

export class Findings {
  schedules = 0;
  readonly failing: Counts = { orders: 0, classes: 0 };
  /** Most steps of an execution, and most lanes. */
  longest = 0;
  lanes = 0;
  /** Whether an order was cut off at MAX_STEPS, and how many were because a lane did not come to its next step. */
  isCut = false;
  late = 0;
  /** Whether a lane could be told several things at once. */
  isContested = false;
  /** Orders in which jobs overlap, and the most steps of a job. */
  readonly overlap = { orders: 0, steps: 0 };
  readonly #orders = new Set<string>();
  readonly #classes = new Set<string>();
  readonly #found = new Map<string, Found>();
  readonly #others = new Set<string>();

  get orders(): Counts {
    return { orders: this.#orders.size, classes: this.#classes.size };
  }

  /** How many different outcomes there are. */
  get count(): number {
    return this.#found.size + this.#others.size;
  }

  /** In the order to report them: what went wrong first, then what takes the fewest switches and steps to see. */
  get outcomes(): Found[] {
    const rank = ({ isFailing }: Found) => (isFailing ? 0 : 1);
    return [...this.#found.values()].sort(
      (a, b) => rank(a) - rank(b) || a.switches - b.switches || a.steps - b.steps,
    );
  }

  /** Adds an execution. Returns the outcome if it is a better example of it than that before. */
  add(execution: Execution): Found | null {
    this.schedules++;
    this.#measure(execution);
    const { accesses, ending } = execution;
    const failing = isFailing(ending);
    const key = digest(JSON.stringify(ending));
    const isNew = {
      orders: addTo(this.#orders, digest(accesses.map(nameOf).join('\n'))),
      classes: addTo(this.#classes, digest(classOf(execution))),
    };
    let found = this.#found.get(key);
    if (failing) count(this.failing, isNew);
    if (isNew.orders) this.#noteOverlap(execution);
    if (!found) {
      if (this.#found.size >= (failing ? 2 : 1) * MAX_KEPT) {
        this.#others.add(key);
        return null;
      }
      const none = { example: [], schedule: '', switches: Number.POSITIVE_INFINITY, steps: 0 };
      const outcome = reportable(ending, '');
      found = { key, isFailing: failing, outcome, ...none, orders: 0, classes: 0 };
      this.#found.set(key, found);
    }
    count(found, isNew);
    const [switches, steps] = [switchesOf(execution), accesses.length];
    if (switches > found.switches || (switches === found.switches && steps >= found.steps)) return null;
    const example = stepsOf(execution);
    const text = formatSchedule(example);
    const schedule = text.length > MAX_SCHEDULE ? '' : text;
    const outcome = reportable(ending, schedule);
    return Object.assign(found, { outcome, example, schedule, switches, steps });
  }

  #noteOverlap({ accesses }: Execution): void {
    const { overlaps, steps } = overlapOf(accesses);
    if (overlaps) this.overlap.orders++;
    this.overlap.steps = Math.max(this.overlap.steps, steps);
  }

  #measure({ taken, accesses, ending }: Execution): void {
    this.longest = Math.max(this.longest, taken.length);
    if (ending.isCut && Math.max(taken.length, accesses.length) >= MAX_STEPS) this.isCut = true;
    else if (ending.isCut) this.late++;
    for (const { options } of taken)
      for (const { lane, answer } of options) {
        this.lanes = Math.max(this.lanes, lane + 1);
        if (answer > 0) this.isContested = true;
      }
  }
}

function count(counts: Counts, isNew: { orders: boolean; classes: boolean }): void {
  if (isNew.orders) counts.orders++;
  if (isNew.classes) counts.classes++;
}

function addTo(set: Set<string>, key: string): boolean {
  if (set.has(key)) return false;
  set.add(key);
  return true;
}

/** Returns what tells one order from another is made of: an access. */
function nameOf({ lane, access: { what, on, job } }: Execution['accesses'][number]): string {
  return `${lane} ${job} ${what} ${on}`;
}

/** Returns a text that two executions share if they differ only in steps that do not affect each other. */
function classOf(execution: Execution): string {
  const footprints = new Footprints();
  footprints.extend(execution, execution.taken.length);
  const ofLanes = execution.accesses.toSorted((a, b) => a.lane - b.lane).map(nameOf);
  return `${new HappensBefore(footprints.all).text}\n\n${ofLanes.join('\n')}`;
}

/** Returns 96 bits of a hash: of a million texts, two share them with a probability of 10⁻¹⁷. */
function digest(text: string): string {
  return sha256(text).slice(0, 12);
}
