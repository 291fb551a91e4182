/** A script of our own that starts processes, outside of a jail: nothing of it is left, however it ends. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guard } from '../../../server/launch/guard.ts';
import { Ready } from '../../../server/launch/ready.ts';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';
import { runPass } from '../../../server/runs/pass/run-pass.ts';
import { alive } from '../../contract/processes.ts';
import { prepared } from '../../prepared.ts';
import { PYTHON, WITHOUT } from '../../python.ts';
import { until } from '../../runtime/server-process.ts';
import { UNBOUNDED } from './unbounded.ts';

const LEAVES = `import os, time
from multiprocessing import Process, Queue, Value

def f(made, count):
    with count.get_lock():
        count.value += 1
    made.put(os.getpid())

made, count = Queue(), Value("i", 0)
one = Process(target=f, args=(made, count))
one.start()
got = made.get()
one.join()
print(got == one.pid, count.value)
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(60)
    os._exit(0)
time.sleep(LAST)
`;

describe.skipIf(PYTHON === null)(`a script with processes outside of a jail${WITHOUT}`, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'forked-'));
  const guard = new Guard();
  let ready: Ready;
  beforeAll(async () => {
    const { build, findPythons } = prepared();
    const { entry } = await build(folder);
    ready = new Ready(entry, guard, 0, { pythons: await findPythons(null) });
  });
  afterAll(async () => {
    await ready.close();
    await guard.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** Runs it until it ends, or until its processes have started if it is to be stopped. */
  async function run(last: number, stops: 'pass' | 'guard' | null): Promise<RunEvent[]> {
    const file = path.join(folder, `script-${last}.py`);
    fs.writeFileSync(file, LEAVES.replace('LAST', String(last)));
    const log = new RunLog({ save: () => {}, maxEvents: 10_000 });
    const settings = {
      mode: 'processes',
      jobs: 1,
      minSeconds: 0,
      maxSeconds: 0,
      work: 'wait',
      seed: 1,
    } as const;
    const limits = {
      maxLanes: null,
      reuse: false,
      logBytes: 10_000,
      blocksPerSecond: 1,
      script: true,
    } as const;
    const stopping = new AbortController();
    const pass = runPass(
      {
        ...UNBOUNDED,
        kind: { runtime: 'python', isSandboxed: false, forks: true },
        program: { address: pathToFileURL(file).href, isScript: true },
        settings: { ...settings, ...limits },
      },
      ready,
      log,
      stopping.signal,
    );
    const events = () => log.after(0).map((line): RunEvent => JSON.parse(line));
    if (stops !== null) {
      await until(
        'all have started',
        () => events().filter(({ type }) => type === 'job-started').length === 3,
      );
      if (stops === 'pass') stopping.abort('cancelled');
      // As when the server is killed: its guard sees that.
      else await guard.close();
    }
    await pass;
    await log.flush();
    return events();
  }

  it.each([
    ['ends by itself', 0.3, null, 'completed'],
    ['is stopped', 30, 'pass', 'cancelled'],
    ['loses its server', 30, 'guard', 'failed'],
  ] as const)(
    'that %s: its processes have the system’s numbers, and none is left',
    async (_, last, stops, status) => {
      const events = await run(last, stops);
      const pids = events.flatMap((event) => (event.type === 'lane-started' ? [event.pid] : []));
      expect(new Set(pids).size).toBe(4);
      await until('none is left', () => alive(pids).length === 0);
      expect(events).toContainEqual(expect.objectContaining({ type: 'log', text: 'True 1' }));
      expect(events.at(-1)).toMatchObject({ type: 'pass-ended', status });
      // All but the one that sleeps for long.
      const done = events.filter((event) => event.type === 'job-ended' && event.status === 'done');
      expect(done).toHaveLength(2);
    },
  );
});
