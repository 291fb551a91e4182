/** The api of programs as the editor knows it: a table that the build makes (server/programs/api-table.ts). */

/** An object type; `includes`: names of the types whose members it also has. */
export type ApiType = { name: string; includes: readonly string[]; members: readonly ApiMember[] };

/**
 * A member. `type`: the name of what it is or, of a function, of what it returns. `params`: as declared; null if it is
 * no function.
 */
export type ApiMember = {
  name: string;
  signature: string;
  doc: string;
  type: string;
  params: readonly string[] | null;
};

/** The table. */
export class Api {
  readonly #types: ReadonlyMap<string, ApiType>;

  constructor(types: readonly ApiType[]) {
    this.#types = new Map(types.map((type) => [type.name, type]));
  }

  /** Returns the members of a type; none of one that is not in the table. A promise has none: it must be awaited. */
  members(type: string): ApiMember[] {
    const found = this.#types.get(type);
    return found ? [...found.members, ...found.includes.flatMap((one) => this.members(one))] : [];
  }

  member(type: string, name: string): ApiMember | null {
    return this.members(type).find((one) => one.name === name) ?? null;
  }

  has(type: string): boolean {
    return this.#types.has(type);
  }
}

/** Returns what `await` gives of a type. */
export function awaited(type: string): string {
  return /^Promise<(.*)>$/.exec(type)?.[1] ?? type;
}
