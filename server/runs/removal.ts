/**
 * Removes runs and families: from view at once, then, when no process of theirs is left, from the store and from
 * memory. Notices what the operator's command hides beside the running server (see server/operator.ts).
 */
import type { Programs } from '../programs/programs.ts';
import { DamagedError, type Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { Families } from './families/families.ts';
import type { Runs } from './runs.ts';
import { blockedOf } from './shown.ts';

/** What removal needs of the server around it. */
type RemovalDeps = {
  store: Store;
  runs: Runs;
  families: Families;
  programs: Pick<Programs, 'forget'>;
};

/** How often to look for changes by the operator's command, in ms. */
const LOOK_MS = 1000;

export class Removal {
  #deps: RemovalDeps;
  #listeners = new Set<(id: string) => void>();
  #elsewhere = new Set<() => Promise<void>>();
  #looking: NodeJS.Timeout;
  /** The look that is under way. Never rejects. */
  #look: Promise<void> = Promise.resolve();
  /** Whether something that is hidden as deleted may be left, because it could not be removed. */
  #isUnfinished = true;

  constructor(deps: RemovalDeps) {
    this.#deps = deps;
    const report = (error: unknown) => {
      // The storage reports its own trouble, once; what is left is removed when it is over.
      if (!(error instanceof StoreError)) console.error('removal: could not finish', error);
    };
    // Also finishes what an earlier server began.
    this.#look = this.#removeHidden().catch(report);
    this.#looking = setInterval(() => {
      this.#look = this.#look.then(() => this.#lookForChanges()).catch(report);
    }, LOOK_MS);
    this.#looking.unref();
  }

  /** Calls `listener` with the id of each run and family that is removed, so that it can drop what it keeps of it. */
  onRemoved(listener: (id: string) => void): void {
    this.#listeners.add(listener);
  }

  /** Calls `listener` when another process, such as the operator's command, has changed what is stored. */
  onChangedElsewhere(listener: () => Promise<void>): void {
    this.#elsewhere.add(listener);
  }

  /**
   * Removes a run, or a family with all its runs. From the start of this call, nothing of it is shown. If it is under
   * way, it is cancelled. Resolves when nothing of it is left. Has no effect if there is none.
   */
  async remove(id: string): Promise<void> {
    // Begun before: a family must not submit another run after its runs are hidden.
    const cancelled = this.#deps.families.cancel(id);
    await this.#deps.store.hide(id, 'deleted');
    await cancelled;
    await this.#removeHidden();
  }

  /** Stops looking. Resolves when nothing is under way. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    await this.#look;
  }

  async #lookForChanges(): Promise<void> {
    const { store, runs, families } = this.#deps;
    const isChanged = await store.changedElsewhere();
    if (!isChanged && !this.#isUnfinished) return;
    if (isChanged) for (const listener of this.#elsewhere) await listener();
    for (const id of await blockedOf(families.liveIds, store)) await families.cancel(id);
    for (const id of await runs.blocked()) await runs.cancel(id);
    await this.#removeHidden();
  }

  /** Removes all that is hidden as deleted. */
  async #removeHidden(): Promise<void> {
    const { store, runs, families, programs } = this.#deps;
    this.#isUnfinished = true;
    const ids = await store.deleted();
    await Promise.all(ids.map((id) => families.cancel(id)));
    await Promise.all(ids.map((id) => runs.drop(id)));
    for (const id of ids) {
      const removed = await store.get(id).catch(noneIfDamaged);
      if (removed) programs.forget(removed.spec);
      await store.remove(id);
      families.forget(id);
      for (const listener of this.#listeners) listener(id);
    }
    this.#isUnfinished = false;
  }
}

/** A damaged run is removed like any other, but nothing is known of its program. */
function noneIfDamaged(error: unknown): null {
  if (error instanceof DamagedError) return null;
  throw error;
}
