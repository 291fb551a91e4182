/**
 * A sample of the attacks against a real server, at each level of sandbox that this machine has, beside a run of
 * somebody else. `npm run attack` runs them all, one by one, and measures.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandOf } from '../contract/processes.ts';
import { ALL } from '../everyday.ts';
import { type Attack, MODES, runtimesFor } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import type { Client } from './client.ts';
import { Attacked, LEVELS, type Level } from './levels.ts';
import { Neighbour } from './neighbour.ts';
import { wrongInPages } from './pages.ts';
import { below, programsWith } from './remains.ts';
import { attackWith, type Outcome } from './runner.ts';
import { Targets } from './target.ts';

/** How many go on at once, beside that of somebody else. */
const AT_ONCE = 3;
/** Longer than a program takes here that ends, on a busy machine. */
const PASS_SECONDS = 10;

/** What is tried at a level: every tenth; with `ALL=1` every second, and what reaches for the outside at each. */
const sampleOf = (level: Level) => {
  const share = LEVELS.length * (ALL ? 1 : 5);
  // Python runs in a jail only.
  const possible = ATTACKS.filter(({ sample, language }) => sample && (level === 'jail' || !language));
  return possible.filter(
    ({ refusals }, at) => (ALL && refusals !== undefined) || at % share === LEVELS.indexOf(level),
  );
};
/** Of each attack one mode, so that both are tried. */
const modeOf = (attack: Attack, at: number) =>
  (attack.modes ?? MODES)[at % (attack.modes ?? MODES).length] ?? 'threads';

describe.each(LEVELS)('attacks, level %s', (level) => {
  const sample = sampleOf(level);
  const targets = new Targets();
  const outcomes = new Map<Attack, Outcome>();
  let server: Attacked;
  let client: Client;
  let quiet: Promise<string | null>;
  /** Why the level is not tried. */
  let missing: string | null = null;

  beforeAll(async () => {
    await targets.start();
    server = new Attacked('node', level, targets, PASS_SECONDS);
    const found = await server.client().catch((error: Error) => error);
    if (found instanceof Error) {
      missing = `This machine does not have the level: ${found.message}`;
      return;
    }
    client = found.client;
    const neighbour = await Neighbour.of(client);
    const secret = await neighbour.secret(targets.canary);
    const [otherProgram = ''] = programsWith(server.sandboxFolder, 'program.mjs', targets.canary);
    const target = targets.of(
      { pid: server.process.pid, folder: server.process.folder, url: client.url },
      otherProgram,
    );
    quiet = (await neighbour.quiet()).ended;
    const left = [...sample.entries()];
    const go = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [at, attack] = next;
        const runtimes = runtimesFor(attack, found.runtimes);
        const runtime = runtimes[at % runtimes.length];
        if (runtime === undefined) continue;
        const run = { client, target, canary: targets.canary, mode: modeOf(attack, at), runtime, pid: 0 };
        outcomes.set(attack, await attackWith(attack, run));
      }
    };
    await Promise.all([secret.ended, ...Array.from({ length: AT_ONCE }, go)]);
  });
  afterAll(async () => {
    targets.close();
    await server.destroy();
  });

  it.for(sample)('a program that $name', async (attack, { skip }) => {
    if (missing !== null) skip(missing);
    const outcome = outcomes.get(attack);
    if (attack.language && !outcome) skip('There is no Python here that a jail holds.');
    expect(outcome?.wrong).toEqual([]);
    if (outcome?.id) expect(await wrongInPages(client, outcome.id, attack.language)).toEqual([]);
  });

  it('disturbs no other run, harms nothing, and leaves nothing', async ({ skip }) => {
    if (missing !== null) skip(missing);
    expect(await quiet).toBeNull();
    expect(targets.harm(server.process.folder)).toEqual([]);
    await expect.poll(() => programsWith(server.sandboxFolder, 'program.mjs', '')).toEqual([]);
    // Its guard, and what compiles.
    await expect.poll(() => below(server.process.pid).filter(isProgram)).toEqual([]);
  });
});

/** Whether a process executes the child side. */
function isProgram(pid: number): boolean {
  return /entry\.(mjs|py)/.test(commandOf(pid));
}
