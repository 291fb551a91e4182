/** What a store is on: it says why a call failed, and whether there is anything against the next. This is the port. */
import type { StoreError } from './store-error.ts';

export interface Medium {
  /** Throws `StoreError` if what is written now would be lost. Quick: called before each write. */
  beforeWrite(): void;
  /** Throws if the next write would fail, as far as that shows without one. */
  look(): void;
  /** Returns why a call failed; null if the store works, and has refused the call for what it says. */
  failureOf(error: unknown): StoreError | null;
}
