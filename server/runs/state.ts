/**
 * What the lanes of a pass hold: the list and the counter of each process, the queue, the locks. Derived from the
 * events, so that it can be shown as it was at any moment. Pure.
 */
import type { LaneFact } from './events.ts';

/** Memory of one process: `lanes` are those that share it. */
export type Memory = { pid: number; lanes: number[]; list: unknown[]; counter: number };

/** A message, from where it was sent to where it was received; `received` is null while it is on its way. */
export type Sent = { lane: number; job: number | null; atMs: number };
export type MessageTimes = { id: string; value: unknown; bytes: number; sent: Sent; received: Sent | null };

/** A look at the counter, or a change to it. */
export type Access = Sent & {
  seq: number;
  pid: number;
  /** `added`: read and written in one step. */
  kind: 'read' | 'written' | 'added';
  value: number;
  /** Written or added, and lost. */
  isLost: boolean;
  /** The write or addition that gave the value which this one changed. */
  madeOf: Access | null;
  /** How it was first overwritten unseen. */
  loss: LostUpdate | null;
};

/** A read of the counter, and the write of what was made of it. */
type Update = { job: number | null; readAtMs: number; writtenAtMs: number };

/** Two jobs that both read the counter before either wrote: what the first wrote is lost. */
export type LostUpdate = { lost: Update; by: Update };

export type PassState = {
  memories: Map<number, Memory>;
  messages: Map<string, MessageTimes>;
  /** Ids of the messages in the queue, in order. */
  queue: string[];
  accesses: Access[];
  lostUpdates: LostUpdate[];
  /** Who holds each lock. */
  locks: Map<string, Sent>;
};

export type StateFact = Extract<
  LaneFact,
  {
    type:
      | 'lane-started'
      | 'message-sent'
      | 'message-received'
      | 'shared-written'
      | 'shared-read'
      | 'lock-released'
      | 'wait-ended';
  }
>;

export function newState(): PassState {
  return {
    memories: new Map(),
    messages: new Map(),
    queue: [],
    accesses: [],
    lostUpdates: [],
    locks: new Map(),
  };
}

/** Adds one fact, in place. Facts that do not fit what came before are left out. */
export function applyToState(state: PassState, fact: StateFact, seq: number, atMs: number): void {
  switch (fact.type) {
    case 'lane-started': {
      const memory = state.memories.get(fact.pid);
      if (memory) memory.lanes.push(fact.lane);
      else state.memories.set(fact.pid, { pid: fact.pid, lanes: [fact.lane], list: [], counter: 0 });
      return;
    }
    case 'message-sent': {
      const { id, value, bytes, lane, job } = fact;
      const known = state.messages.get(id);
      state.messages.set(id, {
        id,
        value,
        bytes,
        sent: { lane, job, atMs },
        received: known?.received ?? null,
      });
      // What a lane of another process received may be heard of before it was sent.
      if (!known?.received) state.queue.push(id);
      return;
    }
    case 'message-received': {
      const { id, value, bytes, lane, job } = fact;
      const received = { lane, job, atMs };
      const known = state.messages.get(id);
      state.messages.set(id, { id, value, bytes, sent: known?.sent ?? received, received });
      state.queue = state.queue.filter((one) => one !== id);
      return;
    }
    case 'shared-written': {
      const memory = memoryOf(state, fact.lane);
      if (!memory) return;
      if (fact.key === 'list') memory.list.push(fact.value);
      else if (typeof fact.value === 'number') {
        memory.counter = fact.value;
        noteWrite(state, {
          seq,
          pid: memory.pid,
          kind: fact.atomic ? 'added' : 'written',
          lane: fact.lane,
          job: fact.job,
          atMs,
          value: fact.value,
          isLost: false,
          madeOf: null,
          loss: null,
        });
      }
      return;
    }
    case 'shared-read': {
      const memory = memoryOf(state, fact.lane);
      if (!memory || typeof fact.value !== 'number') return;
      state.accesses.push({
        seq,
        pid: memory.pid,
        kind: 'read',
        lane: fact.lane,
        job: fact.job,
        atMs,
        value: fact.value,
        isLost: false,
        madeOf: null,
        loss: null,
      });
      return;
    }
    case 'wait-ended':
      if (fact.for === 'lock') state.locks.set(fact.on, { lane: fact.lane, job: fact.job, atMs });
      return;
    case 'lock-released': {
      const holder = state.locks.get(fact.on);
      if (holder?.lane === fact.lane && holder.job === fact.job) state.locks.delete(fact.on);
    }
  }
}

function memoryOf(state: PassState, lane: number): Memory | undefined {
  for (const memory of state.memories.values()) if (memory.lanes.includes(lane)) return memory;
  return undefined;
}

/**
 * A job that writes what it made of a value it read loses what others wrote in between. What is in the counter then is
 * what it wrote, what that was made of, and so on: every other write in the same memory is lost. One that was
 * overwritten is so only until somebody writes what they made of it.
 */
function noteWrite(state: PassState, access: Access): void {
  const { accesses } = state;
  const own = accesses.findLast((one) => isBySame(one, access));
  const read = access.kind === 'written' && own?.kind === 'read' ? own : null;
  const writes = accesses.filter((one) => one.kind !== 'read' && one.pid === access.pid);
  access.madeOf = writes.findLast((one) => !read || one.seq < read.seq) ?? null;

  const kept = new Set<Access>();
  for (let one = access.madeOf; one; one = one.madeOf) kept.add(one);
  for (const other of writes) {
    other.isLost = !kept.has(other);
    if (other.isLost) other.loss ??= { lost: update(state, other), by: update(state, access) };
  }
  accesses.push(access);
  state.lostUpdates = accesses.flatMap(({ isLost, loss }) => (isLost && loss ? [loss] : []));
}

/** A write with the read before it of the same job. */
function update({ accesses }: PassState, access: Access): Update {
  const { seq, job, atMs } = access;
  const read = accesses.findLast((one) => one.seq < seq && one.kind === 'read' && isBySame(one, access));
  return { job, readAtMs: read?.atMs ?? atMs, writtenAtMs: atMs };
}

function isBySame(one: Access, other: Access): boolean {
  return one.lane === other.lane && one.job === other.job;
}
