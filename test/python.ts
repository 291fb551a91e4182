/**
 * The Python of this machine, for tests that need one: they are skipped with the reason if there is none. `PYTHON` names
 * another; a free-threaded one is then tried as the usual one is.
 */
import process from 'node:process';
import { findPythons, type Pythons } from '../server/launch/pythons.ts';

/** Finds what the suite's servers run programs in Python on. */
export async function pythonsToTry(): Promise<Pythons> {
  const { found, why } = await findPythons(process.env.PYTHON ?? null);
  const named =
    found.python ?? (process.env.PYTHON === undefined ? undefined : found['python-free-threaded']);
  return { found: named ? { ...found, python: named } : found, why };
}

const { found, why } = await pythonsToTry();

/** Path of its executable; null if there is none. */
export const PYTHON = found.python?.file ?? null;

/** What to add to the name of a test that is skipped without Python. */
export const WITHOUT = PYTHON === null ? ` (skipped: ${why})` : '';
