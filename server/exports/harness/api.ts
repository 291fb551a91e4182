/** The API that jobs and main receive. */
import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { calibrate, spin } from '../../program/compute.ts';
import { toJson } from '../../program/json.ts';
import type { JobApi, Queue } from '../../program/types.ts';
import { secondsBetween, uniform } from '../../spec/random.ts';
import { ask } from './lane.ts';
import { sharedMemory } from './memory.ts';
import { MAX_SECONDS, MIN_SECONDS, SEED, WORK } from './settings.ts';
import { known, laneName, print, program, setup } from './setup.ts';

export function apiFor(job: number | null): JobApi {
  const draw = uniform(SEED, job ?? -1);
  const held = new Set<string>();

  async function sleep(seconds: number): Promise<void> {
    await delay(seconds * 1000);
  }

  function compute(seconds: number): void {
    known.blocksPerSecond ||= calibrate();
    spin(Math.round(seconds * known.blocksPerSecond));
  }

  const queueApi: Queue = {
    put: async (value) => {
      await ask({ job, what: 'put', message: { id: laneName, json: toJson(value) } });
    },
    get: async () => {
      const message = await ask({ job, what: 'get' });
      return message && JSON.parse(message.json);
    },
    get size() {
      return known.queueSize;
    },
    limit: (length) => {
      if (!Number.isInteger(length) || length < 1) throw new RangeError(`queue.limit(${length})`);
      void ask({ job, what: 'limit', length });
    },
  };

  return {
    sleep,
    compute,
    async work(seconds) {
      const waits = WORK === 'wait' || (WORK === 'mixed' && (job ?? 0) % 2 === 0);
      if (waits) await sleep(seconds);
      else compute(seconds);
    },
    random: (min = MIN_SECONDS, max = MAX_SECONDS) => secondsBetween(min, max, draw()),
    log: (text) => print(String(text)),
    lane: { name: laneName, pid: process.pid, threadId: threadId },
    shared: sharedMemory,
    queue: queueApi,
    lock: (name) => ({
      acquire: async () => {
        await ask({ job, what: 'acquire', lock: name });
        held.add(name);
      },
      release: () => {
        if (!held.delete(name)) throw new Error(`lock("${name}").release(): the lock is not held here.`);
        void ask({ job, what: 'release', lock: name });
      },
    }),
  };
}

export async function runJob(n: number): Promise<void> {
  try {
    await (await program).job(n, apiFor(n));
  } catch (error) {
    print(`Job ${n} failed: ${error}`);
    if (setup) process.exitCode = 1; // of this process, not of main's
  }
}
