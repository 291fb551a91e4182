/**
 * Executes runs of the queue that servers share. It claims one only when there is room for it here, so that no run waits
 * for this machine while another is free; and only the first that this machine could ever carry, so that nothing small
 * goes past something large.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Aged, DeadServerError, type Instruction, type Queue } from '../../store/cluster.ts';
import type { Store } from '../../store/store.ts';
import { StoreError } from '../../store/store-error.ts';
import type { FairUse } from '../admission/fair-use.ts';
import type { LocalAdmission } from '../admission/local-admission.ts';
import type { LocalExecution } from '../local-execution.ts';
import type { Run } from '../run.ts';
import { within } from '../within.ts';
import { demandOf } from './demand.ts';
import type { Member } from './member.ts';

/** Pause before something is tried again while the database is away, in ms. */
const RETRY_MS = 500;
/** For how long a claim without an answer may still have an effect, in ms: the database may have stood still. */
const UNSURE_MS = 60_000;

/** How long the next pass of a run waits while the queue is looked at, in ms. */
const GIVE_WAY_MS = 1000;

type RunnerDeps = {
  queue: Queue;
  store: Pick<Store, 'get' | 'append'>;
  member: Pick<Member, 'id' | 'isIn' | 'died'>;
  admission: Pick<LocalAdmission, 'hasRoom' | 'onRoom' | 'onBetween'>;
  execution: LocalExecution;
  fairUse: Pick<FairUse, 'executing'>;
};

export class Runner {
  #deps: RunnerDeps;
  /** The look that is under way; null if there is none. Never rejects. */
  #looking: Promise<void> | null = null;
  /** Whether something may have changed since the look under way began. */
  #isDue = false;
  #isClosed = false;
  /** Whether others know of runs that wait here. */
  #hasTold = false;
  /** Runs that have been claimed and not begun. */
  #claimed = new Set<string>();
  /** Until when it may have a run that it does not know of, by performance.now. */
  #unsureUntil = Number.NEGATIVE_INFINITY;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    const { queue, admission, member } = deps;
    queue.onInstructed(
      () => member.id,
      () => void this.obey(),
    );
    admission.onRoom(() => this.look());
    admission.onBetween((person) => within(this.#giveWay(person), GIVE_WAY_MS, undefined));
  }

  /** Takes what there is room for, soon. */
  look(): void {
    this.#isDue = true;
    if (this.#isClosed) return;
    this.#looking ??= this.#take().finally(() => {
      this.#looking = null;
      if (this.#isDue && this.#deps.member.isIn) this.look();
    });
  }

  /** Does what others have asked for. Never rejects. */
  async obey(): Promise<void> {
    const { queue, member, execution } = this.#deps;
    // Those that are claimed meanwhile are not in the answer.
    const runs = execution.all;
    if (runs.length === 0) return;
    const instructions = await queue.instructions(member.id).catch((error) => this.#failed(error, member.id));
    if (!instructions) return;
    const byId = new Map(instructions.map((one) => [one.id, one]));
    for (const run of runs) {
      const instruction = byId.get(run.id);
      if (instruction) obeyed(run, instruction);
      else await this.#abandonIfGone(run.id);
    }
  }

  /** Abandons a run that is no longer in the store: nothing of it can be saved. Never rejects. */
  async #abandonIfGone(id: string): Promise<void> {
    const { store, execution, member } = this.#deps;
    const isGone = await store.get(id).then(
      (run) => run === null,
      (error) => this.#failed(error, member.id),
    );
    if (isGone) await execution.abandon([id]);
  }

  /** Tells all servers which runs wait here between two passes. Never rejects. */
  async tellPlaces(): Promise<void> {
    const { queue, member, execution } = this.#deps;
    const waiting = execution.all.flatMap(({ id, log: { place } }) => (place ? [{ id, place }] : []));
    if (waiting.length === 0 && !this.#hasTold) return;
    this.#hasTold = waiting.length > 0;
    await queue.waitOn(member.id, waiting).catch((error) => this.#failed(error, member.id));
  }

  /** Claims no more, and gives back what has not begun: it may begin elsewhere. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#looking;
    await this.#deps.execution.abandon(this.#claimed);
  }

  /** Claims runs as long as there is room for them. Never rejects. */
  async #take(): Promise<void> {
    const { queue, member, admission, execution } = this.#deps;
    while (this.#isDue && !this.#isClosed && member.isIn) {
      this.#isDue = false;
      const server = member.id;
      try {
        if (performance.now() < this.#unsureUntil)
          await queue.giveBack(server, [...this.#claimed, ...execution.liveIds]);
        const claimed = await queue.claim(server, (run) => admission.hasRoom(demandOf(run)));
        if (!claimed) continue;
        // There may be another.
        this.#isDue = true;
        await this.#execute(claimed, server);
      } catch (error) {
        if (error instanceof StoreError) this.#unsureUntil = performance.now() + UNSURE_MS;
        this.#failed(error, server);
        return;
      }
    }
  }

  /** Lets the first run that waits go before the next pass of a person, unless it is theirs. Never rejects. */
  async #giveWay(person: string): Promise<void> {
    const { queue, member, admission } = this.#deps;
    if (this.#isClosed || !member.isIn) return;
    const server = member.id;
    try {
      const claimed = await queue.claim(
        server,
        (run) => run.person !== person && admission.hasRoom(demandOf(run)),
      );
      if (claimed) await this.#execute(claimed, server);
    } catch (error) {
      if (error instanceof StoreError) this.#unsureUntil = performance.now() + UNSURE_MS;
      this.#failed(error, server);
    }
  }

  /** Begins to execute a run that has been claimed: resolves when it is in line here. */
  async #execute(claimed: Aged, server: string): Promise<void> {
    const { queue, store, execution, fairUse } = this.#deps;
    const { id, person, network, passSeconds, shares, ageMs } = claimed;
    this.#claimed.add(id);
    const run = await this.#again(() => store.get(id)).catch((error) => this.#fail(id, server, error));
    // It was removed meanwhile, and with it its place in the queue.
    if (!run) return void this.#claimed.delete(id);
    const applicant = { person, network, places: Number.POSITIVE_INFINITY };
    const executing = execution.execute(
      { run, applicant, passSeconds, shares },
      fairUse.executing({ person, network }),
      {
        create: async () => {},
        begin: (run) => this.#begin(run, server),
        end: async (status) => {
          await queue.end(id, server, status).catch((error) => {
            if (error instanceof DeadServerError) void this.#deps.member.died(server);
            throw error;
          });
        },
      },
      ageMs,
    );
    await executing.catch((error) => this.#fail(id, server, error));
  }

  /** Ends a run that cannot even have a place here. Otherwise it would be claimed again and again. */
  async #fail(id: string, server: string, cause: unknown): Promise<void> {
    if (cause instanceof StoreError || cause instanceof DeadServerError) throw cause;
    console.error(`run ${id}: ended by a fault of the server`, cause);
    this.#claimed.delete(id);
    const { store, queue } = this.#deps;
    const error = 'The server could not carry out this run.';
    const event = { seq: 1, pass: null, atMs: 0, type: 'run-ended', status: 'failed', error };
    await this.#again(async () => store.append(id, 1, [JSON.stringify(event)]));
    await this.#again(() => queue.end(id, server, 'failed'));
  }

  /** See `Keeping.begin`. Never rejects: what fails here is not the run's fault, and others may execute it. */
  async #begin(run: Run, server: string): Promise<void> {
    const { execution } = this.#deps;
    const may = await this.#mayBegin(run, server).catch((error) => this.#failed(error, server));
    this.#claimed.delete(run.id);
    if (may === true) return;
    if (may) obeyed(run, may);
    else void execution.abandon([run.id]);
    return new Promise(() => {});
  }

  /** Returns whether a run may begin, or what is to be done with it instead. */
  async #mayBegin({ id }: Run, server: string): Promise<boolean | Instruction> {
    const { queue, member } = this.#deps;
    const isOurs = () => member.id === server;
    if (await this.#again(async () => isOurs() && (await queue.begin(id, server)))) return true;
    const instructions = isOurs() ? await this.#again(() => queue.instructions(server)) : [];
    return instructions.find((one) => one.id === id) ?? false;
  }

  /** Calls the database until it answers. */
  async #again<T>(call: () => Promise<T>): Promise<T> {
    for (;;)
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof StoreError) || this.#isClosed) throw error;
        await pause(RETRY_MS);
      }
  }

  #failed(error: unknown, server: string): void {
    if (error instanceof DeadServerError) void this.#deps.member.died(server);
    // The storage reports its own trouble, and the next beat looks again.
    else if (!(error instanceof StoreError))
      console.error('runner: something failed, and is tried again', error);
  }
}

function obeyed(run: Run, { shares, stop }: Instruction): void {
  run.shareCores(shares);
  if (stop === null) return;
  const { status, why } = stop;
  if (status === 'cancelled' || status === 'interrupted' || status === 'timed-out') run.stop(status, why);
}
