/**
 * Allowances: how much of something may be used, and what has been used of it. This is the port:
 * runs/admission/local-allowances.ts keeps them in memory, for one server; postgres/allowances.ts in a database, for all
 * servers that share it.
 */

/** Something of which `most` may be used, and which comes back evenly over `periodMs`: a leaky bucket. */
export type Allowance = {
  /** What is used, and who or what uses it: together they identify the allowance. */
  kind: string;
  key: string;
  most: number;
  periodMs: number;
};

/** An amount of an allowance. */
export type Draw = {
  from: Allowance;
  amount: number;
  /** Whether so much has to be left, but is not used. */
  isOnlyChecked?: boolean;
};

/** The draw for which not enough is left, by its place, and after how many ms there is. */
export type Shortage = { index: number; waitMs: number };

export interface Allowances {
  /**
   * Uses all of `draws`, each from another allowance, or none if one of them has not enough left: then it resolves with
   * the first of those. Rejects with `StoreError` if that cannot be found out now.
   */
  take(draws: readonly Draw[]): Promise<Shortage | null>;
  /**
   * Uses an amount even if not as much is left: the rest is owed. A negative amount is given back. It may count a
   * second later, and later still while it cannot be saved.
   */
  use(from: Allowance, amount: number): void;
  /** Saves what is used. */
  close(): Promise<void>;
}
