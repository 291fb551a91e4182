/** The runtimes that jobs can run on. launch/runtimes.ts knows how each is started. */

const NAMES = {
  node: 'Node.js',
  deno: 'Deno',
  python: 'Python',
  'python-free-threaded': 'Python (free-threaded)',
} as const;

/** What the jobs run on, independent of what the server runs on. */
export type Runtime = keyof typeof NAMES;
/** The name of each runtime. */
export const RUNTIME_NAMES: Readonly<Record<Runtime, string>> = NAMES;
export const RUNTIMES = Object.keys(NAMES) as readonly Runtime[] as readonly [Runtime, ...Runtime[]];

/** The runtimes that every server has: they are installed with it, and run the same programs. */
export const JAVASCRIPT = ['node', 'deno'] as const satisfies Runtime[];
export type JavaScript = (typeof JAVASCRIPT)[number];

/** The runtimes that a machine may have. A free-threaded Python has no lock that lets one thread run at a time. */
export const PYTHONS = ['python', 'python-free-threaded'] as const satisfies Runtime[];
export type Python = (typeof PYTHONS)[number];

/** Reports whether a runtime runs programs in Python; the others run those in JavaScript. */
export function isPython(runtime: Runtime): runtime is Python {
  return runtime === 'python' || runtime === 'python-free-threaded';
}
