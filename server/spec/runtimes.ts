/** The runtimes that jobs can run on. How each is started is launch/runtimes.ts. */

const NAMES = { node: 'Node.js', deno: 'Deno' } as const;

/** What the jobs run on, whatever the server runs on. */
export type Runtime = keyof typeof NAMES;
/** What people call each runtime. */
export const RUNTIME_NAMES: Readonly<Record<Runtime, string>> = NAMES;
export const RUNTIMES = Object.keys(NAMES) as readonly Runtime[] as readonly [Runtime, ...Runtime[]];
