/** Conditions as programs see them. */
import type { Answer, Question } from '../protocol/asks.ts';
import { emit } from './emit.ts';
import { type Lines, MAX_FRAMES } from './line.ts';
import { shown } from './shown.ts';
import type { BeforeAccess } from './steps.ts';
import type { Party } from './turns.ts';
import type { Condition, Lock } from './types.ts';
import { waiting } from './waiting.ts';

/** What a condition needs of its lane. */
type Means = {
  /** Sends a request to the hub. */
  ask: (question: Question) => Promise<Answer>;
  /** Returns a number for a further answer, and resolves with that answer. */
  nextAnswer: () => number;
  answerTo: (id: number) => Promise<Answer>;
  /** Returns an id for an event. */
  nextId: () => string;
  /** Returns the name of a lock; undefined if it is not one. */
  nameOf: (lock: Lock) => string | undefined;
  /** The locks that are held, each as job and name. */
  held: Set<string>;
  /** Is called before each access. */
  before: BeforeAccess;
};

/** Returns the condition called `name` for a job of the lane, or for main. */
export function conditionApi(name: string, party: Party, lines: Lines, means: Means): Condition {
  const { job } = party;
  const called = `condition("${name}")`;

  async function wait(lock: Lock): Promise<void> {
    const lockName = typeof lock === 'object' && lock !== null ? means.nameOf(lock) : undefined;
    if (lockName === undefined)
      throw new TypeError(`${called}.wait(${shown(lock)}): needs a lock, as returned by lock(name).`);
    const key = `${job} ${lockName}`;
    if (!means.held.has(key)) {
      const text = `lock "${lockName}" is not held here. Await its acquire() first.`;
      throw new Error(`${called}.wait(lock("${lockName}")): ${text}`);
    }
    const line = lines.ofCall(wait, MAX_FRAMES);
    means.before({ what: 'wait', on: `condition ${name}`, with: `lock ${lockName}`, job }, line);
    means.held.delete(key);
    const notifiedId = means.nextAnswer();
    const notified = means.answerTo(notifiedId);
    let locked: Promise<Answer> | undefined;
    emit({ type: 'lock-released', ...party, on: lockName, line });
    await waiting(
      { ...party, for: 'condition', on: name },
      line,
      () => {
        locked = means.ask({ what: 'wait', job, condition: name, lock: lockName, notified: notifiedId });
        return notified;
      },
      ({ by }) => by,
    );
    await waiting({ ...party, for: 'lock', on: lockName }, line, async () => locked);
    means.held.add(key);
  }

  function notify(all: boolean, line: number | undefined): void {
    means.before({ what: 'notify', on: `condition ${name}`, job }, line);
    const id = means.nextId();
    emit({ type: 'condition-notified', ...party, on: name, all, id, line });
    void means.ask({ what: 'notify', job, condition: name, all, by: id });
  }
  const notifyOne = () => notify(false, lines.ofFrequentCall(notifyOne, MAX_FRAMES));
  const notifyAll = () => notify(true, lines.ofFrequentCall(notifyAll, MAX_FRAMES));
  return { wait, notify: notifyOne, notifyAll };
}
