/** The runtimes that jobs can run on. launch/runtimes.ts knows how each is started. */

const NAMES = { node: 'Node.js', deno: 'Deno' } as const;

/** What the jobs run on, independent of what the server runs on. */
export type Runtime = keyof typeof NAMES;
/** The name of each runtime. */
export const RUNTIME_NAMES: Readonly<Record<Runtime, string>> = NAMES;
export const RUNTIMES = Object.keys(NAMES) as readonly Runtime[] as readonly [Runtime, ...Runtime[]];
