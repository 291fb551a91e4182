/** Where a run's compiled program comes from. */
import type { Spec } from '../spec/spec.ts';

/** Finds the compiled program of a run. */
export interface Programs {
  /** Returns the address (a file URL) of the program that a run of `spec` executes. Rejects if there is none. */
  of(spec: Spec): Promise<string>;
}

/** Returns the lessons' programs, compiled when the server starts; `addresses` is by lesson name. */
export function lessonPrograms(addresses: ReadonlyMap<string, string>): Programs {
  return {
    async of({ lesson }) {
      const address = addresses.get(lesson);
      if (address === undefined) throw new Error(`There is no program of lesson "${lesson}".`);
      return address;
    },
  };
}
