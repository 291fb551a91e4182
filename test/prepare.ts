/** Runs once before all tests: compiles, and calibrates the runtimes while the cores are idle. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { serialize } from 'node:v8';
import { calibration } from '../server/launch/calibrate.ts';
import { Guard } from '../server/launch/guard.ts';
import { Ready } from '../server/launch/ready.ts';
import { isInstalled } from '../server/launch/runtimes.ts';
import { type Built, buildAll, LESSONS } from '../server/programs/build.ts';
import { RUNTIMES, type Runtime } from '../server/spec/runtimes.ts';
import { FIXTURES, PREPARED, type Prepared } from './prepared.ts';

export default async function prepare(): Promise<(() => void) | undefined> {
  // Called once for each project of the suite.
  if (process.env[PREPARED] !== undefined) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prepared-'));
  const built = new Map<string, Built>();
  for (const lessons of [LESSONS, FIXTURES]) built.set(lessons, await buildAll(folder, lessons));
  const entry = built.get(LESSONS)?.entry ?? '';
  const prepared: Prepared = { built, blocksPerSecond: await measure(entry) };
  const file = path.join(folder, 'prepared');
  fs.writeFileSync(file, serialize(prepared));
  // Workers inherit the environment.
  process.env[PREPARED] = file;
  return () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

/** Measures the blocks of `compute` per second on an idle core, for each installed runtime. */
async function measure(entry: string): Promise<Map<Runtime, number>> {
  const guard = new Guard();
  const ready = new Ready(entry, guard, 0);
  const blocksPerSecond = calibration(ready);
  const measured = new Map<Runtime, number>();
  for (const runtime of RUNTIMES.filter(isInstalled)) measured.set(runtime, await blocksPerSecond(runtime));
  await ready.close();
  await guard.close();
  return measured;
}
