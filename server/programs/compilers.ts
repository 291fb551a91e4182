/** The compilers of a server: one for programs in JavaScript, and one for each Python that it has. */
import type { Guard } from '../launch/guard.ts';
import type { Pythons } from '../launch/pythons.ts';
import { isPython, PYTHONS, type Python, RUNTIME_NAMES, type Runtime } from '../spec/runtimes.ts';
import type { Spec } from '../spec/spec.ts';
import type { Built } from './build.ts';
import type { Compiled } from './compile-process.ts';
import { Compiler, javaScriptCompiler, pythonCompiler } from './compiler.ts';

export class Compilers {
  #javaScript: Compiler;
  #pythons: Partial<Record<Python, Compiler>> = {};

  /** `pythons`: those that check programs, each those that are to run on it. */
  constructor(built: Pick<Built, 'compiler' | 'pythonCompiler'>, pythons: Pythons, guard: Guard) {
    this.#javaScript = new Compiler(javaScriptCompiler(built.compiler), guard);
    for (const runtime of PYTHONS) {
      const { file } = pythons.found[runtime] ?? {};
      if (file === undefined) continue;
      const command = pythonCompiler(built.pythonCompiler, file);
      this.#pythons[runtime] = new Compiler(command, guard, RUNTIME_NAMES[runtime]);
    }
  }

  get #all(): Compiler[] {
    return [this.#javaScript, ...Object.values(this.#pythons)];
  }

  /** Why programs in one of the languages cannot be compiled, for the operator; null if nothing is known against it. */
  get trouble(): string | null {
    return this.#all.find(({ trouble }) => trouble !== null)?.trouble ?? null;
  }

  /** Starts the processes for programs that run on `runtimes`, so that the first program need not wait for one. */
  warm(runtimes: readonly Runtime[]): void {
    if (runtimes.length > 0) this.#javaScript.warm();
    for (const runtime of runtimes) if (isPython(runtime)) this.#pythons[runtime]?.warm();
  }

  /**
   * Compiles a program in the language of its runtime, as `Compiler.compile` does. One in Python stays as it is; where
   * this server lacks its Python, as one that executes nothing may, the run itself tells what is wrong with it.
   */
  async compile(
    { code, runtime }: Pick<Spec, 'code' | 'runtime'>,
    took?: (ms: number) => void,
  ): Promise<Compiled> {
    const compiler = isPython(runtime) ? this.#pythons[runtime] : this.#javaScript;
    return compiler?.compile(code, took) ?? { ok: true, text: code, unordered: [], hasState: true };
  }

  /** Drops what is kept of a program. */
  forget(code: string): void {
    for (const compiler of this.#all) compiler.forget(code);
  }

  /** Ends the processes. Programs that wait are given up. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((compiler) => compiler.close()));
  }
}
