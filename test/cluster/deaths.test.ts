/**
 * Real servers on one database, of which something dies in each test: PostgreSQL, a server that stands still, and one
 * that is killed. Every event comes once, in order, to every reader; no run is executed twice; no process is left.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { QUERY_MS } from '../../server/store/postgres/connect.ts';
import { alive } from '../contract/processes.ts';
import { everyday, seldom } from '../everyday.ts';
import { hasPostgres } from '../postgres.ts';
import { ENDLESS, faultsOf, type Learner, LONG, SHORT, type Started, started } from './learner.ts';
import { Cluster, LEASE_MS, type Server } from './servers.ts';

/** Longest time in which all servers start, in ms. Only on a busy machine do they take that long. */
const START_MS = 120_000;
/** Each server has room for one run at a time, so that two of them execute two. */
const ENV = { MEMORY_MIB: '64' };

describe.skipIf(!hasPostgres)('servers on one database', () => {
  let cluster: Cluster;
  let one: Server;
  let other: Server;
  let people: Learner[];
  beforeAll(async () => {
    cluster = await Cluster.start([
      { runtime: 'node', env: ENV },
      { runtime: 'deno', env: ENV },
    ]);
    [one, other] = cluster.servers as [Server, Server];
    people = await cluster.learners(3);
  }, START_MS);
  afterAll(() => cluster?.close());
  // A test that is tried again may have ended one.
  beforeEach(() => cluster.mend());

  /** Starts two runs without end, one on each server. Resolves with them in the order of the servers. */
  async function occupy(learner: Learner): Promise<[Started, Started]> {
    const runs = [await started(learner, ENDLESS), await started(learner, ENDLESS)];
    const of = (server: Server) => runs.filter(({ soFar }) => server.executes(soFar));
    expect([of(one).length, of(other).length]).toEqual([1, 1]);
    return [...of(one), ...of(other)] as [Started, Started];
  }

  it('people take turns over both, and readers that move from server to server miss nothing', async () => {
    const [ann, bob, cleo] = people as [Learner, Learner, Learner];
    // Whoever has finished a run may submit several.
    for (const learner of [ann, bob])
      expect(faultsOf(await learner.read(await learner.start(SHORT)))).toEqual([]);
    const before = (await cluster.claims()).length;
    const blocking = await occupy(cleo);
    const queued: string[] = [];
    for (const learner of [ann, bob]) for (let at = 0; at < 3; at++) queued.push(await learner.start(SHORT));
    let messages = 0;
    const reading = queued.flatMap((id) =>
      (['header', 'query'] as const).map((by) => bob.read(id, { by, moves: () => messages++ % 2 === 0 })),
    );
    for (const { id } of blocking) await cleo.cancel(id);
    const read = await Promise.all(reading);
    for (const events of read) expect(faultsOf(events)).toEqual([]);
    for (const [at, events] of read.entries()) expect(events).toEqual(read[at - (at % 2)]);
    for (const { events } of blocking) expect(faultsOf(await events, 'cancelled')).toEqual([]);
    const claims = (await cluster.claims()).slice(before + blocking.length).map(({ run }) => run);
    // Ann’s first, Bob’s first, Ann’s second, although all of hers were there before his.
    expect(claims).toEqual([0, 3, 1, 4, 2, 5].map((at) => queued[at]));
  });

  it('PostgreSQL is killed: runs go on and are complete, answers say what is the matter, no server counts as dead', async () => {
    const [ann, bob] = people as [Learner, Learner];
    const run = await started(ann, LONG);
    const living = await cluster.living();
    await cluster.crashPostgres();
    const page = await bob.request('/runs', { headers: { accept: 'text/html' } });
    expect([page.status, await page.text()]).toEqual([503, expect.stringMatching(/database/)]);
    const submitted = bob.start(SHORT);
    await expect.poll(() => [...bob.refusals].join()).toMatch(/No run can start now/);
    await cluster.postgres.restart();
    expect(faultsOf(await run.events)).toEqual([]);
    expect(faultsOf(await bob.read(await submitted))).toEqual([]);
    for (const { statuses } of people) expect([...statuses]).not.toContain(500);
    expect(await cluster.living()).toEqual(living);
  });

  seldom(
    'PostgreSQL stands still: a server that is stopped ends sooner than it may take to answer',
    async () => {
      const [ann, bob] = people as [Learner, Learner];
      const runs = await occupy(ann);
      const stopped = everyday([one, other], 2);
      const thaw = cluster.freezePostgres();
      try {
        // So that statements wait for an answer when they are stopped.
        await new Promise((resolve) => setTimeout(resolve, LEASE_MS / 2));

        const launched = stopped.flatMap(({ process }) => process.launched);
        const stopping = Promise.all(stopped.map((server) => server.stop()));
        const late = new Promise((resolve) => setTimeout(resolve, QUERY_MS, 'too late').unref());
        expect(await Promise.race([stopping, late])).toEqual(stopped.map(() => 0));
        expect(alive(launched)).toEqual([]);
      } finally {
        thaw();
      }
      await cluster.mend();
      // What they could not say any more, others find out.
      for (const [at, { id }] of runs.entries()) {
        if (!stopped[at]) await ann.cancel(id);
        expect(faultsOf(await bob.read(id), stopped[at] ? 'interrupted' : 'cancelled')).toEqual([]);
      }
    },
  );

  seldom('a server stands still: another ends its run, and it joins anew and executes again', async () => {
    const [ann, bob] = people as [Learner, Learner];
    const [mine, its] = await occupy(ann);
    const living = await cluster.living();
    // Reads on the server that will stand still.
    const waiting = bob.read(its.id, { from: other.url });
    const thaw = other.freeze();
    let there: unknown;
    try {
      there = await bob.read(its.id);
      expect(faultsOf(await bob.read(its.id), 'interrupted')).toEqual([]);
    } finally {
      thaw();
    }
    expect(await waiting).toEqual(there);
    await expect.poll(async () => (await cluster.living()).length).toBe(2);
    expect(await cluster.living()).not.toEqual(living);
    await expect.poll(() => other.isExecuting).toBe(false);
    expect(await bob.read(its.id, { from: other.url })).toEqual(there);
    // The other server was not disturbed, and the one that is back executes what comes next.
    const next = await started(bob, ENDLESS);
    expect(other.executes(next.soFar)).toBe(true);
    for (const { id } of [mine, next]) await ann.cancel(id);
    for (const { id } of [mine, next]) await bob.cancel(id);
    for (const { events } of [mine, next]) expect(faultsOf(await events, 'cancelled')).toEqual([]);
  });

  it('a server is killed: its readers go on elsewhere, its run ends as interrupted, and no process is left', async () => {
    const [ann, bob] = people as [Learner, Learner];
    const [mine, its] = await occupy(ann);
    const waits = await bob.start(SHORT);
    const readers = [mine, its].map(({ id }) => bob.read(id, { from: other.url }));
    await other.crash();
    expect(faultsOf(await its.events, 'interrupted')).toEqual([]);
    await ann.cancel(mine.id);
    expect(faultsOf(await mine.events, 'cancelled')).toEqual([]);
    expect(await Promise.all(readers)).toEqual([await mine.events, await its.events]);
    expect(faultsOf(await bob.read(waits))).toEqual([]);
    expect(one.process.isRunning).toBe(true);
  });
});
