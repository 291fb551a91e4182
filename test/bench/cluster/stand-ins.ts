/**
 * What servers do at PostgreSQL's side, without processes and pages: web servers of which all is real but HTTP, and
 * runners that claim runs as real ones do, and append what was recorded of a real run.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { nanoid } from 'nanoid';
import type { Use } from '../../../server/runs/admission/fair-use.ts';
import { FairUse } from '../../../server/runs/admission/fair-use.ts';
import { ClusterExecution } from '../../../server/runs/cluster/cluster-execution.ts';
import { Member } from '../../../server/runs/cluster/member.ts';
import { QueueView } from '../../../server/runs/cluster/queue-view.ts';
import { FollowedLogs } from '../../../server/runs/log/followed-logs.ts';
import { nextChunk } from '../../../server/runs/log/log.ts';
import type { ClusterServer, Role } from '../../../server/store/cluster.ts';
import { PostgresAllowances } from '../../../server/store/postgres/allowances.ts';
import { clientConfig } from '../../../server/store/postgres/connect.ts';
import { Listener } from '../../../server/store/postgres/listener.ts';
import { PostgresLogFeed } from '../../../server/store/postgres/log-feed.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { PostgresQueue } from '../../../server/store/postgres/queue.ts';
import { PostgresServers } from '../../../server/store/postgres/servers.ts';
import type { Recording } from './recording.ts';
import type { Times } from './statements.ts';

/** What the processes of a run take on their runner, in CPU seconds. */
const RUN_CPU_SECONDS = 1;
/** A run waits: nobody has to go behind another because of cores. */
const DEMAND = { cores: 0.05, memoryMib: 200, needs: 0.05, lastsMs: 12_000, isExclusive: false };
const LIMITS = {
  ...{ runsAtOnce: 15, runsPerMinute: 240, cpuSecondsPerHour: 1800, peoplePerAddress: 40 },
  countsAddresses: true,
};

/** Who learns, and behind which address. */
export type Person = { person: string; network: string };

/** What a simulation shares: what to do, how long everything took, and when each chunk was appended. */
export type Stage = {
  url: string;
  recording: Recording;
  times: Times;
  /** What went wrong, and how often. */
  troubles: Map<string, number>;
  /** When the chunk that ends with an event was appended, by the run's id. */
  appended: Map<string, Map<number, number>>;
};

const describe = (role: Role) => (): Omit<ClusterServer, 'id'> => ({
  ...{ role, cores: 64, memoryMib: 1_000_000, runtimes: ['node', 'deno'], sandboxed: [] },
  sandbox: { level: 'lessons', versions: { node: null, deno: null, bubblewrap: null }, missing: [] },
});

/** What both kinds have: connections, a place among the servers, and the queue. */
async function connect(stage: Stage, role: Role, beaten: () => void) {
  const store = await PostgresStore.open(stage.url);
  const listener = new Listener(clientConfig(stage.url), store.database);
  const queue = new PostgresQueue(store, listener);
  const allowances = new PostgresAllowances(store.database);
  const member = await Member.join({
    servers: new PostgresServers(store.database),
    describe: describe(role),
    leaseMs: 10_000,
    named(id) {
      store.server = id;
    },
    beaten,
    async died() {},
  });
  const close = async () => {
    await member.close();
    await allowances.close();
    await listener.close();
    await store.close();
  };
  return { store, listener, queue, allowances, member, close };
}

export class StandInWeb {
  #stage: Stage;
  #parts: Awaited<ReturnType<typeof connect>>;
  #logs: FollowedLogs;
  #execution: ClusterExecution;
  #fairUse: FairUse;

  private constructor(stage: Stage, parts: Awaited<ReturnType<typeof connect>>, places: number) {
    const { store, listener, queue, allowances, member } = parts;
    this.#stage = stage;
    this.#parts = parts;
    this.#logs = new FollowedLogs(store, new PostgresLogFeed(store.database, listener));
    this.#fairUse = new FairUse(LIMITS, allowances, false);
    const view = new QueueView(queue, this.#logs);
    this.#execution = new ClusterExecution({
      ...{ queue, store, logs: this.#logs, view, member, local: null },
      places: { total: places, perNetwork: 60 },
      demandsOf: ({ run }) => run.spec.modes.map(() => DEMAND),
    });
  }

  static async open(stage: Stage, places: number): Promise<StandInWeb> {
    return new StandInWeb(stage, await connect(stage, 'web', () => {}), places);
  }

  /** Submits a run, as a learner who presses Run, and reads it to its end. Returns how many events came. */
  async run({ person, network }: Person): Promise<number> {
    const { times, recording, appended } = this.#stage;
    const began = performance.now();
    const run = { id: nanoid(), person, spec: recording.spec, createdAt: Date.now(), status: null };
    const log = await times.measure('submit', async () => {
      const use: Use = await this.#fairUse.enter({ person, network });
      const places = (await this.#parts.store.hasFinished(person)) ? 10 : 1;
      const order = { run, applicant: { person, network, places }, passSeconds: 60 };
      return (await this.#execution.submit(order, use)).log;
    });
    const reader = log.read(0);
    let events = 0;
    try {
      for (let chunk = await nextChunk(reader); chunk !== null; chunk = await nextChunk(reader)) {
        const now = performance.now();
        if (events === 0) times.add('press to first event', now - began);
        const sent = appended.get(run.id);
        for (let seq = events + 1; seq <= chunk.lastSeq; seq++) {
          const at = sent?.get(seq);
          if (at !== undefined) times.add('append to reader', now - at);
        }
        events += chunk.lines.length;
        times.add('deliveries', 0);
      }
    } finally {
      reader.close();
      appended.delete(run.id);
    }
    times.add('press to end', performance.now() - began);
    return events;
  }

  async close(): Promise<void> {
    this.#logs.close();
    await this.#execution.close();
    await this.#parts.close();
  }
}

export class StandInRunner {
  #stage: Stage;
  #slots: number;
  #parts!: Awaited<ReturnType<typeof connect>>;
  #active = 0;
  #isLooking = false;
  #isDue = false;
  #isClosed = false;

  private constructor(stage: Stage, slots: number) {
    this.#stage = stage;
    this.#slots = slots;
  }

  static async open(stage: Stage, slots: number): Promise<StandInRunner> {
    const runner = new StandInRunner(stage, slots);
    let isOpen = false;
    runner.#parts = await connect(stage, 'runner', () => isOpen && runner.#beaten());
    isOpen = true;
    runner.#parts.queue.onChanged(() => void runner.#look());
    return runner;
  }

  get active(): number {
    return this.#active;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#parts.close();
  }

  #beaten(): void {
    const { queue, member } = this.#parts;
    if (this.#active > 0) this.#noting(queue.instructions(member.id));
    void this.#look();
  }

  /** Claims as long as there is room: one look at a time. */
  async #look(): Promise<void> {
    this.#isDue = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { queue, member } = this.#parts;
    try {
      while (this.#isDue && !this.#isClosed) {
        this.#isDue = false;
        const began = performance.now();
        const claimed = await queue.claim(member.id, () => this.#active < this.#slots);
        if (claimed === null) continue;
        this.#stage.times.add('claim', performance.now() - began);
        this.#isDue = true;
        this.#active++;
        this.#noting(this.#execute(claimed.id, claimed.person, claimed.network));
      }
    } catch (error) {
      this.#note(error);
    } finally {
      this.#isLooking = false;
    }
  }

  async #execute(id: string, person: string, network: string | null): Promise<void> {
    const { times, recording, appended } = this.#stage;
    const { queue, store, member, allowances } = this.#parts;
    const use = new FairUse(LIMITS, allowances, false).executing({ person, network });
    try {
      await store.get(id);
      if (!(await times.measure('begin', () => queue.begin(id, member.id)))) return;
      const sent = new Map<number, number>();
      appended.set(id, sent);
      const began = performance.now();
      let seq = 0;
      for (let next = 0; next < recording.parts.length && !this.#isClosed; ) {
        const waitMs = began + (recording.parts[next]?.atMs ?? 0) - performance.now();
        if (waitMs > 1) await pause(waitMs);
        const now = performance.now() - began;
        const lines: string[] = [];
        // What has come while a chunk was being appended goes with the next.
        do lines.push(...(recording.parts[next++]?.lines ?? []));
        while (next < recording.parts.length && (recording.parts[next]?.atMs ?? 0) <= now);
        sent.set(seq + lines.length, performance.now());
        await times.measure('append', () => store.append(id, seq + 1, lines));
        seq += lines.length;
      }
      use.compute(1000 * RUN_CPU_SECONDS);
      await times.measure('end', () => queue.end(id, member.id, 'completed'));
    } finally {
      this.#active--;
      void this.#look();
    }
  }

  #noting(work: Promise<unknown>): void {
    work.catch((error) => this.#note(error));
  }

  #note(error: unknown): void {
    if (!this.#isClosed) note(this.#stage.troubles, error);
  }
}

/** Counts an error by what it says. */
export function note(troubles: Map<string, number>, error: unknown): void {
  const said = error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
  const name = said.replaceAll(/\d+/g, 'N').replaceAll(/[\w-]{21}/g, '…');
  troubles.set(name, (troubles.get(name) ?? 0) + 1);
}
