/** Lanes as the scheduler sees them: which of their steps can be taken, and which of these are no choices. */
import { type Ask, isUnanswered, type QueueState } from '../../protocol/asks.ts';
import type { Access } from '../steps.ts';
import type { Option } from './execution.ts';
import type { LaneOrder, LaneReport, Sleep } from './messages.ts';

/** An order without what all orders have. */
export type Say = LaneOrder extends infer One
  ? One extends LaneOrder
    ? Omit<One, 'step' | 'queue'>
    : never
  : never;

export type LaneState = {
  at: 'access' | 'idle' | 'gone';
  access: Access | null;
  line: number | undefined;
  sleeps: (Sleep & { dueMs: number })[];
  /** What it is to be told, in the order in which it happened. */
  inbox: Say[];
  /** Requests without an answer yet, and jobs that main waits for. */
  expects: number;
  isClosed: boolean;
  job: number | null;
  /** What its thread is still to be told: that it begins. What it does until its first access is known. */
  late: (Say & { do: 'begin' }) | null;
  queue: QueueState | undefined;
};

/** Returns a lane that has just been opened. */
export function newLane({ size, limit }: QueueState): LaneState {
  return {
    at: 'idle',
    access: null,
    line: undefined,
    sleeps: [],
    inbox: [],
    expects: 0,
    isClosed: false,
    job: null,
    late: null,
    // What the queue is like before it is used, the lane knows.
    queue: size > 0 || limit !== null ? { size, limit } : undefined,
  };
}

/** Notes where a lane is, by its report at `nowMs`. Returns whether other sleeps than before are under way. */
export function noteReport(state: LaneState, report: LaneReport, nowMs: number): boolean {
  const before = new Map(state.sleeps.map((sleep) => [sleep.id, sleep.dueMs]));
  const dueMs = ({ id, ms }: Sleep) => before.get(id) ?? nowMs + ms;
  const isOther = report.sleeps.length !== before.size || report.sleeps.some(({ id }) => !before.has(id));
  state.sleeps = report.sleeps.map((sleep) => ({ ...sleep, dueMs: dueMs(sleep) }));
  state.access = report.at === 'access' ? report.access : null;
  state.line = report.at === 'access' ? report.line : undefined;
  state.at = report.at === 'waits' || report.at === 'check' ? 'idle' : report.at;
  return isOther;
}

/**
 * Reports whether a lane's next step is no choice: it is the only one of its steps that can come next, and affects no
 * other lane. What is in the inbox comes in order. A sleep is a choice if anything else could come before it;
 * if sleeps end in order, its end decides which others come before.
 */
export function isAtEase({ at, inbox, sleeps, expects, isClosed }: LaneState, inOrder: boolean): boolean {
  if (at !== 'idle' || isClosed) return false;
  if (inbox.length > 0) return sleeps.length === 0;
  return sleeps.length === 1 && expects === 0 && !inOrder;
}

/**
 * Returns the steps that can be taken: accesses, the delivery of the first message in an inbox, and the ends of sleeps,
 * with `inOrder` only of the one that is due first. `skipsMain`: main is told last.
 */
export function optionsOf(lanes: readonly LaneState[], inOrder: boolean, skipsMain: boolean): Option[] {
  const dueFirst = (dueMs: number) =>
    lanes.every((lane) => lane.isClosed || lane.sleeps.every((other) => other.dueMs >= dueMs));
  const options: Option[] = [];
  for (const [lane, { at, access, line, inbox, sleeps, isClosed }] of lanes.entries()) {
    if (at === 'access') options.push({ lane, answer: 0, access, line });
    if (at !== 'idle' || isClosed || (lane === 0 && skipsMain)) continue;
    const told = { lane, access: null, line: undefined };
    const first = inbox.length > 0 ? 1 : 0;
    if (first > 0) options.push({ ...told, answer: 0 });
    for (const [index, { id, job, line, dueMs }] of sleeps.entries())
      if (!inOrder || dueFirst(dueMs)) options.push({ ...told, answer: first + index, sleep: id, job, line });
  }
  return options;
}

/** Returns how many answers a request has. */
export function answersOf(ask: Ask): number {
  if (ask.what === 'wait') return 2;
  return isUnanswered(ask) ? 0 : 1;
}
