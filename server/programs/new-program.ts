/** The program of the page `/new`, to begin with. */
import { fileURLToPath } from 'node:url';
import { readProgram } from '../lessons/read-program.ts';
import type { SpecDefaults } from '../spec/spec.ts';

/** Its text. */
export const NEW_PROGRAM = readProgram(fileURLToPath(new URL('new/program.ts', import.meta.url)));

/** Its settings that differ from the defaults: a first run is over soon. */
export const NEW_SETTINGS = { jobs: 3, minSeconds: 0.5, maxSeconds: 2 } satisfies SpecDefaults;
