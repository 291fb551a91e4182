/** The queue and the locks, in main: whoever asks is answered when it is its turn. */
import { lanes } from './lanes.ts';
import { giveUp, joining } from './main.ts';
import { known } from './setup.ts';

// ----- The queue and the locks: main has them, the others ask for their turn

export type Ask = {
  job: number | null;
  what: 'put' | 'get' | 'limit' | 'acquire' | 'release';
  value?: string | number;
};
export type Answer = string | undefined;
type Waiting = { job: number | null; value: string; answer: (answer: Answer) => void };

let queueLimit = Number.POSITIVE_INFINITY;
const messages: string[] = [];
let putting: Waiting[] = [];
let getting: Waiting[] = [];
const locks = new Map<string, { holder: number | null; waiting: Waiting[] }>();

/** Answers what `ask` asks, now or when it is its turn. */
export function serve({ job, what, value }: Ask): Promise<Answer> {
  return new Promise((answer) => {
    const one = { job, value: String(value), answer };
    if (what === 'acquire') acquireLock(one);
    else if (what === 'release') releaseLock(one);
    else {
      if (what === 'put') putting.push(one);
      if (what === 'get') getting.push(one);
      if (what === 'limit') queueLimit = Number(value);
      moveMessages();
      if (what === 'limit') answer(undefined);
    }
  });
}

function moveMessages(): void {
  for (;;) {
    const isFull = messages.length >= queueLimit;
    const put = isFull ? undefined : putting.shift();
    if (put) messages.push(put.value);
    put?.answer(undefined);
    const get = messages.length > 0 ? getting.shift() : undefined;
    get?.answer(messages.shift());
    if (!put && !get) break;
  }
  known.queueSize = messages.length;
  for (const lane of lanes) lane.send({ size: known.queueSize });
}

function acquireLock(one: Waiting): void {
  const lock = locks.get(one.value);
  if (lock) {
    lock.waiting.push(one);
    findDeadlock(one);
  } else {
    locks.set(one.value, { holder: one.job, waiting: [] });
    one.answer(undefined);
  }
}

function releaseLock(one: Waiting): void {
  const lock = locks.get(one.value);
  const next = lock?.waiting.shift();
  if (lock && next) lock.holder = next.job;
  else locks.delete(one.value);
  next?.answer(undefined);
  one.answer(undefined);
}

/** Jobs that have ended, perhaps without a release of what they held. */
const gone = new Set<number | null>();

/** A job that has ended waits for nothing any more. */
export function forget(ended: number): void {
  gone.add(ended);
  const stays = ({ job }: Waiting) => job !== ended;
  putting = putting.filter(stays);
  getting = getting.filter(stays);
  for (const lock of locks.values()) lock.waiting = lock.waiting.filter(stays);
}

// ----- When nobody can go on

const nameOf = (job: number | null) => (job === null ? 'main' : `job ${job}`);

/** Who holds the lock may wait for one as well, whose holder waits, and so on: a circle is a deadlock. */
function findDeadlock({ job, value }: Waiting): void {
  let text = `Deadlock: ${nameOf(job)}`;
  for (let name = value; ; ) {
    const holder = locks.get(name)?.holder ?? null;
    text += ` waits for lock ${name}, held by ${nameOf(holder)}`;
    if (holder === job) giveUp(text);
    const next = [...locks].find(([, { waiting }]) => waiting.some((one) => one.job === holder));
    if (!next) return;
    [name] = next;
    text += ', which';
  }
}

/** Who waits for what, in a sentence. */
export function whoWaits(): string {
  const waits = [...joining].map((job) => `main waits for job ${job}`);
  for (const { job } of getting) waits.push(`${nameOf(job)} waits for a message`);
  for (const { job } of putting) waits.push(`${nameOf(job)} waits for room in the queue`);
  for (const [name, { holder, waiting }] of locks) {
    const by = `${gone.has(holder) ? 'never released' : 'held'} by ${nameOf(holder)}`;
    for (const { job } of waiting) waits.push(`${nameOf(job)} waits for lock ${name}, ${by}`);
  }
  return waits.join('; ');
}
