/** What a pass is given that has the machine to itself, and that no limit ends soon. */
import type { PassOptions } from '../../../server/runs/pass/pass-plan.ts';

export const UNBOUNDED = {
  pass: 0,
  pool: null,
  cores: 2,
  otherRuns: 0,
  sharedWith: () => 0,
  compute: () => {},
  measured: () => {},
  limitMs: 50_000,
  maxProcesses: 32,
  maxHub: { entries: 1000, messageBytes: 2 ** 20 },
  maxMib: { main: 4000, child: 4000 },
} satisfies Partial<PassOptions>;
