/** Why a pass cannot continue, in words: what each party waits for, and who could end its wait. Pure. */
import type { WaitKind } from '../protocol/wait-kinds.ts';
import { wanted } from '../protocol/wanted.ts';
import { jobOrMain } from './english.ts';

/** A job, or main (`job` null). */
type Party = { job: number | null };
type Wait = Party & { for: WaitKind; on: string; line: number | undefined };

/** Most waits and parties that a sentence names. */
const MAX_NAMED = 10;

/** A circle of waits: `Deadlock: job 0 waits for lock B, held by job 1, line 9, which waits for …, held by job 0.` */
export function circleSentence(circle: readonly Wait[]): string {
  const steps = circle.map((wait, n) => {
    const next = circle[n + 1];
    const isHeld = wait.for === 'lock' || wait.for === 'semaphore';
    const holder = isHeld ? `, held by ${jobOrMain(next ?? circle[0] ?? wait)}` : '';
    // The last step returns to the first party, which the sentence has already named with its line.
    return `waits for ${wanted(wait)}${holder}${next ? atLine(next) : ''}`;
  });
  return `Deadlock: ${circle.map(asSubject)[0]} ${steps.join(', which ')}.`;
}

/** `job 2, line 14, waits for lock A`. */
export function waitWords(wait: Wait): string {
  return `${asSubject(wait)} waits for ${wanted(wait)}`;
}

/** `job 1 and job 2`, each once. */
export function partyNames(parties: readonly Party[]): string {
  return [...new Set(parties.map(jobOrMain))].slice(0, MAX_NAMED).join(' and ');
}

/** The first few of several parts of a sentence, and how many more there are. */
export function enumerated(parts: readonly string[]): string {
  const more = parts.length - MAX_NAMED;
  return [...parts.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Returns `, line 14` to follow a name; empty if the line is unknown. */
function atLine({ line }: Wait): string {
  return line === undefined ? '' : `, line ${line}`;
}

/** Returns `job 2, line 14,` or `job 2`, as the subject of a sentence. */
function asSubject(wait: Wait): string {
  return wait.line === undefined ? jobOrMain(wait) : `${jobOrMain(wait)}${atLine(wait)},`;
}
