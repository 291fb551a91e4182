/** Where a run's compiled program comes from. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cellOf } from '../notebook/notebook.ts';
import { isPython } from '../spec/runtimes.ts';
import type { CodeError, Spec } from '../spec/spec.ts';
import type { Built } from './build.ts';
import type { Compilers } from './compilers.ts';
import { hasModuleState } from './module-state.ts';

/**
 * A compiled program: a lesson's, or a cell of the notebook, is at an address (a file URL); of one that somebody wrote, it
 * is the text. `hasState`: whether its module may have state (module-state.ts); only where orders are searched.
 * `isScript` and `startsProcesses`: see `Compiled`.
 */
export type CompiledProgram = ({ address: string } | { text: string }) & {
  hasState?: boolean;
  isScript?: boolean;
  startsProcesses?: boolean;
};

/** Finds the compiled program of a run. */
export interface Programs {
  /** Returns the program that a run of `spec` executes; `took`: see `Compiler.compile`. Rejects if there is none. */
  of(spec: Spec, took?: (ms: number) => void): Promise<CompiledProgram>;
  /**
   * Returns what is wrong with the program of `spec`, also for the orders of its steps if these are asked for; nothing
   * for a lesson's. And whether it is a script, and one that starts processes. `took`: see `Compiler.compile`. Rejects if
   * too many are compiled.
   */
  errorsIn(
    spec: Pick<Spec, 'code' | 'runtime' | 'explore' | 'schedule'>,
    took?: (ms: number) => void,
  ): Promise<{ errors: CodeError[]; isScript?: boolean; startsProcesses?: boolean }>;
  /** Drops what is kept of the program of a run that is removed. */
  forget(spec: Pick<Spec, 'code'>): void;
}

/**
 * Returns the lessons' programs, compiled when the server starts, by lesson name; others are compiled when they are
 * submitted.
 */
export function programsOf(
  { programs, pythonPrograms, cells }: Pick<Built, 'programs' | 'pythonPrograms' | 'cells'>,
  compilers: Pick<Compilers, 'compile' | 'forget'>,
): Programs {
  return {
    async of({ lesson, code, runtime, explore, schedule }, took) {
      const cell = cellOf({ code, runtime });
      if (cell !== null) {
        const address = cells.get(cell.program);
        if (address === undefined) throw new Error('There is no such cell of the notebook.');
        return { address, isScript: true, startsProcesses: cell.mode === 'processes' };
      }
      if (code !== '') {
        const compiled = await compilers.compile({ code, runtime }, took);
        if (compiled.ok) return compiled;
        throw new Error(compiled.errors.map(({ line, text }) => `Line ${line}: ${text}`).join(' '));
      }
      const address = (isPython(runtime) ? pythonPrograms : programs).get(lesson);
      if (address === undefined) throw new Error(`There is no program of lesson "${lesson}".`);
      if (!explore && !schedule) return { address };
      return { address, hasState: hasModuleState(fs.readFileSync(fileURLToPath(address), 'utf8')) };
    },
    async errorsIn({ code, runtime, explore, schedule }, took) {
      if (code === '') return { errors: [] };
      const cell = cellOf({ code, runtime });
      if (cell) return { errors: [], isScript: true, startsProcesses: cell.mode === 'processes' };
      const compiled = await compilers.compile({ code, runtime }, took);
      if (!compiled.ok) return compiled;
      const { unordered, isScript = false, startsProcesses = false } = compiled;
      return { errors: explore || schedule ? unordered : [], isScript, startsProcesses };
    },
    forget({ code }) {
      if (code !== '') compilers.forget(code);
    },
  };
}
