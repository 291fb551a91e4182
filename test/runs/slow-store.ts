/** A store on which everything takes a while, as it does over a network. */
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
  'createFamily',
  'endFamily',
  'removeFamily',
  'family',
  'ofFamily',
  'familiesOfPerson',
] as const;

/**
 * Makes every store that is opened in this process slow, until `vi.restoreAllMocks`: it does what it is asked to a moment
 * later, and answers a moment after that.
 */
export function slowStores(): void {
  // Each name has its own types of arguments and answer, which go through unchanged.
  const methods: Record<string, (...args: never[]) => unknown> = SqliteStore.prototype as never;
  for (const name of METHODS) {
    const method = methods[name];
    if (!method) throw new Error(`There is no ${name}.`);
    vi.spyOn(methods, name).mockImplementation(async function (this: SqliteStore, ...args: never[]) {
      await pause(3);
      const answer = await method.apply(this, args);
      await pause(3);
      return answer;
    });
  }
}
