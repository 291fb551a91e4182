/** Runs with names that enter an admission, for tests of who is admitted when. */
import type { Cost, Demand, Ticket } from '../../../server/runs/admission/admission.ts';
import { LocalAdmission } from '../../../server/runs/admission/local-admission.ts';
import type { Applicant } from '../../../server/runs/admission/places.ts';

/** A run that takes one core. */
export const ONE_CORE: Cost = { cores: 1, memoryMib: 10 };

/** A pass of a second that costs so much, and shares cores with no other. */
export const passOf = (cost: Cost, more: Partial<Demand> = {}): Demand => ({
  needs: cost.cores,
  isExclusive: true,
  lastsMs: 1000,
  ...cost,
  ...more,
});

/** `person`, unknown to the network, with as many places as there are. */
export const of = (person: string, more: Partial<Applicant> = {}): Applicant => ({
  person,
  network: null,
  places: Number.POSITIVE_INFINITY,
  ...more,
});

type Entered = {
  name: string;
  ticket: Ticket;
  isAdmitted: boolean;
  isDisplaced: boolean;
  positions: number[];
};

/** Creates an admission with named runs, and records what happens to each. */
export function newQueue({ cores = 1, memoryMib = 1000, maxWaiting = 100, perNetwork = 100 } = {}) {
  const admission = new LocalAdmission({ cores, memoryMib }, { total: maxWaiting, perNetwork });
  const order: string[] = [];
  const all = new Map<string, Entered>();
  function enter(name: string, by: string | Applicant = name, cost: Cost = ONE_CORE): Entered {
    const positions: number[] = [];
    const ticket = admission.enter(typeof by === 'string' ? of(by) : by, passOf(cost), {
      moved: ({ position }) => {
        if (positions.at(-1) !== position) positions.push(position);
      },
      displaced: () => {
        entered.isDisplaced = true;
      },
    });
    const entered: Entered = { name, ticket, isAdmitted: false, isDisplaced: false, positions };
    all.set(name, entered);
    void ticket.admitted.then(() => {
      entered.isAdmitted = true;
      order.push(name);
    });
    return entered;
  }
  const leave = (name: string) => all.get(name)?.ticket.leave();
  return { admission, enter, leave, order, all };
}

/** Resolves after the reactions of all promises resolved so far. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
