/** A store with delays, like one behind a network. */
import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { SqliteStore } from '../../server/store/sqlite.ts';

const METHODS = [
  'create',
  'append',
  'end',
  'get',
  'lines',
  'ofPerson',
  'knows',
  'hasFinished',
  'createFamily',
  'endFamily',
  'family',
  'ofFamily',
  'familiesOfPerson',
  'hidden',
  'hide',
  'deleted',
  'remove',
  'report',
  'changedElsewhere',
] as const;

/**
 * Makes all stores that this process opens slow, until `vi.restoreAllMocks`: a call takes effect a moment later, and
 * resolves a moment after that.
 */
export function slowStores(): void {
  // Each method has its own types of arguments and result, which pass through unchanged.
  const methods: Record<string, (...args: never[]) => unknown> = SqliteStore.prototype as never;
  for (const name of METHODS) {
    const method = methods[name];
    if (!method) throw new Error(`There is no ${name}.`);
    vi.spyOn(methods, name).mockImplementation(async function (this: SqliteStore, ...args: never[]) {
      await pause(3);
      const result = await method.apply(this, args);
      await pause(3);
      return result;
    });
  }
}
