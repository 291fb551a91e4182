/**
 * Looks at the counter and changes to it: what each change was made of, and which were lost. A job that writes what it
 * made of a value it read loses what others wrote in between. What is in the counter then is what it wrote, what that
 * was made of, and so on: every other write in the same memory is lost. One that was overwritten is so only until
 * somebody writes what they made of it.
 */
import type { Access, LostUpdate, PassState, Update, UpdateBook } from './model.ts';

export function newUpdateBook(): UpdateBook {
  return {
    parties: new Map(),
    memories: new Map(),
    known: { count: 0, writes: new Set(), updates: [] },
  };
}

/** Adds an access, in place. */
export function noteAccess(
  { accesses, updates }: PassState,
  told: Pick<Access, 'seq' | 'pid' | 'kind' | 'lane' | 'job' | 'atMs' | 'value'>,
): void {
  const own = `${told.lane} ${told.job}`;
  const party = updates.parties.get(own);
  const memory = updates.memories.get(told.pid) ?? { last: null, safe: [] };
  updates.memories.set(told.pid, memory);
  const access: Access = { ...told, readAtMs: told.atMs, madeOf: memory.last, loss: null };
  const place = accesses.push(access) - 1;
  if (told.kind === 'read') {
    updates.parties.set(own, { last: place, readAtMs: told.atMs });
    return;
  }
  const before = party && accesses[party.last];
  if (told.kind === 'written' && before?.kind === 'read') access.madeOf = before.madeOf;
  access.readAtMs = party?.readAtMs ?? told.atMs;
  // One that was never lost is what all later ones were made of: so it stays where it is no younger than `madeOf`.
  const { safe } = memory;
  for (let last = safe.at(-1); last !== undefined && last > (access.madeOf ?? -1); last = safe.at(-1)) {
    const other = accesses[last];
    if (other) other.loss = { lost: updateOf(other), by: updateOf(access) };
    safe.pop();
  }
  safe.push(place);
  memory.last = place;
  updates.parties.set(own, { last: place, readAtMs: party?.readAtMs ?? null });
}

/** The changes that are lost as things stand. */
export function lostWrites(state: PassState): ReadonlySet<Access> {
  return known(state).writes;
}

/** The updates that are lost as things stand, in order, each with the one that first came over it. */
export function lostUpdates(state: PassState): readonly LostUpdate[] {
  return known(state).updates;
}

/** With two jobs that overwrite each other in turn all changes with each write: so it is found out when asked. */
function known({ accesses, updates }: PassState): UpdateBook['known'] {
  if (updates.known.count === accesses.length) return updates.known;
  const kept = new Set<Access>();
  for (const { last } of updates.memories.values()) {
    for (let place = last; place !== null; ) {
      const access: Access | undefined = accesses[place];
      if (access) kept.add(access);
      place = access?.madeOf ?? null;
    }
  }
  const writes = accesses.filter((one) => one.loss !== null && !kept.has(one));
  const lost = writes.flatMap(({ loss }) => loss ?? []);
  updates.known = { count: accesses.length, writes: new Set(writes), updates: lost };
  return updates.known;
}

function updateOf({ job, readAtMs, atMs }: Access): Update {
  return { job, readAtMs, writtenAtMs: atMs };
}
