/**
 * `npm run bench -- soak`: half an hour of runs, readers, cancels, deletions and kills, and whether the server has
 * after it what it had before. `npm run bench -- soak 3` takes 3 minutes, `soak 3 deno` has the server on Deno, `soak 3
 * postgres` its data in PostgreSQL, `soak 3 kills` kills each part as often, and more often, and `soak 3 seed=7` draws
 * as a soak did that printed `seed=7`.
 */
import type http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { uniform } from '../../../server/spec/random.ts';
import { isPython, JAVASCRIPT, type Runtime } from '../../../server/spec/runtimes.ts';
import { startPostgres } from '../../postgres.ts';
import { follow, settled, submit } from '../client.ts';
import { type Figure, print } from '../figures.ts';
import { between } from './draw.ts';
import { type Killed, keepKilling } from './kills.ts';
import { Soaked, serverOn } from './server.ts';
import { type Visited, visit } from './visit.ts';
import { difference, figuresOf, hasStarter, type Vitals, vitalsOf } from './vitals.ts';
import {
  ADDRESSES,
  EXPECTED,
  KILL_MS,
  KILL_OFTEN_MS,
  KILLS,
  PAUSE_MS,
  RUN_PAGES,
  SCRIPT_PAGES,
  SETTINGS,
  VISITORS,
} from './workload.ts';

const THIRDS = 3;
/** Most MiB of its heap: without a bound, how much garbage it keeps would say little about what it needs. */
const HEAP_MIB = 96;
/** Visits before the first look, so that all that starts at its first use has started. */
const FIRST_VISITS = 12;
/** Longest wait for the server to hold the same twice, in ms, and the pause between two looks. */
const QUIET_MS = 60_000;
const LOOK_MS = 6000;
/** Most runs until the process beside has been started: at once when starts have taken long enough, so after 15 to 40. */
const MOST_STARTS = 100;
/** Most faults that are printed. */
const MOST_PRINTED = 50;

/** What was done in a while. */
type Done = { visits: number; runs: number; events: number };

/** Soaks a server, and prints what came of it. Resolves with whether all is well. */
export async function soak(words: readonly string[]): Promise<boolean> {
  const minutes = Number(words.find((word) => /^[\d.]+$/.test(word)) ?? 30);
  const runtime = JAVASCRIPT.find((one) => words.includes(one)) ?? 'node';
  const kills = words.includes('kills');
  const given = words.find((word) => word.startsWith('seed='))?.slice('seed='.length);
  const seed = Number(given ?? Math.floor(Math.random() * 1e6));
  const postgres = words.includes('postgres') ? await startPostgres() : null;
  const data = postgres && { DATABASE_URL: await postgres.newDatabase() };
  console.log(
    `Soaking a server on ${runtime} for ${minutes} minutes: npm run bench -- soak ${minutes} ${runtime}${postgres ? ' postgres' : ''}${kills ? ' kills' : ''} seed=${seed}`,
  );
  const server = new Soaked(serverOn(runtime, HEAP_MIB), { ...SETTINGS, ...data });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => server.destroy().finally(() => process.exit(1)));
  const one = new Soak(server, seed, kills);
  try {
    const figures = await one.run((minutes * 60_000) / THIRDS);
    print(figures);
  } catch (error) {
    one.fault(String(error));
  } finally {
    await server.destroy();
    await postgres?.close();
  }
  console.log(one.faults === 0 ? 'All was well.' : `${one.faults} faults.`);
  return one.faults === 0;
}

class Soak {
  faults = 0;
  #server: Soaked;
  #seed: number;
  #visits = 0;
  #looks = 0;
  #held: http.ClientRequest[] = [];
  #kills: Parameters<typeof keepKilling>[2];
  #killed: Killed = new Map();

  constructor(server: Soaked, seed: number, kills: boolean) {
    this.#server = server;
    this.#seed = seed;
    const each = KILLS.filter(({ signal }) => signal === 'SIGKILL').map((kill) => ({ ...kill, weight: 1 }));
    this.#kills = kills ? [each, KILL_OFTEN_MS] : [KILLS, KILL_MS];
  }

  /** Prints what is wrong, unless much was before. */
  fault(text: string): void {
    if (++this.faults <= MOST_PRINTED) console.log(text.slice(0, 2000));
  }

  /** Soaks the server, a third after the other. Resolves with the figures. */
  async run(thirdMs: number): Promise<Figure[]> {
    const url = await this.#server.url();
    const { sandbox } = await (await fetch(`${url}/healthz`)).json();
    const runtimes = sandbox.runtimes;
    await this.#while(url, runtimes, (visits) => visits < FIRST_VISITS, false);
    const vitals: Vitals[] = [await this.#quiet(url, runtimes)];
    const runs: number[] = [];
    for (let third = 1; third <= THIRDS; third++) {
      const until = performance.now() + thirdMs;
      const done = await this.#while(url, runtimes, () => performance.now() < until, true);
      runs.push(done.runs);
      vitals.push(await this.#quiet(url, runtimes));
      const { visits, events } = done;
      const kills = [...this.#killed.values()].reduce((sum, count) => sum + count, 0);
      console.log(
        `Third ${third}: ${visits} visits, ${done.runs} runs, ${events} events; ${kills} kills and ${this.faults} faults so far.`,
      );
    }
    const how = await this.#server.end();
    if (how !== '0') this.fault(`The server ended with ${how}.`);
    for (const text of unexpected(this.#server.stderr)) this.fault(text);
    for (const [name, count] of this.#killed) console.log(`It ${name}: ${count} times.`);
    const figures = figuresOf(vitals, runs);
    for (const { name, measured, isMet } of figures) if (isMet === false) this.fault(`${name}: ${measured}`);
    return figures;
  }

  /** Lets visitors come while `goes` says so, and kills meanwhile. */
  async #while(
    url: string,
    runtimes: Visited['runtimes'],
    goes: (visits: number) => boolean,
    kills: boolean,
  ): Promise<Done> {
    const done: Done = { visits: 0, runs: 0, events: 0 };
    const killing = new AbortController();
    const from = this.#visits;
    const killer = keepKilling(
      this.#server.pid,
      uniform(this.#seed, this.#visits),
      this.#kills,
      killing.signal,
      this.#killed,
    );
    if (!kills) killing.abort();
    const come = async () => {
      while (goes(this.#visits - from) && this.#server.isRunning) {
        const number = ++this.#visits;
        const draw = uniform(this.#seed, number);
        const address = `10.0.0.${between(draw, 1, ADDRESSES)}`;
        const { what, wrong, runs, events } = await visit(
          { url, address, runtimes, held: this.#held },
          draw,
          `${this.#seed}.${number}`,
        );
        for (const text of wrong) this.fault(`Visit ${number} (${what}): ${text}`);
        done.visits++;
        done.runs += runs;
        done.events += events;
        await pause(between(draw, ...PAUSE_MS));
      }
    };
    await Promise.all(Array.from({ length: VISITORS }, come));
    killing.abort();
    await killer;
    for (const request of this.#held.splice(0)) request.destroy();
    return done;
  }

  /** Waits until the server is idle, and holds the same at two looks. Resolves with what that is. */
  async #quiet(url: string, runtimes: readonly Runtime[]): Promise<Vitals> {
    // What works, or is kept ready, only for those who use it does so at each look.
    const code = `export function job() {}\n// Look ${++this.#looks}`;
    await fetch(`${url}/hints`, { method: 'POST', body: new URLSearchParams({ code }) });
    // It starts what is kept ready from then on, with other descriptors than the server does.
    for (let runs = 0; runs < MOST_STARTS && !hasStarter(this.#server.pid); runs++) await runOf(url, {});
    for (const runtime of new Set([...JAVASCRIPT, ...runtimes])) await runOf(url, { runtime });
    for (const runtime of runtimes) {
      const python = `def job(n, api): pass\n# Look ${this.#looks}`;
      await runOf(url, { runtime, code: isPython(runtime) ? python : code });
    }
    const run = await runOf(url, {});
    for (const page of [...RUN_PAGES, ...SCRIPT_PAGES]) await (await fetch(run + page)).text();
    await settled(url);
    const until = performance.now() + QUIET_MS;
    for (let before = await vitalsOf(this.#server); ; ) {
      await pause(LOOK_MS);
      const now = await vitalsOf(this.#server);
      const keys = Object.keys(now.held) as (keyof Vitals['held'])[];
      if (
        keys.every((key) => difference(before.held[key], now.held[key]) === '') ||
        performance.now() > until
      )
        return now;
      before = now;
    }
  }
}

/** Makes a short run, and waits for its end. Resolves with its address. */
async function runOf(url: string, spec: Record<string, unknown>): Promise<string> {
  const short = { modes: ['sequential'], jobs: 1, minSeconds: 0, maxSeconds: 0 };
  const events = await submit(url, { ...short, ...spec });
  await follow(events, () => {});
  return events.replace(/\/events$/, '');
}

/** Returns what a server wrote to its standard error that it should not have, each with the lines that belong to it. */
function unexpected(lines: readonly string[]): string[] {
  const entries: string[] = [];
  for (const line of lines) {
    if (/^\s|^}/.test(line) && entries.length > 0) entries.push(`${entries.pop()}\n${line}`);
    else entries.push(line);
  }
  return entries
    .filter((entry) => !EXPECTED.some((one) => one.test(entry)))
    .map((entry) => `stderr: ${entry}`);
}
