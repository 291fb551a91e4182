/**
 * The processes of games: at most one for each player, which waits for the next step. One that has waited for long is
 * ended, at once if another player needs its place.
 */
import type { Booted, Kind, Ready } from '../../launch/ready.ts';
import type { Programs } from '../../programs/programs.ts';
import type { Settings } from '../../settings.ts';
import { lanesOf, limitsOf, memoryPool, orderedMib } from '../../spec/lanes.ts';
import type { Runtime } from '../../spec/runtimes.ts';
import type { ScheduleStep } from '../../spec/schedule.ts';
import type { Spec } from '../../spec/spec.ts';
import type { FairUse } from '../admission/fair-use.ts';
import { BusyError } from '../admission/places.ts';
import { passSettings } from '../pass/pass-settings.ts';
import type { Submitter } from '../runs.ts';
import { UnavailableError } from '../unavailable.ts';
import { type PlayPlan, PlayProcess } from './play-process.ts';
import type { Position } from './position.ts';

/** For how long a process must have waited before it gives way to that of another player, in ms. */
const YIELDS_MS = 5000;
/** When to try again if all places are taken, in seconds. */
const RETRY_SECONDS = 10;
/** Which part of the memory for programs all games may have. */
const MEMORY_PART = 1 / 2;

/** A game, as far as its process goes. */
type Played = { id: string; spec: Spec; by: Submitter };

export type PlayProcessesDeps = {
  settings: Settings;
  ready: Ready;
  programs: Programs;
  fairUse: FairUse;
  blocksPerSecond(runtime: Runtime): Promise<number>;
};

/** The process of a player, or its place while it boots. */
type Warm = {
  game: Played;
  mib: number;
  process: PlayProcess | null;
  isBusy: boolean;
  waitsSince: number;
  timer: NodeJS.Timeout | null;
  stop(): Promise<void>;
};

export class PlayProcesses {
  #deps: PlayProcessesDeps;
  /** By the game. */
  #warm = new Map<string, Warm>();
  #stopping = new Set<Promise<void>>();
  #closing = new AbortController();

  constructor(deps: PlayProcessesDeps) {
    this.#deps = deps;
  }

  /** How many there are, those being booted or ended included. */
  get count(): number {
    return this.#warm.size + this.#stopping.size;
  }

  /**
   * Executes the steps of a game, in its process or in a new one. Rejects with `BusyError` if there are too many, and with
   * `UnavailableError` if the program cannot be executed now.
   */
  async show(game: Played, steps: readonly ScheduleStep[]): Promise<Position> {
    const warm = await this.#warmFor(game);
    const { process } = warm;
    if (process === null) throw new UnavailableError('The program’s process could not be started.');
    warm.isBusy = true;
    if (warm.timer) clearTimeout(warm.timer);
    try {
      return await process.show(steps);
    } finally {
      warm.isBusy = false;
      warm.waitsSince = performance.now();
      const { PLAY_IDLE_SECONDS } = this.#deps.settings;
      warm.timer = setTimeout(() => void warm.stop(), PLAY_IDLE_SECONDS * 1000);
      warm.timer.unref();
      if (process.isGone) await warm.stop();
    }
  }

  /** Ends the process of a game, if it has one. */
  async stop(id: string): Promise<void> {
    await this.#warm.get(id)?.stop();
  }

  /** Ends all of them, and begins no other. Those that are being started end once `underWay` has. */
  async close(underWay: readonly Promise<unknown>[]): Promise<void> {
    this.#closing.abort();
    for (const { stop } of this.#warm.values()) void stop();
    await Promise.allSettled([...underWay, ...this.#stopping]);
    await Promise.all([...this.#warm.values()].map(({ stop }) => stop()));
  }

  /** Returns the process of a game, which is started if there is none. */
  async #warmFor(game: Played): Promise<Warm> {
    this.#refuseIfClosing();
    const { settings } = this.#deps;
    const found = this.#warm.get(game.id);
    const isOld = (one: PlayProcess) => performance.now() - one.startedAt > settings.RUN_SECONDS * 1000;
    if (found?.process && !found.process.isGone && !isOld(found.process)) return found;
    await found?.stop();
    const own = [...this.#warm.values()].find((warm) => warm.game.by.person === game.by.person);
    await own?.stop();
    return this.#start(game, this.#place(game));
  }

  /** Takes a place for the process of a game; one that has waited for long gives way. */
  #place(game: Played): Warm {
    this.#refuseIfClosing();
    const { settings } = this.#deps;
    const { MAX_PLAYS, MAX_PLAYS_ROOM, MEMORY_MIB } = settings;
    if (MAX_PLAYS === 0) throw new UnavailableError('This server lets nobody be the scheduler.');
    const [mode = 'threads'] = game.spec.modes;
    const mib = orderedMib(lanesOf(mode, game.spec, limitsOf(settings)));
    const room = game.by.seat?.room;
    const all = [...this.#warm.values()];
    const near = all.filter(({ game }) => room !== undefined && game.by.seat?.room === room);
    if (near.length >= MAX_PLAYS_ROOM && room !== undefined) this.#yieldOne(near, ' in your room');
    else if (all.length >= MAX_PLAYS) this.#yieldOne(all, '');
    const taken = () => [...this.#warm.values()].reduce((sum, one) => sum + one.mib, 0);
    while (this.#warm.size > 0 && taken() + mib > MEMORY_MIB * MEMORY_PART)
      this.#yieldOne([...this.#warm.values()], '');
    const warm: Warm = {
      ...{ game, mib, process: null, isBusy: true, waitsSince: 0, timer: null },
      stop: async () => {},
    };
    this.#warm.set(game.id, warm);
    return warm;
  }

  /** Ends the process that has waited longest. Throws `BusyError` if none has waited for long. */
  #yieldOne(among: readonly Warm[], where: string): void {
    const [longest] = among.filter(({ isBusy }) => !isBusy).sort((a, b) => a.waitsSince - b.waitsSince);
    if (longest && performance.now() - longest.waitsSince >= YIELDS_MS) {
      void longest.stop();
      return;
    }
    const { length } = among;
    const people = length === 1 ? `1 person${where} is` : `${length} people${where} are`;
    throw new BusyError(`${people} being the scheduler now.`, RETRY_SECONDS);
  }

  async #start(game: Played, warm: Warm): Promise<Warm> {
    const { settings, ready, programs, fairUse, blocksPerSecond } = this.#deps;
    const { spec, by } = game;
    const [mode = 'threads'] = spec.modes;
    const leave = () => {
      if (this.#warm.get(game.id) === warm) this.#warm.delete(game.id);
    };
    try {
      const user = { person: by.countsAs ?? by.person, network: by.network ?? null };
      const [program, blocks] = await Promise.all([programs.of(spec), blocksPerSecond(spec.runtime)]);
      const use = await fairUse.enter(user);
      const kind: Kind = { runtime: spec.runtime, isSandboxed: 'text' in program };
      const booted = await ready.take(kind, this.#closing.signal).catch((cause) => {
        use.leave();
        throw this.#closing.signal.aborted ? closing() : unavailable(cause);
      });
      const pool = memoryPool(mode, spec, limitsOf(settings));
      const plan = {
        program,
        settings: passSettings(spec, mode, settings, blocks, pool, program),
        cores: settings.CORES,
        compute: use.compute,
        maxMib: warm.mib + settings.PROCESS_MIB,
      };
      const process = await processOf(booted, plan).catch((error) => {
        use.leave();
        throw error;
      });
      ready.refill(kind);
      warm.process = process;
      let stopping: Promise<void> | null = null;
      warm.stop = () => {
        stopping ??= process.stop().finally(() => {
          use.leave();
          this.#stopping.delete(stopped);
        });
        const stopped = stopping;
        this.#stopping.add(stopped);
        if (warm.timer) clearTimeout(warm.timer);
        leave();
        return stopping;
      };
      // It may end by itself, at any time.
      booted.child.ended.then(() => warm.stop());
      return warm;
    } catch (error) {
      leave();
      throw error;
    }
  }

  #refuseIfClosing(): void {
    if (this.#closing.signal.aborted) throw closing();
  }
}

function closing(): BusyError {
  return new BusyError('It is shutting down.', RETRY_SECONDS);
}

function unavailable(cause: unknown): UnavailableError {
  console.error('plays: cannot start the program’s process', cause);
  return new UnavailableError('The program’s process could not be started.');
}

/** Gives the program to a booted process. Ends it if that fails: the disk may be full. */
async function processOf(booted: Booted, plan: PlayPlan): Promise<PlayProcess> {
  try {
    return new PlayProcess(booted, plan);
  } catch (error) {
    await booted.child.stop();
    throw error;
  }
}
