/**
 * Two web servers and two runners on one database, on Node and Deno, with `ALL=1`: many people, and everything that can
 * die, stand still, be cut off or restarted. What is tried each day is in deaths.test.ts.
 */
import fs from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { ALL } from '../everyday.ts';
import { hasPostgres } from '../postgres.ts';
import { until } from '../runtime/server-process.ts';
import { CutOff } from './cut-off.ts';
import { ENDLESS, faultsOf, type Learner, LONG, SHORT, type Started, started } from './learner.ts';
import { Cluster, LEASE_MS, type Server, type ServerOptions } from './servers.ts';

/** Longest time of a test here, and of the start of all servers, in ms. */
const TEST_MS = 240_000;
/** A runner has room for one run at a time. */
const RUNNER = { ROLE: 'runner', MEMORY_MIB: '64' };
const FLEET: ServerOptions[] = JAVASCRIPT.flatMap((runtime) => [
  { runtime, env: { ROLE: 'web' } },
  { runtime, env: RUNNER },
]);

describe.skipIf(!hasPostgres || !ALL)('two web servers and two runners', { timeout: TEST_MS }, () => {
  let cluster: Cluster;
  let webs: Server[];
  let runners: Server[];
  let people: Learner[];
  let blocker: Learner;
  beforeAll(async () => {
    cluster = await Cluster.start(FLEET);
    webs = cluster.servers.filter(({ isWeb }) => isWeb);
    runners = cluster.servers.filter(({ isWeb }) => !isWeb);
    people = await cluster.learners(11);
    // Keeps the runners busy, and takes no turns with the others.
    blocker = people.pop() as Learner;
    // Whoever has finished a run may submit several.
    const first = await Promise.all(people.map((learner) => learner.start(SHORT)));
    for (const [at, id] of first.entries()) await people[at]?.read(id);
  }, TEST_MS);
  afterAll(() => cluster?.close(), TEST_MS);
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const one of undo.splice(0).reverse()) await one();
  });
  beforeEach(async () => {
    await cluster.mend();
    // Of a test that failed.
    for (const { run } of await cluster.query<{ run: string }>('select run from queue'))
      await blocker.cancel(run);
    await expect
      .poll(async () => (await cluster.living()).length, { timeout: 60_000 })
      .toBe(cluster.servers.length);
    for (const { statuses } of people) statuses.clear();
  });

  const of = (runtime: string, servers: readonly Server[]) =>
    servers.find(({ options }) => options.runtime === runtime) as Server;
  const ann = () => people[0] as Learner;
  const bob = () => people[1] as Learner;

  /** Says which server executes a run, or how it ended. */
  const placeOf = ({ soFar }: Started) => {
    const name = ({ options, process }: Server) =>
      `${options.env?.ROLE} on ${options.runtime}, ${process.pid}`;
    return (
      cluster.servers
        .filter((one) => one.executes(soFar))
        .map(name)
        .join() || JSON.stringify(soFar.at(-1))
    );
  };
  const expectOn = (server: Server, runs: readonly Started[]) => {
    const places = runs.map(placeOf);
    if (!runs.every(({ soFar }) => server.executes(soFar)))
      console.log(cluster.servers.map(({ options, process }) => [options, process.pid, process.stderr]));
    expect(places).toEqual(
      runs.map(() => expect.stringContaining(`on ${server.options.runtime}, ${server.process.pid}`)),
    );
  };

  /** Fills all runners with runs without end. */
  async function occupy(learner: Learner): Promise<Started[]> {
    const runs = await Promise.all(runners.map(() => started(learner, ENDLESS)));
    for (const runner of runners) expect(runs.filter(({ soFar }) => runner.executes(soFar))).toHaveLength(1);
    return runs;
  }

  async function cancelAll(learner: Learner, runs: readonly Started[]): Promise<void> {
    await Promise.all(runs.map(({ id }) => learner.cancel(id)));
    for (const { events } of runs) expect(faultsOf(await events, 'cancelled')).toEqual([]);
  }

  /** Each answer was given in its words, at most with a delay. */
  function expectNoFault(): void {
    for (const { statuses, refusals } of people)
      expect([...statuses].includes(500) ? [...refusals] : []).toEqual([]);
    for (const { process } of cluster.servers) expect(process.stderr).not.toMatch(/^\s+at /m);
  }

  it('60 runs of ten people through both: they take turns, and each event comes once, in order, on both', async () => {
    const before = (await cluster.claims()).length;
    const blocking = await occupy(blocker);
    const runs: { id: string; person: number }[] = [];
    for (const [person, learner] of people.entries())
      for (let at = 0; at < 6; at++) runs.push({ id: await learner.start(SHORT), person });
    const reading = runs.flatMap(({ id }, at) =>
      webs.map(({ url }) => (people[at % people.length] as Learner).read(id, { from: url })),
    );
    let messages = 0;
    const moving = runs.map(({ id }, at) =>
      bob().read(id, { by: at % 2 === 0 ? 'header' : 'query', moves: () => messages++ % 3 === 0 }),
    );
    await cancelAll(blocker, blocking);
    const read = await Promise.all(reading);
    for (const events of read) expect(faultsOf(events)).toEqual([]);
    for (const [at, events] of (await Promise.all(moving)).entries())
      expect([events, read[2 * at + 1]]).toEqual([read[2 * at], read[2 * at]]);
    const claims = (await cluster.claims()).slice(before + blocking.length);
    const personOf = new Map(runs.map(({ id, person }) => [id, person]));
    expect(claims.map(({ run }) => run).toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
    for (let at = 0; at < claims.length; at += people.length) {
      const round = claims.slice(at, at + people.length).map(({ run }) => personOf.get(run));
      expect(new Set(round).size).toBe(people.length);
    }
    expect(new Set(claims.map(({ server }) => server)).size).toBe(runners.length);
    for (const runner of runners) await until('no process is left', () => !runner.isExecuting);
    expectNoFault();
  });

  describe.each(JAVASCRIPT)('on %s', (runtime) => {
    it(`a runner on ${runtime} is killed: its runs end as interrupted, others go on, what waits is executed`, async () => {
      const victim = of(runtime, runners);
      const runs = await occupy(blocker);
      const its = runs.filter(({ soFar }) => victim.executes(soFar));
      const others = runs.filter((run) => !its.includes(run));
      const waits = await bob().start(SHORT);
      await victim.crash();
      for (const { events } of its) expect(faultsOf(await events, 'interrupted')).toEqual([]);
      await cancelAll(blocker, others);
      expect(faultsOf(await bob().read(waits))).toEqual([]);
      expectNoFault();
    });

    it(`a web server on ${runtime} is killed: its readers go on at the other, and nothing is lost or doubled`, async () => {
      const victim = of(runtime, webs);
      const run = await started(ann(), LONG);
      const from = victim.url;
      const reading = people.map((learner, at) =>
        learner.read(run.id, { from, by: at % 2 === 0 ? 'header' : 'query' }),
      );
      await victim.crash();
      const read = await Promise.all([...reading, run.events]);
      for (const events of read) expect(faultsOf(events)).toEqual([]);
      for (const events of read) expect(events).toEqual(read[0]);
      // It ends nobody's runs.
      const end = await started(ann(), ENDLESS);
      await expect.poll(async () => (await cluster.living()).length, { timeout: 30_000 }).toBe(3);
      await cancelAll(ann(), [end]);
      expectNoFault();
    });

    it(`a runner on ${runtime} stands still: its runs end, what it says then is not taken, and it executes again`, async () => {
      const frozen = of(runtime, runners);
      const runs = await occupy(blocker);
      const its = runs.filter(({ soFar }) => frozen.executes(soFar));
      const others = runs.filter((run) => !its.includes(run));
      const thaw = frozen.freeze();
      undo.push(thaw);
      const ended = await Promise.all(its.map(({ events }) => events));
      for (const events of ended) expect(faultsOf(events, 'interrupted')).toEqual([]);
      expect(await cluster.living()).toHaveLength(3);
      thaw();
      await expect.poll(async () => (await cluster.living()).length, { timeout: 30_000 }).toBe(4);
      await until('the processes of its runs are gone', () => !frozen.isExecuting);
      for (const [at, { id }] of its.entries()) expect(await bob().read(id)).toEqual(ended[at]);
      const again = [await started(blocker, ENDLESS)];
      expectOn(frozen, again);
      await cancelAll(blocker, [...others, ...again]);
      expectNoFault();
    });

    it(`a web server on ${runtime} stands still: its readers go on when it does, and it takes runs again`, async () => {
      const frozen = of(runtime, webs);
      const run = await started(ann(), ENDLESS);
      const there = Promise.withResolvers<void>();
      const waiting = bob().read(run.id, { from: frozen.url, read: () => there.resolve() });
      await there.promise;
      const thaw = frozen.freeze();
      undo.push(thaw);
      await expect.poll(async () => (await cluster.living()).length, { timeout: 30_000 }).toBe(3);
      expect(faultsOf(await bob().read(await bob().start(SHORT)))).toEqual([]);
      await ann().cancel(run.id);
      thaw();
      expect(faultsOf(await run.events, 'cancelled')).toEqual([]);
      expect(await waiting).toEqual(await run.events);
      await expect.poll(async () => (await cluster.living()).length, { timeout: 30_000 }).toBe(4);
      const response = await bob().request('/', { headers: { accept: 'text/html' } }, frozen.url);
      expect(response.status).toBe(200);
      expectNoFault();
    });

    it(`a runner on ${runtime} is cut off: it ends its processes in time, needs no more memory, and comes back`, async () => {
      const way = await CutOff.open(cluster.postgres.port);
      undo.push(() => way.close());
      const others = await occupy(blocker);
      const env = { ...RUNNER, UNSAVED_SECONDS: '2' };
      const runner = await cluster.add({ runtime, env }, way.urlOf(cluster.databaseUrl));
      undo.push(() => cluster.remove(runner));
      const its = [await started(bob(), { ...LONG, minSeconds: 0.4, maxSeconds: 0.4 })];
      expectOn(runner, its);
      const kib = residentKib(runner);
      way.cut();
      for (const { events } of its) expect(faultsOf(await events, 'interrupted')).toEqual([]);
      await until('its processes are gone', () => !runner.isExecuting);
      expect(runner.process.isRunning).toBe(true);
      expect(residentKib(runner) / kib).toBeLessThan(1.5);
      way.mend();
      const next = await started(bob(), ENDLESS);
      expectOn(runner, [next]);
      await cancelAll(bob(), [next]);
      await cancelAll(blocker, others);
      for (const { id, events } of its) expect(await ann().read(id)).toEqual(await events);
    });

    it(`a server on ${runtime} that is cut off ends when it is to`, async () => {
      const way = await CutOff.open(cluster.postgres.port);
      undo.push(() => way.close());
      const others = await occupy(blocker);
      const runner = await cluster.add(
        { runtime, env: { ...RUNNER, ROLE: 'both' } },
        way.urlOf(cluster.databaseUrl),
      );
      undo.push(() => cluster.remove(runner));
      const run = await started(bob(), ENDLESS);
      expectOn(runner, [run]);
      const { launched } = runner.process;
      way.cut();
      await runner.stop();
      expect(await runner.process.ended).toMatchObject({ exitCode: 0 });
      await until(
        'none of its processes is left',
        () => !launched.some((pid) => fs.existsSync(`/proc/${pid}`)),
      );
      expect(faultsOf(await run.events, 'interrupted')).toEqual([]);
      await cancelAll(blocker, others);
    });
  });

  it('PostgreSQL stands still for longer than a lease: runs are complete, and no server counts as dead', async () => {
    const living = await cluster.living();
    const runs = await Promise.all(people.slice(0, 3).map((learner) => started(learner, LONG)));
    const thaw = cluster.freezePostgres();
    undo.push(thaw);
    const asked = bob().request('/runs', { headers: { accept: 'text/html' } });
    // What stands still answers nobody: only time can pass.
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS))]);
    thaw();
    expect([200, 503]).toContain((await asked).status);
    for (const { events } of runs) expect(faultsOf(await events)).toEqual([]);
    expect(faultsOf(await bob().read(await bob().start(SHORT)))).toEqual([]);
    expect(await cluster.living()).toEqual(living);
    expectNoFault();
  });

  it('PostgreSQL is killed while all are busy: everything is complete, and what waits is executed', async () => {
    const living = await cluster.living();
    const runs = await Promise.all(people.slice(0, 8).map((learner) => learner.start(LONG)));
    const reading = runs.map((id, at) => (people[at] as Learner).read(id));
    await started(bob(), SHORT);
    await cluster.crashPostgres();
    await expect.poll(async () => (await ann().request('/runs')).status).toBe(503);
    await cluster.postgres.restart();
    for (const events of await Promise.all(reading)) expect(faultsOf(events)).toEqual([]);
    expect(await cluster.living()).toEqual(living);
    expectNoFault();
  });

  it('all are restarted, one after the other, while runs are submitted: each ends, and none is refused for good', async () => {
    let isOver = false;
    const submitting = people.slice(0, 4).map(async (learner) => {
      const read = [];
      while (!isOver) {
        const id = await learner.start(SHORT);
        read.push(await learner.read(id));
      }
      return read;
    });
    for (const server of cluster.servers) {
      await server.stop();
      expect(await server.process.ended).toMatchObject({ exitCode: 0 });
      await server.restart();
    }
    isOver = true;
    const read = (await Promise.all(submitting)).flat();
    expect(read.length).toBeGreaterThan(cluster.servers.length);
    for (const events of read) {
      const end = events.at(-1);
      const status = end?.type === 'run-ended' && end.status === 'interrupted' ? 'interrupted' : 'completed';
      expect(faultsOf(events, status)).toEqual([]);
    }
    const rows = await cluster.query('select 1 from runs where status is null union all select 1 from queue');
    expect(rows).toEqual([]);
    expectNoFault();
  });
});

describe.skipIf(!hasPostgres || !ALL)('servers with a long lease', { timeout: TEST_MS }, () => {
  it('a runner that stops leaves nothing to wait for: its runs end, and others execute what waits, at once', async () => {
    const env = { MEMORY_MIB: '64', LEASE_MS: '600000' };
    const cluster = await Cluster.start(JAVASCRIPT.map((runtime) => ({ runtime, env })));
    try {
      const [ann, bob] = (await cluster.learners(2)) as [Learner, Learner];
      const [one, other] = cluster.servers as [Server, Server];
      const runs = [await started(ann, ENDLESS), await started(ann, ENDLESS)];
      const its = runs.find(({ soFar }) => one.executes(soFar)) as Started;
      const mine = runs.find((run) => run !== its) as Started;
      const waits = bob.read(await bob.start(SHORT));
      await one.stop();
      expect(faultsOf(await its.events, 'interrupted')).toEqual([]);
      await ann.cancel(mine.id);
      expect(faultsOf(await waits)).toEqual([]);
      expect(await cluster.living()).toHaveLength(1);
      expect(other.process.isRunning).toBe(true);
    } finally {
      await cluster.close();
    }
  });
});

/** Returns the memory of a server’s process, in KiB. */
function residentKib({ process }: Server): number {
  const status = fs.readFileSync(`/proc/${process.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
}
