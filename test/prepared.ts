/**
 * What the playgrounds of a run of the suite share. Tests start some seventy, and each would compile the same and measure
 * both runtimes for itself; prepare.ts does so once, before any test. Servers that tests start as users do, as
 * test/runtime does, take none of it.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { deserialize } from 'node:v8';
import type { StartOptions } from '../server/playground.ts';
import { type Built, buildAll, LESSONS } from '../server/programs/build.ts';
import type { Runtime } from '../server/spec/runtimes.ts';

/** The environment variable with the file that prepare.ts has written. */
export const PREPARED = 'PREPARED';

/** The folder of the contract's programs. */
export const FIXTURES = path.resolve(LESSONS, '../../test/fixtures');

/** What the file holds. */
export type Prepared = {
  /** By folder of lessons. */
  built: Map<string, Built>;
  blocksPerSecond: Map<Runtime, number>;
};

/** How a playground of a test starts: with what was prepared. What was not, it makes for itself. */
export function prepared(): Required<Pick<StartOptions, 'build' | 'calibrate'>> {
  const file = process.env[PREPARED];
  if (file === undefined) throw new Error('Nothing was prepared for the tests: see prepare.ts.');
  const { built, blocksPerSecond }: Prepared = deserialize(fs.readFileSync(file));
  return {
    async build(folder, lessonsFolder = LESSONS) {
      const found = built.get(path.resolve(lessonsFolder));
      return found ? copied(found, folder) : buildAll(folder, lessonsFolder);
    },
    calibrate: () => async (runtime) => {
      const blocks = blocksPerSecond.get(runtime);
      if (blocks === undefined) throw new Error(`${runtime} is not installed.`);
      return blocks;
    },
  };
}

/** Copies what processes load to `folder`: a playground's processes are known by its folder (contract/processes.ts). */
function copied(built: Built, folder: string): Built {
  const from = path.dirname(built.entry);
  const home = path.resolve(folder, path.basename(from));
  fs.cpSync(from, home, { recursive: true });
  const programs = [...built.programs].map(
    ([slug, url]) => [slug, pathToFileURL(path.join(home, path.basename(url))).href] as const,
  );
  return { ...built, entry: path.join(home, path.basename(built.entry)), programs: new Map(programs) };
}
