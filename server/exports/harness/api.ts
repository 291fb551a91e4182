/** The API that jobs and main receive. */
import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { calibrate, spin } from '../../program/compute.ts';
import { resultOf } from '../../program/gathered.ts';
import { toJson } from '../../program/json.ts';
import type { Condition, JobApi, Lock, Queue, Semaphore } from '../../program/types.ts';
import { MAX_PERMITS } from '../../protocol/asks.ts';
import { secondsBetween, uniform } from '../../spec/random.ts';
import { ask } from './lane.ts';
import { sharedMemory } from './memory.ts';
import { MAX_SECONDS, MIN_SECONDS, SEED, WORK } from './settings.ts';
import { currentJob, known, laneName, print, program, say, setup } from './setup.ts';

export function apiFor(job: number | null): JobApi {
  const draw = uniform(SEED, job ?? -1);
  /** The locks that are held, and how many permits of each semaphore. */
  const held = new Set<string>();
  const permitsHeld = new Map<string, number>();
  const lockNames = new WeakMap<Lock, string>();

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

  function lock(name: string): Lock {
    const made: Lock = {
      acquire: async () => {
        await ask({ job, what: 'acquire', lock: name });
        held.add(name);
      },
      release: () => {
        if (!held.delete(name)) throw new Error(`lock("${name}").release(): the lock is not held here.`);
        void ask({ job, what: 'release', lock: name });
      },
    };
    lockNames.set(made, name);
    return made;
  }

  function semaphore(name: string, permits: number): Semaphore {
    const called = `semaphore("${name}", ${permits})`;
    if (!Number.isInteger(permits) || permits < 1 || permits > MAX_PERMITS) throw new RangeError(called);
    const fixed = ask({ job, what: 'semaphore', semaphore: name, permits });
    fixed.catch(() => {}); // each acquire throws it
    return {
      acquire: async () => {
        await fixed;
        await ask({ job, what: 'take-permit', semaphore: name });
        permitsHeld.set(name, (permitsHeld.get(name) ?? 0) + 1);
      },
      release: () => {
        const count = permitsHeld.get(name) ?? 0;
        if (count === 0) throw new Error(`${called}.release(): no permit is held here.`);
        permitsHeld.set(name, count - 1);
        void ask({ job, what: 'give-permit', semaphore: name, by: '' });
      },
    };
  }

  function condition(name: string): Condition {
    const notify = (all: boolean) => void ask({ job, what: 'notify', condition: name, all, by: '' });
    return {
      wait: async (waitLock) => {
        const lockName = lockNames.get(waitLock);
        if (lockName === undefined || !held.delete(lockName))
          throw new Error(`condition("${name}").wait(lock): the lock is not held here.`);
        // Answered once, when the lock is held again: no request has the other number.
        await ask({ job, what: 'wait', condition: name, lock: lockName, notified: -1 });
        held.add(lockName);
      },
      notify: () => notify(false),
      notifyAll: () => notify(true),
    };
  }

  return {
    sleep,
    compute,
    async work(seconds) {
      const waits = WORK === 'wait' || (WORK === 'mixed' && (job ?? 0) % 2 === 0);
      if (waits) await sleep(seconds);
      else compute(seconds);
    },
    random: (min = MIN_SECONDS, max = MAX_SECONDS) => secondsBetween(min, max, draw()),
    log: (text) => say(String(text)),
    lane: { name: laneName, pid: process.pid, threadId: threadId },
    shared: sharedMemory,
    queue: queueApi,
    lock,
    semaphore,
    condition,
  };
}

export async function runJob(n: number): Promise<void> {
  try {
    const { job } = await program;
    const returned = await currentJob.run(n, () => job(n, apiFor(n)));
    if (known.gather) passOnResult(n, returned);
  } catch (error) {
    print(`Job ${n} failed: ${error}`);
    if (setup) process.exitCode = 1; // of this process, not of main's
  }
}

/** Passes on what job `n` returned to the program's check. */
function passOnResult(n: number, returned: unknown): void {
  try {
    const result = resultOf(n, returned);
    if (result) known.gather?.(result);
  } catch (error) {
    print(`check is not given what job ${n} returned: ${error}`);
  }
}
