/** The queue and the locks, in main. A job is answered when its turn comes. */
import { Hub } from '../../program/hub.ts';
import type { Answer, Ask } from '../../protocol/asks.ts';
import { lanes } from './lanes.ts';
import { giveUp, joining } from './main.ts';
import { known } from './setup.ts';

const hub = new Hub(({ size }) => {
  known.queueSize = size;
  for (const lane of lanes) lane.send({ size });
});
/** Requests that are not answered yet. */
const waits = new Set<Ask>();
/** The job that holds each lock, null for main. */
const holders = new Map<string, number | null>();
/** Jobs that have ended, perhaps without releasing their locks. */
const endedJobs = new Set<number | null>();

/** Handles a request. Calls `answer` when its turn comes. */
export function serve(ask: Ask, answer: (answer: Answer) => void): void {
  if (ask.what === 'release') holders.delete(ask.lock);
  else waits.add(ask);
  hub.ask(partyOf(ask.job), ask, (given) => {
    waits.delete(ask);
    if (ask.what === 'acquire') holders.set(ask.lock, ask.job);
    answer(given);
  });
  if (ask.what === 'acquire' && waits.has(ask)) findDeadlock(ask);
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

/** Follows the holders of locks, each of which may wait for another lock. If that leads back, it is a deadlock. */
function findDeadlock({ job, lock }: Ask & { what: 'acquire' }): void {
  const acquires = [...waits].filter((ask) => ask.what === 'acquire');
  let text = `Deadlock: ${nameOf(job)}`;
  for (let name = lock; ; ) {
    const holder = holders.get(name) ?? null;
    text += ` waits for lock ${name}, held by ${nameOf(holder)}`;
    if (holder === job) giveUp(text);
    const next = acquires.find((ask) => ask.job === holder);
    if (!next) return;
    name = next.lock;
    text += ', which';
  }
}

/** Returns what main and the jobs wait for, in a sentence. */
export function describeWaits(): string {
  const sentences = [...joining].map((job) => `main waits for job ${job}`);
  for (const ask of waits) sentences.push(`${nameOf(ask.job)} waits for ${wanted(ask)}`);
  return sentences.join('; ');
}

function wanted(ask: Ask): string {
  if (ask.what === 'get') return 'a message';
  if (ask.what !== 'acquire') return 'room in the queue';
  const holder = holders.get(ask.lock) ?? null;
  return `lock ${ask.lock}, ${endedJobs.has(holder) ? 'never released' : 'held'} by ${nameOf(holder)}`;
}
