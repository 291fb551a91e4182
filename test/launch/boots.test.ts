/** Whether a runtime starts: known from boots, and from its executable, which somebody replaces while the server runs. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Boots } from '../../server/launch/boots.ts';
import type { Listener } from '../../server/launch/child.ts';
import { Guard } from '../../server/launch/guard.ts';
import { launch } from '../../server/launch/launch.ts';
import type { Place } from '../../server/launch/place.ts';
import { Ready } from '../../server/launch/ready.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import { prepared } from '../prepared.ts';

const KIND = { runtime: 'node', isSandboxed: false } as const;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'boots-'));
/** The executable: a script, so that it can be replaced. */
const file = path.join(folder, 'runtime');
let entry: string;

/** Starts every process with that executable. */
class Replaced extends Ready {
  override launch(_runtime: Runtime, _place: Place | null, listener: Listener) {
    return launch({ file, args: [entry] }, guard, listener);
  }
}

let guard: Guard;
let ready: Replaced;
let boots: Boots;
/** What the operator is told. */
let said: unknown[];

/** Puts a script in the place of the executable, as an update does. */
function put(script: string): void {
  const draft = `${file}.new`;
  fs.writeFileSync(draft, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  fs.renameSync(draft, file);
}
const works = `exec "${process.execPath}" "$@"`;

/** Asks for the health until it is as expected. */
const until = (fitness: string) =>
  vi.waitUntil(
    () => {
      boots.verify(KIND);
      return boots.fitness(KIND) === fitness;
    },
    { timeout: 30_000, interval: 20 },
  );

beforeAll(async () => {
  ({ entry } = await prepared().build(folder));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  said = [];
  vi.spyOn(console, 'error').mockImplementation((text) => void said.push(text));
  put(works);
  guard = new Guard();
  ready = new Replaced(entry, guard, 0, { bootMs: 2000 });
  boots = new Boots(ready, [KIND], { files: () => [file, entry], restore: async () => {} });
});
afterEach(async () => {
  await ready.close();
  await guard.close();
  vi.restoreAllMocks();
});

describe('Boots', () => {
  it.each([
    ['crashes', () => put('echo broken >&2; exit 3'), /ended before it was ready \(3\): broken/],
    ['hangs', () => put('exec sleep 3600'), /not ready within 2 s/],
    ['is missing', () => fs.rmSync(file), /runtime is missing\.$/],
    ['may not be executed', () => fs.chmodSync(file, 0o644), /Cannot start|ended before/],
  ])(
    'an executable that %s: is noticed without a run, and so is that it works again',
    async (_, spoil, why) => {
      expect(boots.fitness(KIND)).toBe('unknown');
      await until('working');
      spoil();
      await until('failing');
      expect(boots.detail(KIND)).toMatch(why);
      put(works);
      // Nobody asks.
      await vi.waitUntil(() => said.length === 2 && boots.fitness(KIND) === 'working', 30_000);
      // Once each, however often it was tried.
      expect(said).toEqual([
        expect.stringMatching(/^boots: node cannot be started\. /),
        'boots: node works again',
      ]);
    },
  );

  it('one failure alone says nothing: the machine may be busy', async () => {
    put(`[ -e "${folder}/once" ] || { : > "${folder}/once"; exit 1; }; ${works}`);
    await expect(ready.take(KIND)).rejects.toThrow();
    expect(boots.fitness(KIND)).toBe('unknown');
    await vi.waitUntil(() => boots.fitness(KIND) === 'working', 30_000);
    expect(said).toEqual([]);
  });
});
