/**
 * The build, the calibration, the sandbox and the Pythons that all playgrounds of a test run share. Tests start about seventy, and
 * each would otherwise compile the same sources, calibrate both runtimes, and probe for a sandbox; prepare.ts does so once, before any test. Servers
 * that tests start like users, in test/runtime, do not use it.
 */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { deserialize } from 'node:v8';
import type { Level, Probed } from '../server/launch/probe.ts';
import type { Pythons } from '../server/launch/pythons.ts';
import type { StartOptions } from '../server/playground.ts';
import { type Built, buildAll, LESSONS } from '../server/programs/build.ts';
import type { Runtime } from '../server/spec/runtimes.ts';

/** The environment variable with the path of the file that prepare.ts writes. */
export const PREPARED = 'PREPARED';

/** The folder of the contract's programs. */
export const FIXTURES = path.resolve(LESSONS, '../../test/fixtures');

/** The content of the file. */
export type Prepared = {
  /** By lessons folder. */
  built: Map<string, Built>;
  blocksPerSecond: Map<Runtime, number>;
  /** What protects from programs that somebody wrote, by the level that was asked for: the best one, and each. */
  probed: Map<Level | null, Probed>;
  pythons: Pythons;
};

/** Returns start options that use what was prepared. Other lessons folders are compiled as usual. */
export function prepared(): Required<Pick<StartOptions, 'build' | 'calibrate' | 'probe' | 'findPythons'>> {
  const file = process.env[PREPARED];
  if (file === undefined) throw new Error('Nothing was prepared for the tests: see prepare.ts.');
  const { built, blocksPerSecond, probed, pythons }: Prepared = deserialize(fs.readFileSync(file));
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
    findPythons: async () => pythons,
    async probe(_folder, _maxJobs, wanted = null) {
      const found = probed.get(wanted);
      if (found === undefined) throw new Error(`The level ${wanted} was not probed.`);
      return found;
    },
  };
}

/** Copies what processes load to `folder`, which identifies a playground's processes (contract/processes.ts). */
function copied(built: Built, folder: string): Built {
  const from = path.dirname(built.entry);
  const home = path.resolve(folder, path.basename(from));
  fs.cpSync(from, home, { recursive: true });
  const inHome = (file: string) => path.join(home, path.relative(from, file));
  const moved = (addresses: ReadonlyMap<string, string>) =>
    new Map(
      [...addresses].map(
        ([slug, url]) => [slug, pathToFileURL(path.join(home, path.basename(url))).href] as const,
      ),
    );
  return {
    ...built,
    entry: inHome(built.entry),
    compiler: inHome(built.compiler),
    pythonCompiler: inHome(built.pythonCompiler),
    programs: moved(built.programs),
    pythonPrograms: moved(built.pythonPrograms),
    cells: moved(built.cells),
    files: new Map([...built.files].map(([file, text]) => [inHome(file), text])),
  };
}
