/**
 * Executes the schedules that a search has reported once more, each in a new process: what does not lead to the same
 * outcome there is not deterministic, and must not be shown as if it were.
 */
import process from 'node:process';
import { isDeepStrictEqual } from 'node:util';
import type { Usage } from '../launch/guard.ts';
import type { Booted, Ready } from '../launch/ready.ts';
import type { ServerFact } from '../protocol/facts.ts';
import { MAX_OUTCOMES, type SearchFact } from '../protocol/search.ts';
import { addressFor, type PassOptions } from './pass-plan.ts';

/** Longest that one schedule may take, in ms: it has at most a thousand steps, but the machine may be busy. */
const LIMIT_MS = 20_000;

/** An outcome as reported. */
export type OutcomeFact = Extract<SearchFact, { type: 'outcome' }>;

/** What replays need of their pass. */
export type ReplayPass = Pick<PassOptions, 'kind' | 'program' | 'settings' | 'maxMib'> & {
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
    const isSame = again !== null && isSameOutcome(outcome, again);
    pass.log({ type: 'outcome-replayed', number: outcome.number, isSame });
  }
}

/** Executes a schedule in a booted process, and ends it. Resolves with its outcome; null if it reports none. */
async function outcomeOf(schedule: string, booted: Booted, pass: ReplayPass): Promise<OutcomeFact | null> {
  const { child, bootMs } = booted;
  const { pid } = child;
  const { maxMib, signal } = pass;
  let found: OutcomeFact | null = null;
  const stop = () => void child.stop();
  child.listener = {
    report: ({ report }) => {
      if (report.type !== 'outcome' || found !== null) return;
      found = report;
      stop();
    },
    stderr: () => {},
    usage: (usage) => {
      pass.usage(pid, usage);
      if (usage.rssBytes > maxMib.main * 2 ** 20) child.kill();
    },
  };
  const timer = setTimeout(stop, LIMIT_MS);
  signal.addEventListener('abort', stop);
  try {
    const order = { kind: 'schedule', schedule, isQuiet: true } as const;
    const settings = { ...pass.settings, order, program: addressFor(pass.program, booted) };
    child.send({ type: 'begin-main', settings, bootMs, pid, parentPid: process.pid });
    if (signal.aborted) stop();
  } catch (error) {
    console.error('pass: cannot replay an outcome', error);
    stop();
  }
  await child.ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  pass.gone(pid);
  return found;
}

/** Reports whether the same schedule led to the same end. How many orders lead to it, the search alone knows. */
export function isSameOutcome(one: OutcomeFact, other: OutcomeFact): boolean {
  return isDeepStrictEqual(endOf(one), endOf(other));
}

function endOf({ number: _, orders: __, schedule: ___, switches: ____, ...end }: OutcomeFact) {
  return end;
}
