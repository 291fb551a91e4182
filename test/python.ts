/** The Python of this machine, for tests that need one: they are skipped with the reason if there is none. */
import { findPythons } from '../server/launch/pythons.ts';

const { found, why } = await findPythons(process.env.PYTHON ?? null);

/** Path of its executable; null if there is none. */
export const PYTHON = found.python?.file ?? null;

/** What to add to the name of a test that is skipped without Python. */
export const WITHOUT = PYTHON === null ? ` (skipped: ${why})` : '';
