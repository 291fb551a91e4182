/** Runs a program's `check`, which says whether a pass ended as it must. */
import type { CheckApi, Program } from './types.ts';

/** What a check threw: anything can be thrown. */
type CheckFailure = { readonly thrown: unknown };

/**
 * Runs the program's check to its end. Returns what it threw, or an error if it returned false; null if it found
 * nothing wrong, or if there is none. Never rejects. The check may change what it is `given`.
 */
export async function runCheck(
  program: Pick<Program, 'check'>,
  given: CheckApi,
): Promise<CheckFailure | null> {
  try {
    const returned = await program.check?.(given);
    // `check = ({ shared }) => shared.counter === 3` means that it must be.
    return returned === false ? { thrown: new Error('check returned false') } : null;
  } catch (thrown) {
    return { thrown };
  }
}
