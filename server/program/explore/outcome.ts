/** What an execution led to, and whether that is wrong. */
import type { Json } from '../../protocol/json.ts';
import type { Outcome } from '../../protocol/search.ts';
import { LINE_BYTES } from '../../protocol/wire.ts';
import { type Counted, lostWrites, newUpdateBook, noteAccess } from '../../timeline/updates.ts';
import { Buffer } from '../builtins.ts';
import type { Access } from '../steps.ts';
import type { Party } from '../turns.ts';
import type { OpenWait } from './messages.ts';

/** An outcome before anything is left out of it. */
export type Ending = Omit<Outcome, 'omitted'>;

/** An access, and the lane that made it. */
export type Accessed = { lane: number; access: Access };

/** What an execution leaves: `messages` and values as JSON. */
export type Left = {
  accesses: Accessed[];
  failed: Ending['failed'];
  stuck: OpenWait[];
  check: string | null;
  isCut: boolean;
  messages: string[];
  counter: number;
  list: unknown[];
};

const KINDS = { read: 'read', write: 'written', add: 'added' } as const;

/** Returns what an execution led to. */
export function endingOf(one: Left): Ending {
  return {
    counter: one.counter,
    list: one.list.map(asJson),
    queue: one.messages.map((json) => asJson(JSON.parse(json))),
    failed: [...one.failed].sort((a, b) => (a.job ?? -1) - (b.job ?? -1)),
    lostUpdates: countLost(one.accesses),
    stuck: one.stuck.map(({ lane, job, for: kind, on }) => ({ lane, job, for: kind, on })),
    isDeadlock: hasCircle(one.stuck),
    check: one.check,
    isCut: one.isCut,
  };
}

/** Reports whether an outcome is wrong. An order that was cut off is not judged. */
export function isFailing(ending: Ending): boolean {
  const { failed, lostUpdates, stuck, check } = ending;
  return failed.length > 0 || lostUpdates > 0 || stuck.length > 0 || check !== null;
}

/** Returns the outcome, with as much left out as is needed for its report to fit into a line with `schedule`. */
export function reportable(ending: Ending, schedule: string): Outcome {
  for (
    let most = 20, characters = 400;
    ;
    most = Math.floor(most / 2), characters = Math.floor(characters / 2)
  ) {
    const short = (text: string) => (text.length > characters ? `${text.slice(0, characters)}…` : text);
    const some = (values: Json[]) => values.slice(0, most).map((value) => shortValue(value, characters));
    const outcome: Outcome = {
      ...ending,
      list: some(ending.list),
      queue: some(ending.queue),
      omitted: Math.max(0, ending.list.length - most) + Math.max(0, ending.queue.length - most),
      failed: ending.failed.slice(0, most).map(({ job, error }) => ({ job, error: short(error) })),
      stuck: ending.stuck.slice(0, most),
      check: ending.check === null ? null : short(ending.check),
    };
    const bytes = Buffer.byteLength(JSON.stringify(outcome)) + schedule.length;
    if (bytes < LINE_BYTES - 300 || most === 0) return outcome;
  }
}

/** Counts the updates of jobs that are lost at the end. */
function countLost(accesses: readonly Accessed[]): number {
  const state: Counted = { accesses: [], updates: newUpdateBook() };
  for (const [seq, { lane, access }] of accesses.entries()) {
    const { what, job } = access;
    if (what === 'read' || what === 'write' || what === 'add')
      noteAccess(state, { seq, pid: 1, kind: KINDS[what], lane, job, atMs: seq, value: 0 });
  }
  return [...lostWrites(state)].filter(({ job }) => job !== null).length;
}

/** Reports whether some of the waits form a circle: each can only be ended by the party of the next. */
function hasCircle(stuck: readonly OpenWait[]): boolean {
  const partyOf = ({ lane, job }: Party) => `${lane} ${job}`;
  const waits = new Map<string, string[]>();
  for (const wait of stuck) {
    const joined = wait.for === 'join' ? stuck.filter(({ job }) => wait.on === `job ${job}`) : [];
    waits.set(partyOf(wait), [...wait.holders, ...joined].map(partyOf));
  }
  const leadsBack = (start: string) => {
    const seen = new Set<string>();
    const next = [...(waits.get(start) ?? [])];
    for (let party = next.pop(); party !== undefined; party = next.pop()) {
      if (party === start) return true;
      if (seen.has(party)) continue;
      seen.add(party);
      next.push(...(waits.get(party) ?? []));
    }
    return false;
  };
  return [...waits.keys()].some(leadsBack);
}

function shortValue(value: Json, characters: number): Json {
  const text = JSON.stringify(value);
  return text.length > characters ? `${text.slice(0, characters)}…` : value;
}

function asJson(value: unknown): Json {
  return value as Json;
}
