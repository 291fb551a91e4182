/** Whether looking at the runtimes costs anything: what a boot itself changes must not call for another boot. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { Boots } from '../../server/launch/boots.ts';
import type { Listener } from '../../server/launch/child.ts';
import { Guard } from '../../server/launch/guard.ts';
import type { Place } from '../../server/launch/place.ts';
import { Ready } from '../../server/launch/ready.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import { prepared } from '../prepared.ts';

const KIND = { runtime: 'node', isSandboxed: false } as const;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'boots-looks-'));
const places = path.join(folder, 'places');
let launched = 0;

/** Makes something in the folder of places for each process, as a sandbox does. */
class Placing extends Ready {
  override launch(runtime: Runtime, place: Place | null, listener: Listener) {
    fs.mkdirSync(path.join(places, String(launched++)));
    return super.launch(runtime, place, listener);
  }
}

const guard = new Guard();
afterAll(async () => {
  vi.restoreAllMocks();
  await guard.close();
  fs.rmSync(folder, { recursive: true });
});

/** Looks at the files hold for a second: the clock is put forward by more. */
const now = performance.now.bind(performance);
let skippedMs = 0;
vi.spyOn(performance, 'now').mockImplementation(() => now() + skippedMs);
const skipLook = () => {
  skippedMs += 1100;
};

it('Boots: however often somebody looks, and whatever is made in its folders, nothing more is booted', async () => {
  fs.mkdirSync(places);
  const { entry } = await prepared().build(folder);
  const ready = new Placing(entry, guard, 0);
  const boots = new Boots(ready, [KIND], { files: () => [entry, places], restore: async () => {} });
  try {
    boots.verify(KIND);
    await boots.settled(KIND, 30_000);
    expect(boots.fitness(KIND)).toBe('working');
    for (const name of ['one', 'two', 'three']) {
      fs.mkdirSync(path.join(places, name));
      skipLook();
      boots.verify(KIND);
      await boots.settled(KIND, 30_000);
    }
    expect(launched).toBe(1);
    const told = vi.spyOn(console, 'error').mockImplementation(() => {});
    fs.rmSync(places, { recursive: true });
    skipLook();
    boots.verify(KIND);
    expect(boots.fitness(KIND)).toBe('failing');
    expect(told).toHaveBeenCalledWith(expect.stringContaining('places is missing'));
  } finally {
    await ready.close();
  }
});
