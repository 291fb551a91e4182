/**
 * Reads and writes of the counter: which value each write was based on, and which writes were lost. A job that writes a
 * value based on an earlier read loses what others wrote in between. The counter's value is the last write; that was
 * based on an earlier write, and so on back. Every write outside that chain is lost, but only until a later write
 * builds on it again.
 */
import type { Access, LostUpdate, PassState, Update, UpdateBook } from './state-model.ts';

/** Accesses, and what is known of their updates. */
export type Counted = Pick<PassState, 'accesses' | 'updates'>;

export function newUpdateBook(): UpdateBook {
  return {
    parties: new Map(),
    memories: new Map(),
    known: { count: 0, writes: new Set(), updates: [] },
  };
}

/** Records an access, in place. */
export function noteAccess(
  { accesses, updates }: Counted,
  fact: Pick<Access, 'seq' | 'pid' | 'kind' | 'lane' | 'job' | 'atMs' | 'value'>,
): void {
  const key = `${fact.lane} ${fact.job}`;
  const party = updates.parties.get(key);
  const memory = updates.memories.get(fact.pid) ?? { last: null, safe: [] };
  updates.memories.set(fact.pid, memory);
  const access: Access = { ...fact, readAtMs: fact.atMs, madeOf: memory.last, loss: null };
  const index = accesses.push(access) - 1;
  if (fact.kind === 'read') {
    updates.parties.set(key, { last: index, readAtMs: fact.atMs });
    return;
  }
  const before = party && accesses[party.last];
  if (fact.kind === 'written' && before?.kind === 'read') access.madeOf = before.madeOf;
  access.readAtMs = party?.readAtMs ?? fact.atMs;
  // A write that was never lost is the base of all later ones, so it stays if it is no newer than `madeOf`.
  const { safe } = memory;
  for (let last = safe.at(-1); last !== undefined && last > (access.madeOf ?? -1); last = safe.at(-1)) {
    const overwritten = accesses[last];
    if (overwritten) overwritten.loss = { lost: updateOf(overwritten), by: updateOf(access) };
    safe.pop();
  }
  safe.push(index);
  memory.last = index;
  updates.parties.set(key, { last: index, readAtMs: party?.readAtMs ?? null });
}

/** Returns the writes that are lost as of the last access. */
export function lostWrites(state: Counted): ReadonlySet<Access> {
  return known(state).writes;
}

/** Returns the updates that are lost as of the last access, in order, each with the update that first overwrote it. */
export function lostUpdates(state: Counted): readonly LostUpdate[] {
  return known(state).updates;
}

/**
 * If two jobs overwrite each other in turn, every write changes the whole result, so it is computed only on request.
 */
function known({ accesses, updates }: Counted): UpdateBook['known'] {
  if (updates.known.count === accesses.length) return updates.known;
  const kept = new Set<Access>();
  for (const { last } of updates.memories.values()) {
    for (let index = last; index !== null; ) {
      const access: Access | undefined = accesses[index];
      if (access) kept.add(access);
      index = access?.madeOf ?? null;
    }
  }
  const writes = accesses.filter((access) => access.loss !== null && !kept.has(access));
  const lost = writes.flatMap(({ loss }) => loss ?? []);
  updates.known = { count: accesses.length, writes: new Set(writes), updates: lost };
  return updates.known;
}

function updateOf({ job, readAtMs, atMs }: Access): Update {
  return { job, readAtMs, writtenAtMs: atMs };
}
