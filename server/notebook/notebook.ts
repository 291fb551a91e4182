/**
 * The cells of the notebook, in its order. Their programs are sent like programs that somebody wrote, but are ours, so
 * that they run wherever the lessons do: a program is known by its text.
 */
import { fileURLToPath } from 'node:url';
import { readProgram } from '../lessons/read-program.ts';
import { normalised } from '../spec/code.ts';
import { isPython } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import type { Claim } from '../words/claim.ts';
import oneByOne from './1-one-by-one/cell.ts';
import oneByOneClaim from './1-one-by-one/claim.ts';
import join from './2-join/cell.ts';
import joinClaim from './2-join/claim.ts';
import processes from './3-processes/cell.ts';
import sharedList from './4-shared-list/cell.ts';
import copiedList from './5-copied-list/cell.ts';
import queue from './6-queue/cell.ts';
import daemon from './7-daemon/cell.ts';
import daemonClaim from './7-daemon/claim.ts';
import daemonJoin from './8-daemon-join/cell.ts';
import primes from './9-primes/cell.ts';
import primesClaim from './9-primes/claim.ts';
import type { Cell, CellTexts } from './cell.ts';

/** By folder. */
const TEXTS: Record<string, CellTexts> = {
  '1-one-by-one': oneByOne,
  '2-join': join,
  '3-processes': processes,
  '4-shared-list': sharedList,
  '5-copied-list': copiedList,
  '6-queue': queue,
  '7-daemon': daemon,
  '8-daemon-join': daemonJoin,
  '9-primes': primes,
};

/** What cells say of their runs, by folder: the default export of its `claim.ts`. */
const CLAIMS: Partial<Record<string, Claim>> = {
  '1-one-by-one': oneByOneClaim,
  '2-join': joinClaim,
  '3-processes': joinClaim,
  '7-daemon': daemonClaim,
  '8-daemon-join': daemonClaim,
  '9-primes': primesClaim,
};

export const NOTEBOOK: readonly Cell[] = Object.entries(TEXTS).map(([folder, texts]) => {
  const pathOf = (name: string) => fileURLToPath(new URL(`./${folder}/${name}`, import.meta.url));
  const claim = CLAIMS[folder] ?? null;
  return {
    ...texts,
    number: Number.parseInt(folder, 10),
    program: readProgram(pathOf('program.py')),
    claim,
    claimFile: claim && pathOf('claim.ts'),
  };
});

/** By the text of their programs, without the line end that forms drop. */
const BY_TEXT: ReadonlyMap<string, Cell> = new Map(NOTEBOOK.map((cell) => [cell.program.trimEnd(), cell]));

/** Returns the cell that is the program of a spec or of a form; null if it is none. */
export function cellOf({ code, runtime }: Pick<Spec, 'code' | 'runtime'>): Cell | null {
  return (isPython(runtime) && BY_TEXT.get(normalised(code).trimEnd())) || null;
}

/** Reports whether somebody wrote the program of a spec: it is neither a lesson's nor a cell of the notebook. */
export function isStrange(spec: Pick<Spec, 'code' | 'runtime'>): boolean {
  return spec.code !== '' && cellOf(spec) === null;
}
