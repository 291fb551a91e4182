/**
 * What works on this server: for its health address, for the form, and before a run is accepted. All of it has been
 * tried, by runs or on purpose; nothing here takes more than a moment.
 */
import type { Boots, Fitness } from '../launch/boots.ts';
import type { Guard } from '../launch/guard.ts';
import type { Kind } from '../launch/ready.ts';
import type { SandboxFacts } from '../launch/sandbox.ts';
import { isStrange } from '../notebook/notebook.ts';
import type { Compilers } from '../programs/compilers.ts';
import type { Hints } from '../programs/hints/hints.ts';
import { languageOf } from '../spec/language.ts';
import type { Runtime } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import type { Storage } from '../store/storage.ts';
import { noRunWords } from '../words/unavailable-words.ts';
import { UnavailableError } from './unavailable.ts';

/** Parts of a server that may stop working while it runs. */
export type Part = 'storage' | 'guard' | 'runtime' | 'compiler' | 'type-checker';

/** What cannot work without a part: any run, runs on one runtime, changed programs, or hints about types. */
export type Stopped = 'runs' | 'lessons' | 'changed-programs' | 'hints';

/** A part that does not work. */
export type Problem = {
  part: Part;
  /** Which runtime, if the part is one. */
  runtime?: Runtime;
  /** What of it: why nothing can be saved, `down`, or `late` if it is about to be replaced. */
  code: string;
  /** What this keeps from working. */
  stops: Stopped;
  /** What was seen, for the operator. */
  detail: string;
};

type HealthDeps = {
  storage: Storage;
  guard: Pick<Guard, 'trouble' | 'isLate' | 'verify'>;
  boots: Pick<Boots, 'fitness' | 'look' | 'verify' | 'settled' | 'detail'>;
  /** Returns the runtimes that there are: Node and Deno, and Pythons if any are found. */
  runtimes: () => readonly Runtime[];
  /** Has the runtimes that can run changed programs; none if nothing does. */
  sandbox: Pick<SandboxFacts, 'runtimes'>;
  /** The servers that execute runs, if others do. */
  runners?: { count: number };
  compiler: Pick<Compilers, 'trouble'>;
  hints: Pick<Hints, 'trouble' | 'verify'>;
};

const LATE_GUARD = 'The shell of the guard (/bin/sh) does not answer. It is replaced after 5 s.';

/** How long a run that is submitted waits for an attempt to boot its runtime that is under way, in ms. */
const WAIT_MS = 1500;

export class Health {
  #deps: HealthDeps;
  #isStopping = false;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  /** Whether the server is about to stop, so that people are to be sent to another. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Notes that the server is about to stop. */
  stop(): void {
    this.#isStopping = true;
  }

  /** How many servers execute runs; null if this one does alone, or looks only at itself. */
  get runners(): number | null {
    return this.#deps.runners?.count ?? null;
  }

  /** The runtimes that can be chosen for a lesson. */
  get runtimes(): Runtime[] {
    return this.#deps.runtimes().filter((runtime) => this.#works({ runtime, isSandboxed: false }));
  }

  /** The runtimes that can be chosen for a changed program. */
  get sandboxed(): Runtime[] {
    return this.#deps.sandbox.runtimes.filter((runtime) => this.#works({ runtime, isSandboxed: true }));
  }

  /**
   * Returns the runtimes to choose from, for lessons and changed programs, or for the latter alone. If none of them
   * starts, returns all: their absence would say nothing.
   */
  offered(isOwn: boolean): readonly Runtime[] {
    const all = isOwn ? this.#deps.sandbox.runtimes : this.#deps.runtimes();
    const working = isOwn
      ? this.sandboxed
      : all.filter((runtime) => this.runtimes.includes(runtime) || this.sandboxed.includes(runtime));
    return working.length > 0 ? working : all;
  }

  /** Whether each runtime starts, for a lesson. */
  get fitness(): Partial<Record<Runtime, Fitness>> {
    const { boots, runtimes } = this.#deps;
    const entries = runtimes().map((runtime) => [runtime, boots.fitness({ runtime, isSandboxed: false })]);
    return Object.fromEntries(entries);
  }

  /** Why no run at all can start, in a sentence for anybody; null if some can. */
  get noRun(): string | null {
    const { storage, guard } = this.#deps;
    if (storage.trouble !== null) return noRunWords.storage(storage.trouble);
    if (guard.trouble !== null) return noRunWords.guard;
    if (this.#deps.runners?.count === 0) return noRunWords.noRunner;
    return this.runtimes.length + this.sandboxed.length === 0 ? noRunWords.all : null;
  }

  /** Looks again at what may have changed. Quick: called for each page. */
  async look(): Promise<void> {
    const { storage, guard, boots } = this.#deps;
    guard.verify();
    for (const kind of this.#kinds) boots.look(kind);
    await storage.look();
  }

  /** Looks again, and begins to try what has not been tried for a while. Quick: called by everyone. */
  async verify(): Promise<void> {
    const { boots, hints } = this.#deps;
    for (const kind of this.#kinds) boots.verify(kind);
    hints.verify();
    await this.look();
  }

  /** Rejects with `UnavailableError` if a run cannot start, for all that is known. */
  async admit({ runtime, code }: Pick<Spec, 'runtime' | 'code'>): Promise<void> {
    const { boots } = this.#deps;
    await this.look();
    if (this.noRun !== null) throw new UnavailableError(this.noRun);
    const kind = { runtime, isSandboxed: isStrange({ code, runtime }) };
    await boots.settled(kind, WAIT_MS);
    if (this.#works(kind)) return;
    // A program that somebody wrote is in the language of its runtime.
    const others = kind.isSandboxed
      ? this.sandboxed.filter((other) => languageOf(other) === languageOf(runtime))
      : this.runtimes;
    throw new UnavailableError(noRunWords.runtime(runtime, kind.isSandboxed, others));
  }

  /** Returns what does not work. */
  problems(): Problem[] {
    const { storage, guard, boots, compiler, hints } = this.#deps;
    const problems: Problem[] = [];
    if (storage.trouble !== null)
      problems.push({ part: 'storage', code: storage.trouble, stops: 'runs', detail: storage.detail });
    if (guard.trouble !== null)
      problems.push({ part: 'guard', code: 'down', stops: 'runs', detail: guard.trouble });
    else if (guard.isLate)
      problems.push({ part: 'guard', code: 'late', stops: 'changed-programs', detail: LATE_GUARD });
    for (const kind of this.#kinds) {
      if (this.#works(kind)) continue;
      const stops = kind.isSandboxed ? 'changed-programs' : 'lessons';
      const { runtime } = kind;
      problems.push({ part: 'runtime', runtime, code: 'down', stops, detail: boots.detail(kind) });
    }
    if (compiler.trouble !== null)
      problems.push({ part: 'compiler', code: 'down', stops: 'changed-programs', detail: compiler.trouble });
    if (hints.trouble !== null)
      problems.push({ part: 'type-checker', code: 'down', stops: 'hints', detail: hints.trouble });
    return problems;
  }

  get #kinds(): Kind[] {
    return kindsOf(this.#deps.runtimes(), this.#deps.sandbox.runtimes);
  }

  #works(kind: Kind): boolean {
    return this.#deps.boots.fitness(kind) !== 'failing';
  }
}

/** Returns all kinds of processes on `runtimes`, if `sandboxed` are those of changed programs. */
export function kindsOf(runtimes: readonly Runtime[], sandboxed: readonly Runtime[]): Kind[] {
  return [
    ...runtimes.map((runtime) => ({ runtime, isSandboxed: false })),
    ...sandboxed.map((runtime) => ({ runtime, isSandboxed: true })),
  ];
}
