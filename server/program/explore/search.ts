/** The search: executes a program in one order after another, and reports what they lead to. */
import type { Ordered } from '../../protocol/orders.ts';
import { MAX_ENUMERATED, MAX_OUTCOMES, MAX_SCHEDULE, type SearchFact } from '../../protocol/search.ts';
import { enumerate, scheduleOf, switchesOf } from './enumerate.ts';
import type { Execution, Executor } from './execution.ts';
import { type Ending, isFailing, reportable } from './outcome.ts';

/** Least time between two reports of progress, in ms. */
const PROGRESS_MS = 250;

/** An outcome, how many orders lead to it, and the example with the fewest switches. */
type Found = { ending: Ending; orders: number; example: Execution; switches: number; steps: number };

/** What has been found so far. */
class Findings {
  schedules = 0;
  failing = 0;
  readonly #orders = new Set<string>();
  readonly #found = new Map<string, Found>();

  get orders(): number {
    return this.#orders.size;
  }

  /** In the order to report them: what went wrong first, then what takes the fewest switches and steps to see. */
  get outcomes(): Found[] {
    const rank = ({ ending }: Found) => (isFailing(ending) ? 0 : 1);
    return [...this.#found.values()].sort(
      (a, b) => rank(a) - rank(b) || a.switches - b.switches || a.steps - b.steps,
    );
  }

  add(execution: Execution): void {
    this.schedules++;
    const order = keyOf(execution);
    const key = JSON.stringify(execution.ending);
    const known = this.#found.get(key);
    const isNew = !this.#orders.has(order);
    this.#orders.add(order);
    if (isNew && isFailing(execution.ending)) this.failing++;
    const [switches, steps] = [switchesOf(execution), execution.accesses.length];
    if (!known) {
      this.#found.set(key, { ending: execution.ending, orders: 1, example: execution, switches, steps });
      return;
    }
    if (isNew) known.orders++;
    if (switches < known.switches || (switches === known.switches && steps < known.steps))
      Object.assign(known, { example: execution, switches, steps });
  }
}

/** Searches within `bounds`, for at most `limitMs`, and reports to `report`. `breathe` lets the process hear what else there is to do. */
export async function search(
  executor: Executor,
  { bounds, limitMs = Number.POSITIVE_INFINITY }: Ordered & { kind: 'search' },
  report: (fact: SearchFact) => void,
  breathe: () => Promise<void>,
): Promise<void> {
  const findings = new Findings();
  const beganAt = performance.now();
  let reportedAt = beganAt;
  const isComplete = await enumerate(executor, async (execution) => {
    findings.add(execution);
    const { orders, failing, schedules } = findings;
    if (performance.now() - reportedAt > PROGRESS_MS) {
      report({ type: 'search-progress', orders, failing, schedules });
      await breathe();
      reportedAt = performance.now();
    }
    const isLate = performance.now() - beganAt > limitMs;
    return !isLate && schedules < bounds.schedules && orders < MAX_ENUMERATED;
  });
  const { outcomes } = findings;
  for (const [number, found] of outcomes.slice(0, MAX_OUTCOMES).entries()) {
    const { ending, orders, example, switches, steps } = found;
    const text = scheduleOf(example);
    const schedule = text.length > MAX_SCHEDULE ? '' : text;
    const isWrong = isFailing(ending);
    report({
      type: 'outcome',
      number,
      isFailing: isWrong,
      orders,
      schedule,
      steps,
      switches,
      ...reportable(ending, schedule),
    });
  }
  report({
    type: 'search-ended',
    orders: findings.orders,
    failing: findings.failing,
    schedules: findings.schedules,
    outcomes: outcomes.length,
    method: 'every',
    isComplete,
    preemptions: bounds.preemptions,
    probability: null,
    module: executor.reloads ? 'loaded-again' : 'kept',
  });
}

/** Returns what tells one order from another: the sequence of its accesses. */
function keyOf({ accesses }: Execution): string {
  return accesses.map(({ lane, access: { what, on, job } }) => `${lane} ${job} ${what} ${on}`).join('\n');
}
