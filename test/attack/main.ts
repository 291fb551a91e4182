/**
 * `npm run attack`: runs every attack against a server on this machine, started as in README, at each level of sandbox
 * that there is, and prints what each came to. `npm run attack -- loops deno-server` takes only attacks with such names,
 * on a server on Deno. Exits with 1 if any fails.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Mode } from '../../server/spec/modes.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import { type Attack, MODES, runtimesFor } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import type { Client } from './client.ts';
import { Health, type Slowest } from './health.ts';
import { Attacked, LEVELS, type Level } from './levels.ts';
import { Neighbour } from './neighbour.ts';
import { wrongInPages } from './pages.ts';
import { programsWith, residentMib } from './remains.ts';
import { attackWith, type Outcome } from './runner.ts';
import { Targets } from './target.ts';

/** Longest answer of /healthz, in ms. */
const HEALTH_MS = 100;
/** A machine on which an idle server, or a bare one, answers later is too busy with other things to tell. */
const BUSY_MS = 50;
/**
 * How often an attack is tried that did no harm but to times. One that holds up the server does so each time; what else a
 * machine does, it does seldom twice.
 */
const TRIES = 3;
/** How long a server that has just started is left alone, in ms: it calibrates, and compresses what browsers ask for. */
const SETTLE_MS = 8000;
/** How long the idle server is watched, in ms. */
const IDLE_MS = 2000;
/** Time limit of a pass, in seconds: attacks that never end are ended there. */
const PASS_SECONDS = 4;
/** How often, and how far apart in ms, it is looked whether a program is gone. */
const LOOKS = 20;
const LOOK_MS = 50;

const words = process.argv.slice(2);
const serverRuntime = words.includes('deno-server') ? ('deno' as const) : ('node' as const);
const names = words.filter((word) => word !== 'deno-server' && !LEVELS.some((level) => level === word));
const levels = LEVELS.filter((level) => words.includes(level) || !LEVELS.some((one) => words.includes(one)));
let failed = 0;

for (const level of levels) await tryLevel(level);
console.log(
  failed === 0
    ? '\nAll attacks failed, as they should.'
    : `\n${failed} attacks did harm, or were not told as they should be.`,
);
process.exit(failed === 0 ? 0 : 1);

async function tryLevel(level: Level): Promise<void> {
  const targets = new Targets();
  await targets.start();
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'attack-cache-'));
  const server = new Attacked(serverRuntime, level, targets, PASS_SECONDS, { NODE_COMPILE_CACHE: cache });
  try {
    const found = await server.client().catch((error: Error) => error);
    if (found instanceof Error) {
      console.log(
        `\nLevel ${level}: not tried, for this machine does not have it. ${found.message.split('\n')[0]}`,
      );
      return;
    }
    const { client, runtimes } = found;
    console.log(`\nLevel ${level}, server on ${serverRuntime}, programs on ${runtimes.join(' and ')}:`);
    await pause(SETTLE_MS);
    const health = new Health(client.url.replace(/\/$/, ''));
    await health.look();
    await pause(IDLE_MS);
    const idle = await health.look();
    const isBusy = idle.server > BUSY_MS || (os.loadavg()[0] ?? 0) > os.availableParallelism();
    const neighbour = await Neighbour.of(client);
    console.log(
      `  idle, /healthz takes up to ${idle.server.toFixed()} ms, a bare server ${idle.bare.toFixed()} ms`,
    );
    if (isBusy) console.log('  The machine is busy with other things: these times are not judged.');
    for (const attack of ATTACKS) {
      if (names.length > 0 && !names.some((name) => attack.name.includes(name))) continue;
      for (const runtime of runtimesFor(attack, runtimes))
        for (const mode of attack.modes ?? MODES)
          await tryAgain(attack, { client, targets, server, neighbour, health, isBusy, mode, runtime });
    }
    await health.close();
  } finally {
    targets.close();
    await server.destroy();
    fs.rmSync(cache, { recursive: true, force: true });
  }
}

type Surroundings = {
  client: Client;
  targets: Targets;
  server: Attacked;
  neighbour: Neighbour;
  health: Health;
  isBusy: boolean;
  mode: Mode;
  runtime: Runtime;
};

/** Returns the programs that are left in a sandbox's folder: they go soon after the run. */
async function leftIn(folder: string): Promise<string[]> {
  const found = () => ['program.mjs', 'program.py'].flatMap((name) => programsWith(folder, name, ''));
  for (let looks = 0; looks < LOOKS && found().length > 0; looks++) await pause(LOOK_MS);
  return found();
}

/** Tries an attack: again if only times went wrong. */
async function tryAgain(attack: Attack, surroundings: Surroundings) {
  for (let left = TRIES - 1; ; left--) {
    const came = await tryAttack(attack, surroundings, left > 0);
    if (came === 'FAIL') failed++;
    if (came !== 'slow') return;
  }
}

/**
 * Runs an attack beside a quiet run, and prints what it came to, which it returns: `slow` if only times went wrong, and it
 * can be tried again.
 */
async function tryAttack(
  attack: Attack,
  { client, targets, server, neighbour, health, isBusy, mode, runtime }: Surroundings,
  hasMoreTries: boolean,
): Promise<'pass' | 'slow' | 'FAIL'> {
  const rssMib = residentMib(server.process.pid);
  const secret = attack.code.includes('otherProgram') ? await neighbour.secret(targets.canary) : null;
  const [otherProgram = ''] = programsWith(server.sandboxFolder, 'program.mjs', targets.canary);
  if (secret && otherProgram === '') throw new Error('The program with a secret is not where it should be.');
  const quiet = await neighbour.quiet();
  const target = targets.of(
    { pid: server.process.pid, folder: server.process.folder, url: client.url },
    otherProgram,
  );
  await health.look();
  const began = performance.now();
  const outcome: Outcome = await attackWith(attack, {
    client,
    target,
    canary: targets.canary,
    mode,
    runtime,
    pid: server.process.pid,
  }).catch((error) => ({ id: null, seen: null, said: '', wrong: [String(error)] }));
  const seconds = (performance.now() - began) / 1000;
  const { wrong } = outcome;
  const disturbed = await quiet.ended;
  if (disturbed !== null) wrong.push(`The run beside was disturbed. ${disturbed}`);
  await secret?.ended;
  const during = await health.look();
  const looks: [when: string, Slowest][] = [['while it ran', during]];
  const look = async (name: string) => {
    looks.push([`while ${name} was made`, await health.look()]);
  };
  if (outcome.id !== null) wrong.push(...(await wrongInPages(client, outcome.id, attack.language, look)));
  const slow = looks.flatMap(([when, { server: ms, bare }]) =>
    !isBusy && ms > HEALTH_MS && bare < BUSY_MS
      ? [`/healthz took ${ms.toFixed()} ms ${when}, a bare server ${bare.toFixed()}.`]
      : [],
  );
  wrong.push(...targets.harm(server.process.folder));
  const left = await leftIn(server.sandboxFolder);
  if (left.length > 0) wrong.push(`Its program is left in ${left.join(', ')}.`);
  const isSlow = slow.length > 0 && wrong.length === 0 && hasMoreTries;
  wrong.push(...slow);
  const came = wrong.length === 0 ? 'pass' : isSlow ? 'slow' : 'FAIL';
  const pages = (of: keyof Slowest) =>
    Math.max(0, ...looks.slice(1).map(([, slowest]) => slowest[of])).toFixed();
  const line = [
    came,
    `${attack.name} (${mode}, ${runtime})`.padEnd(60),
    `${seconds.toFixed(1)} s`.padStart(7),
    `health ${during.server.toFixed()}/${during.bare.toFixed()} ms, pages ${pages('server')}/${pages('bare')} ms`,
    `${(residentMib(server.process.pid) - rssMib).toFixed()} MiB`,
    outcome.said.replaceAll(/\s+/g, ' ').slice(0, 120),
  ];
  console.log(line.join('  '));
  for (const text of wrong)
    console.log(`      ${text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?').slice(0, 400)}`);
  return came;
}
