/** Names the limit of the system that a process ran into, so that its operator knows which one to raise. Pure. */

/** What the system says, as the name of an error or in its own words, and what is short. The first match counts. */
const SHORTAGES: [says: RegExp, short: string][] = [
  [/\bENFILE\b|too many open files in system/i, 'the machine has too many open files (limit: fs.file-max)'],
  [/\bEMFILE\b|too many open files/i, 'too many open files (limit: ulimit -n)'],
  [
    /\bEAGAIN\b|resource temporarily unavailable|unable to create worker threads/i,
    'no room for another process or thread (limit: ulimit -u, pids.max of the container, or memory)',
  ],
  [
    /\bENOMEM\b|cannot allocate memory|out of memory|OUT_OF_MEMORY|failed to reserve/i,
    'not enough memory (limit: ulimit -v, or that of the container)',
  ],
  [/\bENOSPC\b|no space left on device/i, 'no space left on the disk (of SANDBOX_DIR)'],
  [/\bEDQUOT\b|disk quota exceeded/i, 'the disk quota is used up (of SANDBOX_DIR)'],
];

/** Returns what was short and which limit that is, if `error` says so; otherwise null. */
export function shortageIn(error: string): string | null {
  return SHORTAGES.find(([says]) => says.test(error))?.[1] ?? null;
}

/** Returns what was short according to `error` or its causes; null if nothing was. */
export function shortageOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return shortageIn(`${code} ${error.message}`) ?? shortageOf(error.cause);
}
