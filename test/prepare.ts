/** Runs once before all tests: compiles, and calibrates the runtimes while the cores are idle. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { serialize } from 'node:v8';
import { calibration } from '../server/launch/calibrate.ts';
import { Guard } from '../server/launch/guard.ts';
import { LEVELS, type Level, type Probed, probe } from '../server/launch/probe.ts';
import type { Pythons } from '../server/launch/pythons.ts';
import { Ready } from '../server/launch/ready.ts';
import { installed } from '../server/launch/runtimes.ts';
import { openSandboxFolder } from '../server/launch/sandbox-folder.ts';
import { type Built, buildAll, LESSONS } from '../server/programs/build.ts';
import { Compressed } from '../server/programs/compressed.ts';
import { readSettings } from '../server/settings.ts';
import type { Runtime } from '../server/spec/runtimes.ts';
import { offerPostgres } from './postgres.ts';
import { FIXTURES, PREPARED, type Prepared } from './prepared.ts';
import { pythonsToTry } from './python.ts';

export default async function prepare(): Promise<(() => Promise<void>) | undefined> {
  // Called once for each project of the suite.
  if (process.env[PREPARED] !== undefined) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prepared-'));
  const built = new Map<string, Built>();
  for (const lessons of [LESSONS, FIXTURES]) built.set(lessons, await buildAll(folder, lessons));
  for (const one of built.values()) {
    const compressed = new Compressed(one);
    for (const name of compressed.firstNames) await compressed.of(name, 'br');
  }
  const entry = built.get(LESSONS)?.entry ?? '';
  // Not in `folder`: another user runs the sandboxed processes, and cannot enter it.
  const sandboxFolder = openSandboxFolder(folder);
  // Removes that folder, also if the suite is killed.
  const guard = new Guard({}, sandboxFolder);
  const pythons = await pythonsToTry();
  const levels = [null, ...LEVELS] as const;
  const probed = new Map<Level | null, Probed>();
  for (const level of levels) {
    const best = probed.get(null);
    const isBest = best !== undefined && best.level === level;
    const { MAX_JOBS } = readSettings({});
    probed.set(level, isBest ? best : await probe(sandboxFolder, MAX_JOBS, level, { pythons }));
  }
  const { level, missing } = probed.get(null) ?? {};
  console.log(`Programs that somebody wrote are tried at the level ${level}. ${missing?.join(' ') ?? ''}`);
  console.log(
    `Python: ${
      Object.values(pythons.found)
        .map(({ version }) => version)
        .join(', ') || pythons.why
    }`,
  );
  const blocksPerSecond = await measure(entry, guard, pythons);
  const prepared: Prepared = { built, blocksPerSecond, probed, pythons };
  const file = path.join(folder, 'prepared');
  fs.writeFileSync(file, serialize(prepared));
  // Workers inherit the environment. What one of them has compiled, the others need not.
  process.env[PREPARED] = file;
  process.env.NODE_COMPILE_CACHE = path.join(folder, 'node');
  const endPostgres = await offerPostgres(folder);
  return async () => {
    await endPostgres();
    await guard.close();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
}

/** Measures the blocks of `compute` per second on an idle core, for each installed runtime. */
async function measure(entry: string, guard: Guard, pythons: Pythons): Promise<Map<Runtime, number>> {
  const ready = new Ready(entry, guard, 0, { pythons });
  const blocksPerSecond = calibration(ready);
  const measured = new Map<Runtime, number>();
  for (const runtime of installed(pythons)) measured.set(runtime, await blocksPerSecond(runtime));
  await ready.close();
  return measured;
}
