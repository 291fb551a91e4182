/** A PostgreSQL database, as what its store is on: only a statement shows whether it works. */
import type { Medium } from '../medium.ts';
import { StoreError } from '../store-error.ts';

export class DatabaseMedium implements Medium {
  beforeWrite(): void {}

  look(): void {}

  failureOf(error: unknown): StoreError | null {
    // `Database` has told what is wrong already.
    return error instanceof StoreError ? error : null;
  }
}
