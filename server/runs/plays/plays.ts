/**
 * Programs that are executed by hand, outside of the queue. A game is kept in memory: nothing of it is stored. Each
 * player has at most one process, which waits for the next step; one that has waited for long is ended, and begun again
 * with the steps of the game when the player goes on.
 */
import { nanoid } from 'nanoid';
import { type Goal, goalsIn } from '../../figures/play-goals.ts';
import type { Booted, Kind, Ready } from '../../launch/ready.ts';
import type { SandboxFacts } from '../../launch/sandbox.ts';
import { isStrange } from '../../notebook/notebook.ts';
import type { Programs } from '../../programs/programs.ts';
import type { Settings } from '../../settings.ts';
import { lanesOf, limitsOf, memoryPool, orderedMib } from '../../spec/lanes.ts';
import type { Runtime } from '../../spec/runtimes.ts';
import type { ScheduleStep } from '../../spec/schedule.ts';
import type { Spec } from '../../spec/spec.ts';
import { noRunWords } from '../../words/unavailable-words.ts';
import type { FairUse } from '../fair-use.ts';
import type { Health } from '../health.ts';
import { BusyError } from '../places.ts';
import { passSettings } from '../run.ts';
import type { Submitter } from '../runs.ts';
import { UnavailableError } from '../unavailable.ts';
import { type PlayPlan, PlayProcess } from './play-process.ts';
import { fits, isSameStep, type Position } from './position.ts';

/** Most games that are kept, and most of one person; then the oldest are forgotten. */
const MAX_GAMES = { all: 200, person: 3 };
/** How long a game is kept after the last step, in ms. */
const KEPT_MS = 3_600_000;
/** For how long a process must have waited before it gives way to that of another player, in ms. */
const YIELDS_MS = 5000;
/** When to try again if all places are taken, in seconds. */
const RETRY_SECONDS = 10;
/** Which part of the memory for programs all games may have. */
const MEMORY_PART = 1 / 2;

/** A program that somebody executes by hand. */
export type Game = {
  id: string;
  spec: Spec;
  by: Submitter;
  position: Position;
  /** What the player has brought about so far. */
  reached: Set<Goal>;
  /** The run as which it was saved last, with its schedule. */
  saved: { schedule: string; runId: Promise<string> } | null;
  lastAt: number;
};

/** How a request to change a game went: `late`: it was meant for another position, as a second click is. */
export type Moved = 'moved' | 'late' | 'impossible' | 'too-long';

export type PlaysDeps = {
  settings: Settings;
  ready: Ready;
  programs: Programs;
  health: Pick<Health, 'admit'>;
  sandbox: Pick<SandboxFacts, 'runtimes'>;
  fairUse: FairUse;
  blocksPerSecond(runtime: Runtime): Promise<number>;
};

/** The process of a player, or its place while it boots. */
type Warm = {
  game: Game;
  mib: number;
  process: PlayProcess | null;
  isBusy: boolean;
  waitsSince: number;
  timer: NodeJS.Timeout | null;
  stop(): Promise<void>;
};

export class Plays {
  #deps: PlaysDeps;
  #games = new Map<string, Game>();
  #warm = new Map<string, Warm>();
  /** What is under way of each player, one after another. */
  #turns = new Map<string, Promise<unknown>>();
  #stopping = new Set<Promise<void>>();
  #closing = new AbortController();

  constructor(deps: PlaysDeps) {
    this.#deps = deps;
  }

  /** How many processes there are, those being booted or ended included. */
  get processes(): number {
    return this.#warm.size + this.#stopping.size;
  }

  /**
   * Begins a game. Rejects with `BusyError` if there are too many, and with `UnavailableError` if the program cannot be
   * executed now.
   */
  async begin(spec: Spec, by: Submitter): Promise<Game> {
    const { sandbox, health } = this.#deps;
    // Others may run it, but not by hand.
    if (isStrange(spec) && !sandbox.runtimes.includes(spec.runtime))
      throw new UnavailableError(noRunWords.byHand);
    await health.admit(spec);
    const position: Position = {
      ...{ steps: [], events: [], next: [], count: 0, outcome: null, fault: null, isMisfit: false },
    };
    const game: Game = {
      id: nanoid(),
      spec,
      by,
      position,
      reached: new Set(),
      saved: null,
      lastAt: Date.now(),
    };
    return this.#inTurn(by.person, async () => {
      await this.#go(game, []);
      this.#keep(game);
      return game;
    });
  }

  /** Returns a game of a person; null if there is none. */
  find(id: string, person: string): Game | null {
    const game = this.#games.get(id);
    return game?.by.person === person && Date.now() - game.lastAt < KEPT_MS ? game : null;
  }

  /** Takes a step of a game that has taken `at`. Rejects as `begin` does. */
  pick(game: Game, at: number, step: ScheduleStep): Promise<Moved> {
    return this.#change(game, at, ({ steps, next }) => {
      if (!next.some((one) => isSameStep(one, step))) return 'impossible';
      const all = [...steps, step];
      return fits(all) ? all : 'too-long';
    });
  }

  /** Takes back the last step of a game that has taken `at`. Rejects as `begin` does. */
  undo(game: Game, at: number): Promise<Moved> {
    return this.#change(game, at, ({ steps }) => (steps.length === 0 ? 'impossible' : steps.slice(0, -1)));
  }

  /** Begins a game again that has taken `at`. Rejects as `begin` does. */
  again(game: Game, at: number): Promise<Moved> {
    return this.#change(game, at, () => []);
  }

  /**
   * Ends the process of a game; the game is kept. A step that is being taken comes to its end first: the player may have
   * reloaded the page before its answer.
   */
  rest(game: Game): Promise<void> {
    return this.#inTurn(game.by.person, async () => await this.#warm.get(game.id)?.stop());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const { stop } of this.#warm.values()) void stop();
    await Promise.allSettled([...this.#turns.values(), ...this.#stopping]);
    await Promise.all([...this.#warm.values()].map(({ stop }) => stop()));
  }

  #keep(game: Game): void {
    const own = [...this.#games.values()].filter(({ by }) => by.person === game.by.person);
    const oldest = own.length >= MAX_GAMES.person ? own[0] : undefined;
    if (oldest) this.#forget(oldest.id);
    const now = Date.now();
    for (const { id, lastAt } of this.#games.values())
      if (this.#games.size >= MAX_GAMES.all || now - lastAt > KEPT_MS) this.#forget(id);
    this.#games.set(game.id, game);
  }

  #forget(id: string): void {
    this.#games.delete(id);
    void this.#warm.get(id)?.stop();
  }

  /** Changes a game in its turn, if it is still at the position that the request was made for. */
  #change(
    game: Game,
    at: number,
    stepsOf: (position: Position) => ScheduleStep[] | Exclude<Moved, 'moved' | 'late'>,
  ): Promise<Moved> {
    return this.#inTurn(game.by.person, async () => {
      if (game.position.steps.length !== at) return 'late';
      const steps = stepsOf(game.position);
      if (typeof steps === 'string') return steps;
      await this.#go(game, steps);
      // The latest are last.
      if (this.#games.delete(game.id)) this.#games.set(game.id, game);
      return 'moved';
    });
  }

  /** Does `work` when all that the player has asked for before is done. */
  #inTurn<T>(person: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(person) ?? Promise.resolve()).then(work, work);
    this.#turns.set(person, turn);
    const forget = () => {
      if (this.#turns.get(person) === turn) this.#turns.delete(person);
    };
    turn.then(forget, forget);
    return turn;
  }

  async #go(game: Game, steps: readonly ScheduleStep[]): Promise<void> {
    const warm = await this.#warmFor(game);
    const { process } = warm;
    if (process === null) throw new UnavailableError('The program’s process could not be started.');
    warm.isBusy = true;
    if (warm.timer) clearTimeout(warm.timer);
    try {
      game.position = await process.show(steps);
    } finally {
      warm.isBusy = false;
      warm.waitsSince = performance.now();
      const { PLAY_IDLE_SECONDS } = this.#deps.settings;
      warm.timer = setTimeout(() => void warm.stop(), PLAY_IDLE_SECONDS * 1000);
      warm.timer.unref();
    }
    game.lastAt = Date.now();
    for (const goal of game.position.outcome ? goalsIn(game.position.outcome) : []) game.reached.add(goal);
    if (process.isGone) await warm.stop();
  }

  /** Returns the process of a game, which is started if there is none. */
  async #warmFor(game: Game): Promise<Warm> {
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
  #place(game: Game): Warm {
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

  async #start(game: Game, warm: Warm): Promise<Warm> {
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
