/** What runners can do together, as a server that only answers requests sees them. */
import { expect, test } from 'vitest';
import { Runners } from '../../../server/runs/cluster/runners.ts';
import { JAVASCRIPT } from '../../../server/spec/runtimes.ts';
import type { ClusterServer } from '../../../server/store/cluster.ts';

const versions = { node: null, deno: null, bubblewrap: null };
const runner = (level: 'jail' | 'lessons', sandboxed: string[]): ClusterServer => ({
  ...{ id: 'one', role: 'runner', cores: 2, memoryMib: 1024, runtimes: sandboxed, sandboxed },
  sandbox: { level, versions, missing: [] },
});

test('Runners: programs that people write are refused for good only where no runner is set up for them', () => {
  const runners = new Runners();
  const seen = (servers: ClusterServer[]) => {
    runners.servers = servers;
    return [runners.runtimes, runners.level];
  };
  expect(seen([])).toEqual([JAVASCRIPT, 'lessons']);
  expect(seen([runner('lessons', [])])).toEqual([[], 'lessons']);
  expect(seen([runner('jail', ['node'])])).toEqual([['node'], 'jail']);
  // It has lost its database, or cannot start anything, for a moment: who asks is told so, with a 503.
  expect(seen([runner('jail', [])])).toEqual([JAVASCRIPT, 'jail']);
  expect(runners.fitness({ runtime: 'node', isSandboxed: true })).toBe('failing');
});
