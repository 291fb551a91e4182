/** How jobs changed the counter after each time that main set it. Pure. */
import type { PassState } from '../timeline/state-model.ts';
import { lostWrites } from '../timeline/updates.ts';

/**
 * What jobs did to the counter between two times that main set it. `updates` counts those of jobs, and `lost` how many
 * of them were lost. `how`: by reading and then writing, by adding in one step, or both; null without updates. `value`
 * is main's counter at the end of the phase; `isShared`: whether jobs updated that one.
 */
export type CounterPhase = {
  how: 'two-steps' | 'one-step' | 'both' | null;
  updates: number;
  lost: number;
  value: number;
  isShared: boolean;
};

/** Returns the phases, in order; the first begins when the counter is first used. */
export function counterPhases(state: PassState): CounterPhase[] {
  const ofMain = state.memoryOf.get(0)?.pid;
  const lost = lostWrites(state);
  const phases: CounterPhase[] = [];
  for (const access of state.accesses) {
    const { job, kind, pid, value } = access;
    const isSet = job === null && kind === 'written';
    if (isSet || phases.length === 0)
      phases.push({ how: null, updates: 0, lost: 0, value: 0, isShared: false });
    const phase = phases.at(-1);
    if (phase === undefined) continue;
    if (pid === ofMain) phase.value = value;
    if (job === null || kind === 'read') continue;
    const how = kind === 'added' ? 'one-step' : 'two-steps';
    phase.how = phase.how === null || phase.how === how ? how : 'both';
    phase.updates++;
    if (lost.has(access)) phase.lost++;
    if (pid === ofMain) phase.isShared = true;
  }
  return phases;
}
