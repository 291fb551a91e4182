/** Names of the files that the child side is compiled to; both are in one folder. */

/** Where every process and thread begins: entry.ts. */
export const ENTRY_FILE = 'entry.mjs';
/** What a scheduler of ours executes: explore/begin.ts. */
export const ORDERED_FILE = 'ordered.mjs';
