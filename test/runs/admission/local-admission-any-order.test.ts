/** Admission: what holds in any order of arrivals and departures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cost, Ticket } from '../../../server/runs/admission/admission.ts';
import { isBusy } from '../../../server/runs/admission/capacity.ts';
import { LocalAdmission } from '../../../server/runs/admission/local-admission.ts';
import { BusyError } from '../../../server/runs/admission/places.ts';
import { passOf, settled } from './named-runs.ts';

describe('LocalAdmission: any order of arrivals and departures', () => {
  const arrival = fc.record({
    do: fc.constant('enter' as const),
    person: fc.constantFrom('ann', 'bob', 'eve', 'dan'),
    network: fc.constantFrom(null, 'school', 'home'),
    places: fc.constantFrom(1, 4, 100),
    cost: fc.record({
      cores: fc.constantFrom(0.1, 0.5, 1, 2, 3),
      memoryMib: fc.integer({ min: 1, max: 100 }),
    }),
  });
  const departure = fc.record({ do: fc.constant('leave' as const), which: fc.nat(20) });
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: arrival }, { weight: 2, arbitrary: departure }), {
    maxLength: 60,
  });

  it('LocalAdmission: never exceeds the capacity, positions are 1 to n, and every run is admitted', async () => {
    const capacity = { cores: 3, memoryMib: 100 };
    const maxWaiting = 12;
    const perNetwork = 8;
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const admission = new LocalAdmission(capacity, { total: maxWaiting, perNetwork });
        type SeenRun = {
          person: string;
          network: string | null;
          cost: Cost;
          ticket: Ticket;
          position: number;
          isAdmitted: boolean;
        };
        const seen: SeenRun[] = [];
        const served = new Set<string>();
        const order: Ticket[] = [];
        const displaced: SeenRun[] = [];

        async function check() {
          await settled();
          const active = seen.filter(({ isAdmitted }) => isAdmitted);
          const waiting = seen.filter(({ isAdmitted }) => !isAdmitted);
          expect(admission).toMatchObject({ active: active.length, waiting: waiting.length });
          const coresOf = (busy: boolean) =>
            active
              .filter(({ cost }) => isBusy(passOf(cost)) === busy)
              .reduce((sum, { cost }) => sum + Math.min(cost.cores, capacity.cores), 0);
          const memory = active.reduce(
            (sum, { cost }) => sum + Math.min(cost.memoryMib, capacity.memoryMib),
            0,
          );
          for (const busy of [true, false]) expect(coresOf(busy)).toBeLessThanOrEqual(capacity.cores + 1e-3);
          expect(memory).toBeLessThanOrEqual(capacity.memoryMib);
          expect(waiting.length).toBeLessThanOrEqual(maxWaiting);
          // No run waits while the machine is idle.
          if (active.length === 0) expect(waiting).toEqual([]);
          const positions = waiting.map(({ position }) => position).sort((a, b) => a - b);
          expect(positions).toEqual(waiting.map((_, i) => i + 1));
          checkFair(waiting);
        }

        // A person's first run starts before any other person's second, and their second before any third.
        function checkFair(waiting: SeenRun[]) {
          const inOrder = [...waiting].sort((a, b) => a.position - b.position);
          for (const person of new Set(waiting.map((entry) => entry.person))) {
            const first = inOrder.findIndex((entry) => entry.person === person);
            const before = inOrder.slice(0, first).map((entry) => entry.person);
            const most = served.has(person) ? 2 : 1;
            for (const other of before) {
              expect(before.filter((earlier) => earlier === other).length).toBeLessThanOrEqual(most);
            }
          }
        }

        for (const step of script) {
          if (step.do === 'enter') {
            const entry: Omit<SeenRun, 'ticket'> = { ...step, position: 0, isAdmitted: false };
            const { person, network, places } = step;
            const waiting = seen.filter(({ isAdmitted }) => !isAdmitted);
            const own = waiting.filter((one) => one.person === person);
            try {
              const ticket = admission.enter({ person, network, places }, passOf(step.cost), {
                moved: ({ position }) => {
                  entry.position = position;
                },
                displaced: () => {
                  const [gone] = seen.splice(seen.indexOf(entry as SeenRun), 1);
                  if (gone) displaced.push(gone);
                },
              });
              const entered = Object.assign(entry, { ticket });
              // A place is given up only for somebody's first run, and by somebody who keeps another.
              for (const gone of displaced.splice(0)) {
                expect(seen.some((one) => one.person === person)).toBe(false);
                expect(seen.some((one) => one.person === gone.person && !one.isAdmitted)).toBe(true);
              }
              seen.push(entered);
              void ticket.admitted.then(() => {
                entered.isAdmitted = true;
                served.add(entered.person);
                order.push(ticket);
              });
            } catch (error) {
              if (!(error instanceof BusyError)) throw error;
              const near = waiting.filter((one) => one.network === network && network !== null);
              expect(error.isOwn).toBe(own.length >= places || near.length >= perNetwork);
              if (!error.isOwn) expect(waiting).toHaveLength(maxWaiting);
              // Where somebody's first run is refused, nobody has a place too many.
              const isFirst = !seen.some((one) => one.person === person);
              const rivals = near.length >= perNetwork ? near : waiting;
              if (isFirst) expect(new Set(rivals.map((one) => one.person)).size).toBe(rivals.length);
            }
          } else if (seen.length > 0) {
            const [left] = seen.splice(step.which % seen.length, 1);
            left?.ticket.leave();
          }
          await check();
        }
        // From here on, each run leaves once it is admitted: all waiting runs must be admitted, in order of position, only
        // that those who wait may go before those who compute.
        const expected = seen.filter(({ isAdmitted }) => !isAdmitted).sort((a, b) => a.position - b.position);
        order.length = 0;
        while (seen.length > 0) {
          const at = seen.findIndex(({ isAdmitted }) => isAdmitted);
          expect(at, 'a run waits for ever').toBeGreaterThanOrEqual(0);
          seen.splice(at, 1)[0]?.ticket.leave();
          await check();
        }
        expect(order).toHaveLength(expected.length);
        for (const busy of [true, false]) {
          const alike = expected
            .filter(({ cost }) => isBusy(passOf(cost)) === busy)
            .map(({ ticket }) => ticket);
          expect(order.filter((one) => alike.includes(one))).toEqual(alike);
        }
        expect(admission).toMatchObject({ active: 0, waiting: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
