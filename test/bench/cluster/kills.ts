/**
 * `npm run bench -- kills`: two web servers and two runners on one PostgreSQL, on Node and Deno, each killed again and
 * again while people start runs, read them and move from server to server. `kills 60` kills each part 60 times, which
 * takes about ten minutes; `kills 5` is the default.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { JAVASCRIPT } from '../../../server/spec/runtimes.ts';
import { faultsOf, type Learner, LONG, SHORT } from '../../cluster/learner.ts';
import { Cluster, type Server } from '../../cluster/servers.ts';

const PEOPLE = 4;
/** Most faults that are printed. */
const MOST_PRINTED = 20;
/** Time from a restart to the next kill, in ms. */
const LIVES_MS = 1500;
/** Longest that a run may take, or a request, in ms: then it counts as one without end. */
const LONGEST_MS = 120_000;
const CODE = `export async function job(n, api) {\n  await api.sleep(0.2);\n  api.log('Job', n);\n}\n`;
/** A program that somebody wrote differs from those before it. */
const written = (number: number) => ({
  code: `${CODE}// ${number}\n`,
  modes: ['threads', 'processes'],
  jobs: 3,
});
/** Programs that people write run in the jail, which this machine must have. Nobody is refused for too many runs. */
const ENV = { SANDBOX: 'jail', RUNS_PER_MINUTE: '100000', CPU_SECONDS_PER_HOUR: '1000000' };
const SPECS = [SHORT, LONG, written, { lesson: 'lost-update', modes: ['threads'], jobs: 4 }] as const;
/** How a run may end whose server is killed, or not. */
const ENDS = ['completed', 'interrupted'];

/** What is wrong: printed as it is found, and counted. */
class Faults {
  count = 0;

  push(fault: string): void {
    if (++this.count <= MOST_PRINTED) console.log(fault.slice(0, 1000));
  }
}

/** Kills each part as often as given. Resolves with whether all was well. */
export async function kills(words: readonly string[]): Promise<boolean> {
  const times = Number(words.find((word) => /^\d+$/.test(word)) ?? 5);
  const cluster = await Cluster.start(
    JAVASCRIPT.flatMap((runtime) => [
      { runtime, env: { ...ENV, ROLE: 'web' } },
      { runtime, env: { ...ENV, ROLE: 'runner' } },
    ]),
  );
  const faults = new Faults();
  const ends = new Map<string, number>();
  let isOver = false;
  let number = 0;

  const use = async (learner: Learner) => {
    while (!isOver) {
      const made = SPECS[++number % SPECS.length] ?? SHORT;
      const spec = typeof made === 'function' ? made(number) : made;
      const what = `run ${number}: ${JSON.stringify(spec)}`;
      try {
        const status = await within(seen(learner, spec, faults, what));
        ends.set(status, (ends.get(status) ?? 0) + 1);
      } catch (error) {
        faults.push(`${what}: ${error}`);
      }
    }
  };
  const counts = new Map<string, number>();
  const kill = async (part: string, once: () => Promise<void>) => {
    await once();
    counts.set(part, (counts.get(part) ?? 0) + 1);
    await pause(LIVES_MS);
  };
  const each = (servers: readonly Server[]) => {
    let next = 0;
    return async () => {
      const server = servers[next++ % servers.length];
      await server?.crash();
      await server?.restart();
    };
  };
  const database = async () => {
    await cluster.crashPostgres();
    await cluster.postgres.restart();
  };

  try {
    const people = await cluster.learners(PEOPLE);
    const using = Promise.all(people.map(use));
    const tell = setInterval(() => console.log(told(counts, ends, faults)), 60_000);
    const web = each(cluster.servers.filter(({ isWeb }) => isWeb));
    const runner = each(cluster.servers.filter(({ isWeb }) => !isWeb));
    for (let n = 0; n < times; n++) {
      await Promise.all([kill('web server', web), kill('runner', runner)]);
      // Alone: a server that starts meanwhile ends, and is started again by whoever keeps it running.
      await kill('PostgreSQL', database);
    }
    isOver = true;
    await using;
    clearInterval(tell);
    const statuses = new Set(people.flatMap(({ statuses }) => [...statuses]));
    for (const status of statuses)
      if (status >= 500 && status !== 503) faults.push(`A request was answered with ${status}.`);
    for (const server of cluster.servers) {
      const exitCode = await server.stop();
      if (exitCode !== 0) faults.push(`A server ended with ${exitCode}.`);
    }
  } finally {
    await cluster.close();
  }
  console.log(told(counts, ends, faults));
  return faults.count === 0;
}

/** Starts a run, and reads it twice at once. Resolves with how it ended; adds to `faults` what is wrong with its events. */
async function seen(
  learner: Learner,
  spec: Record<string, unknown>,
  faults: Faults,
  what: string,
): Promise<string> {
  const id = await learner.start(spec);
  let messages = 0;
  const reads = [learner.read(id), learner.read(id, { by: 'query', moves: () => ++messages % 5 === 0 })];
  const [events = [], same = []] = await Promise.all(reads);
  const text = (all: readonly RunEvent[]) => JSON.stringify(all);
  if (text(events) !== text(same)) faults.push(`${what}, ${id}: two readers have other events.`);
  const last = events.at(-1);
  const status = last?.type === 'run-ended' ? last.status : 'none';
  for (const fault of faultsOf(events, status)) faults.push(`${what}, ${id}: ${fault}`);
  if (!ENDS.includes(status)) faults.push(`${what}, ${id}: ended with ${JSON.stringify(last)}`);
  return status;
}

async function within<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('It has no end.')), LONGEST_MS);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

function told(counts: ReadonlyMap<string, number>, ends: ReadonlyMap<string, number>, faults: Faults) {
  const list = (map: ReadonlyMap<string, number>) =>
    [...map].map(([name, count]) => `${name} ${count}`).join(', ');
  return `Killed: ${list(counts)}. Runs: ${list(ends)}. Faults: ${faults.count}.`;
}
