/**
 * What the lanes of a pass hold: the list and the counter of each process, the queue, the locks, the semaphores, and
 * which notifications of conditions were lost. Derived from the events, so it can be shown as of any moment. Pure.
 */
import type { LaneFact } from '../protocol/facts.ts';
import type { PassState } from './state-model.ts';
import { newUpdateBook, noteAccess } from './updates.ts';

type StateFact = Extract<
  LaneFact,
  {
    type:
      | 'lane-started'
      | 'message-sent'
      | 'message-received'
      | 'shared-written'
      | 'shared-read'
      | 'lock-released'
      | 'permit-released'
      | 'condition-notified'
      | 'wait-started'
      | 'wait-ended';
  }
>;

export function newState(): PassState {
  return {
    memories: new Map(),
    memoryOf: new Map(),
    messages: new Map(),
    queue: new Set(),
    accesses: [],
    updates: newUpdateBook(),
    locks: new Map(),
    semaphores: new Map(),
    conditions: new Map(),
  };
}

/** Applies one fact, in place. A fact that contradicts earlier ones is ignored. */
export function applyToState(state: PassState, fact: StateFact, seq: number, atMs: number): void {
  switch (fact.type) {
    case 'lane-started': {
      // Without a process there is no memory.
      if (fact.pid === 0) return;
      const known = state.memories.get(fact.pid);
      const memory = known ?? { pid: fact.pid, lanes: [], list: [], counter: 0 };
      memory.lanes.push(fact.lane);
      state.memories.set(fact.pid, memory);
      if (!state.memoryOf.has(fact.lane)) state.memoryOf.set(fact.lane, memory);
      return;
    }
    case 'message-sent': {
      const { id, value, bytes, lane, job } = fact;
      const other = state.messages.get(id);
      state.messages.set(id, {
        id,
        value,
        bytes,
        sent: { lane, job, atMs },
        received: other?.received ?? null,
      });
      // Between processes, a message may be reported as received before it is reported as sent.
      if (!other?.received) state.queue.add(id);
      return;
    }
    case 'message-received': {
      const { id, value, bytes, lane, job } = fact;
      const received = { lane, job, atMs };
      const known = state.messages.get(id);
      state.messages.set(id, { id, value, bytes, sent: known?.sent ?? received, received });
      state.queue.delete(id);
      return;
    }
    case 'shared-written': {
      const memory = state.memoryOf.get(fact.lane);
      if (fact.key === 'list') memory?.list.push(fact.value);
      else if (memory && typeof fact.value === 'number') {
        const { lane, job, value } = fact;
        const kind = fact.atomic ? 'added' : 'written';
        memory.counter = value;
        noteAccess(state, { seq, pid: memory.pid, kind, lane, job, atMs, value });
      }
      return;
    }
    case 'shared-read': {
      const memory = state.memoryOf.get(fact.lane);
      if (!memory || typeof fact.value !== 'number') return;
      const { lane, job, value } = fact;
      noteAccess(state, { seq, pid: memory.pid, kind: 'read', lane, job, atMs, value });
      return;
    }
    case 'wait-started':
      if (fact.for === 'condition') conditionOf(state, fact.on);
      if (fact.for === 'semaphore' && fact.permits !== undefined && !state.semaphores.has(fact.on))
        state.semaphores.set(fact.on, { permits: fact.permits, holders: [] });
      return;
    case 'wait-ended': {
      if (fact.gaveUp) return;
      const holder = { lane: fact.lane, job: fact.job, atMs };
      if (fact.for === 'lock') state.locks.set(fact.on, holder);
      if (fact.for === 'semaphore') state.semaphores.get(fact.on)?.holders.push(holder);
      if (fact.for === 'condition' && fact.by !== undefined) conditionOf(state, fact.on).lost.delete(fact.by);
      return;
    }
    case 'permit-released': {
      const holders = state.semaphores.get(fact.on)?.holders ?? [];
      // A script may give back a permit that another job has taken: the one that was taken first.
      const index = holders.findIndex(({ lane, job }) => lane === fact.lane && job === fact.job);
      holders.splice(Math.max(0, index), 1);
      return;
    }
    case 'condition-notified': {
      const condition = conditionOf(state, fact.on);
      condition.notified++;
      condition.lost.add(fact.id);
      return;
    }
    case 'lock-released': {
      const holder = state.locks.get(fact.on);
      if (holder?.lane === fact.lane && holder.job === fact.job) state.locks.delete(fact.on);
    }
  }
}

function conditionOf({ conditions }: PassState, name: string): { notified: number; lost: Set<string> } {
  const known = conditions.get(name) ?? { notified: 0, lost: new Set() };
  conditions.set(name, known);
  return known;
}
