/**
 * Programs that are executed by hand, outside of the queue. A game is kept in memory: nothing of it is stored. Its process
 * may be ended; another executes the steps of the game when the player goes on.
 */
import { nanoid } from 'nanoid';
import { type Goal, goalsIn } from '../../figures/play-goals.ts';
import type { SandboxFacts } from '../../launch/sandbox.ts';
import { isStrange } from '../../notebook/notebook.ts';
import type { ScheduleStep } from '../../spec/schedule.ts';
import type { Spec } from '../../spec/spec.ts';
import { noRunWords } from '../../words/unavailable-words.ts';
import type { Health } from '../health.ts';
import type { Submitter } from '../runs.ts';
import { UnavailableError } from '../unavailable.ts';
import { PlayProcesses, type PlayProcessesDeps } from './play-processes.ts';
import { fits, isSameStep, type Position } from './position.ts';

/** Most games that are kept, and most of one person; then the oldest are forgotten. */
const MAX_GAMES = { all: 200, person: 3 };
/** How long a game is kept after the last step, in ms. */
const KEPT_MS = 3_600_000;

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

type PlaysDeps = PlayProcessesDeps & {
  health: Pick<Health, 'admit'>;
  sandbox: Pick<SandboxFacts, 'runtimes'>;
};

export class Plays {
  #deps: PlaysDeps;
  #games = new Map<string, Game>();
  readonly #processes: PlayProcesses;
  /** What is under way of each player, one after another. */
  #turns = new Map<string, Promise<unknown>>();

  constructor(deps: PlaysDeps) {
    this.#deps = deps;
    this.#processes = new PlayProcesses(deps);
  }

  /** How many processes there are, those being booted or ended included. */
  get processes(): number {
    return this.#processes.count;
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
    return this.#inTurn(game.by.person, () => this.#processes.stop(game.id));
  }

  async close(): Promise<void> {
    await this.#processes.close([...this.#turns.values()]);
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
    void this.#processes.stop(id);
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
    game.position = await this.#processes.show(game, steps);
    game.lastAt = Date.now();
    for (const goal of game.position.outcome ? goalsIn(game.position.outcome) : []) game.reached.add(goal);
  }
}
