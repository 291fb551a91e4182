/**
 * Executes the schedules that a search has reported once more, each in a new process: what does not lead to the same
 * outcome there is not deterministic, and must not be shown as if it were.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Usage } from '../../launch/process-tree.ts';
import type { Booted, Ready } from '../../launch/ready.ts';
import type { ServerFact } from '../../protocol/facts.ts';
import { MAX_OUTCOMES, type SearchFact } from '../../protocol/search.ts';
import { MAX_STEPS } from '../../spec/schedule.ts';
import { addressFor, type PassOptions } from './pass-plan.ts';

/** Longest that one schedule may take, in ms: it has at most a thousand steps, but the machine may be busy. */
const LIMIT_MS = 20_000;

/** An outcome as reported. */
export type OutcomeFact = Extract<SearchFact, { type: 'outcome' }>;

/** What replays need of their pass. */
type ReplayPass = Pick<PassOptions, 'kind' | 'program' | 'settings' | 'maxMib'> & {
  ready: Ready;
  /** Ends them: the pass was stopped, or has reached its limit. */
  signal: AbortSignal;
  /** Hears of what each process uses, and of its end. */
  usage(pid: number, usage: Usage): void;
  gone(pid: number): void;
  log(fact: ServerFact): void;
};

/** Adds an outcome to those reported. Returns false if it may not be: its number is taken, or there are too many. */
export function addOutcome(outcomes: OutcomeFact[], fact: OutcomeFact): boolean {
  if (outcomes.length >= MAX_OUTCOMES || outcomes.some(({ number }) => number === fact.number)) return false;
  outcomes.push(fact);
  return true;
}

/**
 * Replays each outcome and logs whether it was the same. Resolves when no process of them is left. Leaves out those that
 * there was no time for, or no process; never rejects.
 */
export async function replayOutcomes(outcomes: readonly OutcomeFact[], pass: ReplayPass): Promise<void> {
  for (const outcome of outcomes) {
    // An order without steps is no schedule.
    if (outcome.schedule === '') continue;
    const booted = await pass.ready.take(pass.kind, pass.signal).catch((error) => {
      if (!pass.signal.aborted) console.error('pass: cannot start a process to replay an outcome', error);
      return null;
    });
    if (booted === null) return;
    const again = await outcomeOf(outcome.schedule, booted, pass);
    if (pass.signal.aborted) return;
    const isSame = sameness(outcome, again);
    if (isSame !== null) pass.log({ type: 'outcome-replayed', number: outcome.number, isSame });
  }
}

/** What a process reported of its schedule. `isStopped`: it was ended from outside, for its time or its memory. */
type Replayed = { found: OutcomeFact | null; isStopped: boolean };

/** Executes a schedule in a booted process, and ends it. */
async function outcomeOf(schedule: string, booted: Booted, pass: ReplayPass): Promise<Replayed> {
  const { child, bootMs } = booted;
  const { pid } = child;
  const { maxMib, signal } = pass;
  let found: OutcomeFact | null = null;
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    void child.stop();
  };
  child.listener = {
    report: ({ report }) => {
      if (report.type !== 'outcome' || found !== null) return;
      found = report;
      void child.stop();
    },
    stderr: () => {},
    usage: (usage) => {
      pass.usage(pid, usage);
      if (usage.rssBytes > maxMib.main * 2 ** 20) stop();
    },
  };
  const timer = setTimeout(stop, LIMIT_MS);
  signal.addEventListener('abort', stop);
  try {
    const order = { kind: 'schedule', schedule, isQuiet: true } as const;
    const settings = { ...pass.settings, order, program: addressFor(pass.program, booted) };
    child.send({ type: 'begin-main', settings, bootMs, pid, parentPid: child.parentPid });
    if (signal.aborted) stop();
  } catch (error) {
    console.error('pass: cannot replay an outcome', error);
    stop();
  }
  await child.ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  pass.gone(pid);
  return { found, isStopped };
}

/**
 * Reports whether a schedule led to the same end again; null if that is not known: it was ended from outside, or was too
 * slow, as where the machine is busy. How many orders lead to an outcome, the search alone knows.
 */
export function sameness(outcome: OutcomeFact, { found, isStopped }: Replayed): boolean | null {
  if (found === null) return isStopped ? null : false;
  // A lane that did not come to its next step in time.
  const isLate = found.isCut && found.steps < MAX_STEPS;
  if (isLate && !outcome.isCut) return null;
  return isDeepStrictEqual(endOf(outcome), endOf(found));
}

function endOf({ number: _, orders: __, schedule: ___, switches: ____, ...end }: OutcomeFact) {
  return end;
}
