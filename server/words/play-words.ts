/** A program that is executed by hand, in words: the steps that can come next, the goals, and where the game is. Pure. */
import type { Goal, PlayOutcome } from '../figures/play-goals.ts';
import type { NextStep } from '../protocol/play.ts';
import { wanted } from '../protocol/wanted.ts';
import type { Bar, PassTimeline, Row } from '../timeline/model.ts';
import { awaited } from './awaited.ts';
import { capital, jobOrMain } from './english.ts';
import { isolated } from './isolated.ts';
import { orderSentence } from './order-sentence.ts';
import { stepWords } from './step-words.ts';
import { enumerated } from './stuck-words.ts';
import { count } from './units.ts';

export const GOAL_WORDS: Record<Goal, string> = {
  'lost-update': 'Make it lose an update',
  deadlock: 'Make it deadlock',
  failure: 'Make it fail',
  well: 'Let it go well',
};

/** What a step would do: `reads the counter`, `asks for lock A`, `stops waiting for the queue`. */
export function nextWords({ does, on }: Pick<NextStep, 'does' | 'on'>, wait: Bar | null): string {
  const what = isolated((on ?? '').replace(/^(lock|semaphore|condition) /, ''));
  switch (does) {
    case null: {
      if (on === 'sleep') return 'wakes up';
      if (on === 'timer') return 'goes on: its timer ends';
      const released = wait && awaited(wait);
      return released ? `goes on: it waited for ${released}` : 'goes on';
    }
    case 'read':
      return 'reads the counter';
    case 'write':
      return 'writes the counter';
    case 'add':
      return 'adds to the counter';
    case 'push':
      return 'adds a value to the list';
    case 'values':
      return 'reads the list';
    case 'put':
      return 'puts a message into the queue';
    case 'get':
      return 'asks the queue for a message';
    case 'limit':
      return 'limits the queue';
    case 'size':
      return 'reads the size of the queue';
    case 'acquire':
      return `asks for ${wanted({ for: 'lock', on: what })}`;
    case 'release':
      return `releases ${wanted({ for: 'lock', on: what })}`;
    case 'take-permit':
      return `asks for a permit of ${wanted({ for: 'semaphore', on: what })}`;
    case 'give-permit':
      return `gives back a permit of ${wanted({ for: 'semaphore', on: what })}`;
    case 'wait':
      return `waits for ${wanted({ for: 'condition', on: what })}`;
    case 'notify':
      return `notifies ${wanted({ for: 'condition', on: what })}`;
    default:
      return 'looks at what is shared';
  }
}

/**
 * What a lane does that has no step to choose: `waits for lock A`, `has ended`. `outcome`: what the order has led to, null
 * while it goes on; a lane that was waiting then still does.
 */
export function restWords(row: Row, outcome: Pick<PlayOutcome, 'stuck'> | null): string {
  const stuck = outcome?.stuck.filter(({ lane }) => lane === row.lane) ?? [];
  if (stuck.length > 0)
    return enumerated(
      stuck.map(({ job, for: kind, on }) => {
        const waits = `waits for ${wanted({ for: kind, on: isolated(on) })}`;
        return stuck.length === 1 ? waits : `${jobOrMain({ job })} ${waits}`;
      }),
    );
  const isCut = row.ended?.reason === 'cut-off' || row.ended?.reason === 'killed';
  if (row.ended && !isCut) return 'has ended';
  const bar = row.bars.at(-1);
  const what = bar && (bar.endMs === null || isCut) ? awaited(bar) : null;
  if (what !== null) return `waits for ${what}`;
  return isCut ? 'was cut off' : 'has nothing to do now';
}

/** Where a game is, in a sentence: the step that was taken last, or what the order has led to. */
export function positionSentence(
  pass: PassTimeline | null,
  outcome: PlayOutcome | null,
  fault: string | null,
): string {
  if (fault !== null) return fault;
  if (outcome !== null && pass?.ended) return orderSentence(pass);
  const step = pass?.steps.at(-1);
  return step
    ? `Step ${pass?.steps.length}: ${stepWords(step)}.`
    : 'Nothing has happened yet. Let a lane go.';
}

/** `7 steps, 2 preemptions`. */
export function lengthWords({ steps, switches }: Pick<PlayOutcome, 'steps' | 'switches'>): string {
  return `${count(steps, 'step')}, ${count(switches, 'preemption')}`;
}

/** The name of a lane's next step for a button that says `Let it go`: `Let it go: job 0 reads the counter`. */
export function letWords(who: { job: number | null }, words: string): string {
  return `Let it go: ${jobOrMain(who)} ${words}`;
}

/** Goals that have been reached, as a sentence. */
export function reachedWords(goals: readonly Goal[]): string {
  return goals.map((goal) => `${capital(GOAL_WORDS[goal])}: done.`).join(' ');
}
