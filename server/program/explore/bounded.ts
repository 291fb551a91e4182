/**
 * Executes a program in all orders with at most so many preemptions: choices that take the turn from a lane that could
 * go on (Musuvathi and Qadeer 2007). It is not combined with the reduction, which would leave out orders within the
 * bound unless it were made weaker (Coons, Musuvathi and McKinley 2013).
 */
import type { Execution, Executor, Option, SoFar, Taken } from './execution.ts';
import { Fairness } from './fair.ts';

/** `isFair`: orders in which a lane spins while others could go on are left out (fair.ts). */
type PreemptionBound = { preemptions: number; isFair: boolean };

/** How it ended: all orders that there are, all within the bound, or stopped. */
type BoundedEnd = 'all' | 'within-bound' | 'stopped';

/** A choice: the options that may be taken, by index, and which of these is. */
type Node = { allowed: readonly number[]; position: number };

/** Executes the orders within the bound. Calls `onExecuted` after each execution; it returns false to stop. */
export async function enumerateBounded(
  executor: Executor,
  bound: PreemptionBound,
  onExecuted: (execution: Execution) => boolean | Promise<boolean>,
): Promise<BoundedEnd> {
  const nodes: Node[] = [];
  const lanes: number[] = [];
  let hasLeftOut = false;
  for (;;) {
    const walk = new Walk(nodes, bound);
    const fixed = nodes.length;
    const execution = await executor.execute(
      (options, _current, at, soFar) => walk.arrive(soFar, at, options),
      (lane, at) => (at < fixed ? lanes[at] === lane : !bound.isFair),
    );
    walk.arrive(execution, execution.taken.length, []);
    // Where there was nothing to choose any more.
    if (nodes.length > execution.taken.length) nodes.length = execution.taken.length;
    hasLeftOut ||= walk.hasLeftOut;
    const goesOn = await onExecuted(execution);
    if (!retreat(nodes)) return hasLeftOut ? 'within-bound' : 'all';
    if (!goesOn) return 'stopped';
    lanes.length = 0;
    for (const [at, { allowed, position }] of nodes.entries())
      lanes.push(execution.taken[at]?.options[allowed[position] ?? 0]?.lane ?? 0);
  }
}

/** One execution's way through the choices. */
class Walk {
  readonly #nodes: Node[];
  readonly #bound: PreemptionBound;
  readonly #fairness: Fairness | null;
  #at = 0;
  #preemptions = 0;
  #current: number | null = null;
  /** Whether the bound left out options. */
  hasLeftOut = false;

  constructor(nodes: Node[], bound: PreemptionBound) {
    this.#nodes = nodes;
    this.#bound = bound;
    this.#fairness = bound.isFair ? new Fairness() : null;
  }

  /** Follows the execution to choice `at`, and returns what to choose there; null if there is nothing. */
  arrive(soFar: SoFar, at: number, options: readonly Option[]): number | null {
    for (; this.#at < at; this.#at++) {
      const one = soFar.taken[this.#at];
      if (!one) break;
      this.#choiceAt(this.#at, one.options);
      this.#pass(one, soFar.taken[this.#at + 1]?.options ?? options);
    }
    return options.length === 0 ? null : this.#choiceAt(at, options);
  }

  #choiceAt(at: number, options: readonly Option[]): number | null {
    const node = this.#nodes[at] ?? { allowed: this.#allowed(options), position: 0 };
    this.#nodes[at] = node;
    return node.allowed[node.position] ?? null;
  }

  /** Returns what may be taken, first what takes no turn away. */
  #allowed(options: readonly Option[]): number[] {
    const fair = this.#fairness ? this.#fairness.allowed(options) : [...options];
    const goingOn = fair.filter(({ lane }) => lane === this.#current);
    const others = fair.filter(({ lane }) => lane !== this.#current);
    const isBounded = goingOn.length > 0 && this.#preemptions >= this.#bound.preemptions;
    if (isBounded && others.length > 0) this.hasLeftOut = true;
    return (isBounded ? goingOn : [...goingOn, ...others]).map((option) => options.indexOf(option));
  }

  #pass(one: Taken, next: readonly Option[]): void {
    const lane = one.options[one.chosen]?.lane ?? null;
    // A lane that is made to wait is not preempted.
    const fair = this.#fairness ? this.#fairness.allowed(one.options) : one.options;
    if (lane !== this.#current && fair.some((option) => option.lane === this.#current)) this.#preemptions++;
    this.#current = lane;
    this.#fairness?.follow(one, next);
  }
}

/** Goes on to the next choice. Returns false if there is none. */
function retreat(nodes: Node[]): boolean {
  for (let node = nodes.at(-1); node; node = nodes.at(-1)) {
    node.position++;
    if (node.position < node.allowed.length) return true;
    nodes.pop();
  }
  return false;
}
