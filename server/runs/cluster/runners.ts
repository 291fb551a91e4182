/** The living servers that execute runs, as one machine: what they can do together. */
import type { Fitness } from '../../launch/boots.ts';
import { LEVELS, type Level } from '../../launch/probe.ts';
import type { Kind } from '../../launch/ready.ts';
import { type SandboxFacts, whyOf } from '../../launch/sandbox.ts';
import { isPython, JAVASCRIPT, RUNTIMES, type Runtime } from '../../spec/runtimes.ts';
import type { ClusterServer } from '../../store/cluster.ts';
import { noRunWords } from '../../words/unavailable-words.ts';

/** What all runners can do, as last seen. */
export class Runners implements SandboxFacts {
  #all: readonly ClusterServer[] = [];

  /** Takes the servers that live now. */
  set servers(servers: readonly ClusterServer[]) {
    this.#all = servers.filter(({ role }) => role !== 'web');
  }

  get count(): number {
    return this.#all.length;
  }

  /** What the largest of them has for programs; 0 if there is none. */
  get cores(): number {
    return Math.max(0, ...this.#all.map(({ cores }) => cores));
  }

  get memoryMib(): number {
    return Math.max(0, ...this.#all.map(({ memoryMib }) => memoryMib));
  }

  /** The runtimes that there are: those of JavaScript, and the Pythons that any of them has. */
  get present(): readonly Runtime[] {
    return RUNTIMES.filter(
      (runtime) => !isPython(runtime) || this.#all.some(({ runtimes }) => runtimes.includes(runtime)),
    );
  }

  /** Those of JavaScript if there is no runner, or none can run them now: that is another matter, and passes. */
  get runtimes(): readonly Runtime[] {
    const isForLessons = this.#all.every(({ sandbox }) => sandbox.level === 'lessons');
    if (this.count === 0 || (this.#walled.length === 0 && !isForLessons)) return JAVASCRIPT;
    return RUNTIMES.filter((runtime) => this.#all.some(({ sandboxed }) => sandboxed.includes(runtime)));
  }

  /** That of the weakest on which programs run that somebody wrote. */
  get level(): Level {
    const walled = this.#walled.length > 0 ? this.#walled : this.#all;
    const levels = walled.map(({ sandbox }) => LEVELS.indexOf(sandbox.level));
    return LEVELS[Math.max(...levels)] ?? 'lessons';
  }

  get why(): string {
    return this.count === 0 ? noRunWords.noRunner : whyOf(this.level, this.runtimes);
  }

  get versions(): SandboxFacts['versions'] {
    return this.#walled[0]?.sandbox.versions ?? { node: null, deno: null, bubblewrap: null };
  }

  get missing(): string[] {
    return [...new Set(this.#all.flatMap(({ sandbox }) => sandbox.missing))];
  }

  fitness({ runtime, isSandboxed }: Kind): Fitness {
    const works = this.#all.some((one) => (isSandboxed ? one.sandboxed : one.runtimes).includes(runtime));
    return works ? 'working' : 'failing';
  }

  detail(): string {
    return this.#all.length === 0
      ? 'There is no server that executes runs.'
      : 'No server executes runs on it.';
  }

  /** Has nothing to look at: each runner looks for itself. */
  look(): void {}
  verify(): void {}
  async settled(): Promise<void> {}

  get #walled(): readonly ClusterServer[] {
    return this.#all.filter(({ sandboxed }) => sandboxed.length > 0);
  }
}
