/** The queue, the locks, the semaphores and the conditions, in main. A job is answered when its turn comes. */
import { Hub } from '../../program/hub.ts';
import { type Answer, type Ask, isUnanswered } from '../../protocol/asks.ts';
import { lanes } from './lanes.ts';
import { giveUp, joining } from './main.ts';
import { known } from './setup.ts';

const hub = new Hub(({ size }) => {
  known.queueSize = size;
  for (const lane of lanes) lane.send({ size });
});
/** Requests that are not answered yet. */
const waits = new Set<Ask>();
/** Waits for a condition that have been notified: they now wait for their lock. */
const notified = new Set<Ask>();
/** The jobs that hold each lock and permit, null for main; by `lock A`, `semaphore S`. */
const holders = new Map<string, (number | null)[]>();
/** Jobs that have ended, perhaps without releasing what they held. */
const endedJobs = new Set<number | null>();

/** Handles a request. Calls `answer` when its turn comes. */
export function serve(ask: Ask, answer: (answer: Answer) => void): void {
  const { job } = ask;
  if (ask.what === 'release' || ask.what === 'wait') drop(`lock ${ask.lock}`, job);
  if (ask.what === 'give-permit') drop(`semaphore ${ask.semaphore}`, job);
  if (!isUnanswered(ask)) waits.add(ask);
  hub.ask(partyOf(job), ask, (given) => {
    if (ask.what === 'wait' && given.id === ask.notified) {
      notified.add(ask);
      return;
    }
    const thing = wantedOf(ask);
    if (thing !== null) holders.set(thing, [...(holders.get(thing) ?? []), job]);
    waits.delete(ask);
    notified.delete(ask);
    answer(given);
  });
  if (waits.has(ask)) findDeadlock(ask);
}

function drop(thing: string, job: number | null): void {
  const jobs = holders.get(thing) ?? [];
  if (jobs.includes(job)) holders.set(thing, jobs.toSpliced(jobs.indexOf(job), 1));
}

/** Drops the waits of a job that has ended. */
export function forgetJob(ended: number): void {
  endedJobs.add(ended);
  for (const ask of waits) if (ask.job === ended) waits.delete(ask);
  hub.leave(partyOf(ended));
}

/** The hub drops what a party waited for when it ends. Here each job is a party, because jobs end one by one. */
function partyOf(job: number | null): number {
  return job ?? -1;
}

// ----- When nothing can continue

const nameOf = (job: number | null) => (job === null ? 'main' : `job ${job}`);

/** Returns what a request waits to hold; null if it waits for something else. */
function wantedOf(ask: Ask): string | null {
  if (ask.what === 'acquire' || notified.has(ask)) return 'lock' in ask ? `lock ${ask.lock}` : null;
  return ask.what === 'take-permit' ? `semaphore ${ask.semaphore}` : null;
}

/** Returns the waits of those that hold what `ask` waits for; null if one of them can continue, or if none is left. */
function waitsOfHolders(ask: Ask): Ask[] | null {
  const thing = wantedOf(ask);
  const jobs = (thing === null ? [] : (holders.get(thing) ?? [])).filter((job) => !endedJobs.has(job));
  const found = jobs.map((holder) =>
    [...waits].find((wait) => wait.job === holder && wantedOf(wait) !== null),
  );
  return found.length > 0 && found.every((wait) => wait !== undefined) ? found : null;
}

/** Follows the holders of locks and permits. If all of them wait for each other, it is a deadlock. */
function findDeadlock(start: Ask): void {
  const stuck = [start];
  for (const ask of stuck) {
    const next = waitsOfHolders(ask);
    if (next === null) return;
    stuck.push(...next.filter((wait) => !stuck.includes(wait)));
  }
  const path: Ask[] = [];
  let ask: Ask | undefined = start;
  for (; ask && !path.includes(ask); [ask] = waitsOfHolders(ask) ?? []) path.push(ask);
  const circle = ask ? path.slice(path.indexOf(ask)) : path;
  const steps = circle.map((one, i) => {
    const holder = circle[i + 1] ?? circle[0] ?? one;
    return `waits for ${wantedOf(one)}, held by ${nameOf(holder.job)}`;
  });
  giveUp(`Deadlock: ${nameOf(circle[0]?.job ?? null)} ${steps.join(', which ')}`);
}

/** Returns what main and the jobs wait for, in a sentence. */
export function describeWaits(): string {
  const sentences = [...joining].map((job) => `main waits for job ${job}`);
  for (const ask of waits) sentences.push(`${nameOf(ask.job)} waits for ${wanted(ask)}`);
  return sentences.join('; ');
}

function wanted(ask: Ask): string {
  if (ask.what === 'get') return 'a message';
  if (ask.what === 'wait' && !notified.has(ask)) return `condition ${ask.condition}`;
  const thing = wantedOf(ask);
  if (thing === null) return 'room in the queue';
  const jobs = holders.get(thing) ?? [];
  const isLost = jobs.every((job) => endedJobs.has(job));
  return `${thing}, ${isLost ? 'never released' : 'held'} by ${jobs.map(nameOf).join(' and ')}`;
}
