/** The queue and the locks, in main: a job is answered when it is its turn. */
import { Hub } from '../../program/hub.ts';
import type { Answer, Ask } from '../../protocol/asks.ts';
import { lanes } from './lanes.ts';
import { giveUp, joining } from './main.ts';
import { known } from './setup.ts';

const hub = new Hub(({ size }) => {
  known.queueSize = size;
  for (const lane of lanes) lane.send({ size });
});
/** What is not answered yet. */
const waits = new Set<Ask>();
/** The job that holds each lock, null for main. */
const holders = new Map<string, number | null>();
/** Jobs that have ended, perhaps without a release of what they held. */
const gone = new Set<number | null>();

/** Takes what is asked; `answer` is called when it is its turn. */
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

/** A job that has ended waits for nothing any more. */
export function forget(ended: number): void {
  gone.add(ended);
  for (const ask of waits) if (ask.job === ended) waits.delete(ask);
  hub.leave(partyOf(ended));
}

/** The hub forgets what a lane waited for when it ends. Here each job is one of its own, for that is how they end. */
function partyOf(job: number | null): number {
  return job ?? -1;
}

// ----- When nobody can go on

const nameOf = (job: number | null) => (job === null ? 'main' : `job ${job}`);

/** Follows the holders of locks, each of which may wait for another lock: if that leads back, it is a deadlock. */
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

/** What main and the jobs wait for, in a sentence. */
export function whoWaits(): string {
  const sentences = [...joining].map((job) => `main waits for job ${job}`);
  for (const ask of waits) sentences.push(`${nameOf(ask.job)} waits for ${wanted(ask)}`);
  return sentences.join('; ');
}

function wanted(ask: Ask): string {
  if (ask.what === 'get') return 'a message';
  if (ask.what !== 'acquire') return 'room in the queue';
  const holder = holders.get(ask.lock) ?? null;
  return `lock ${ask.lock}, ${gone.has(holder) ? 'never released' : 'held'} by ${nameOf(holder)}`;
}
