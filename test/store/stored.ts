/** Runs and families for tests of stores. */
import type { Spec } from '../../server/spec/spec.ts';
import type { StoredFamily, StoredRun } from '../../server/store/store.ts';

/** A spec with a value in every field. */
export const spec: Spec = {
  lesson: 'one-by-one',
  code: '',
  modes: ['sequential', 'threads'],
  runtime: 'deno',
  jobs: 5,
  workers: null,
  minSeconds: 0.1,
  maxSeconds: 10,
  work: 'mixed',
  seed: Number.MAX_SAFE_INTEGER,
};
export const run = (id: string, part: Partial<StoredRun> = {}): StoredRun => ({
  id,
  person: 'ann',
  spec,
  createdAt: 1000,
  status: null,
  ...part,
});

export const family = (id: string, part: Partial<StoredFamily> = {}): StoredFamily => ({
  id,
  person: 'ann',
  kind: 'repeat',
  count: 3,
  spec,
  createdAt: 1000,
  status: null,
  ...part,
});
/** Returns a stored run of a family. */
export const member = (id: string, of: string, number: number, part: Partial<StoredRun> = {}) =>
  run(id, { member: { family: of, number }, ...part });
