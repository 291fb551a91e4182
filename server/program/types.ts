/** The api that programs are written for: the functions that they export, and what these receive. */

/** What a job can do; main can do it too. */
export type JobApi = {
  /** Works for `seconds`: waits or computes, as chosen in the form. */
  work(seconds: number): Promise<void>;
  /** Waits for `seconds`, while others may run. */
  sleep(seconds: number): Promise<void>;
  /** Does the work that one idle core does in `seconds`, and blocks its thread until it is done. */
  compute(seconds: number): void;
  /** Seconds drawn from the form's range, or from `min` to `max`: the same in every pass. */
  random(min?: number, max?: number): number;
  /** Writes a line to the console; objects are formatted. `console.log` writes there too. */
  log(text: unknown): void;
  /**
   * The lane that runs this: its name, which is `main`, `job 0` or, in a pool, `worker 1`; and the system's numbers for
   * its process and thread.
   */
  lane: { readonly name: string; readonly pid: number; readonly threadId: number };
  /** The memory of this process: its threads share it, and every other process has its own. */
  shared: Shared;
  /** A first-in, first-out queue between all lanes; processes reach it through pipes. */
  queue: Queue;
  /** The lock of that name, one for all lanes. */
  lock(name: string): Lock;
  /**
   * The semaphore of that name, one for all lanes: as many jobs as it has permits, 1 to 1,000, can hold one at a time.
   * The first call fixes how many it has. With another number, this or the next `acquire` throws and names both.
   */
  semaphore(name: string, permits: number): Semaphore;
  /** The condition of that name, one for all lanes: jobs wait for it until another one notifies them. */
  condition(name: string): Condition;
};

export type Shared = {
  /**
   * Adds a value to the end of the list; returns its new length. The value is copied, as JSON: plain objects, lists,
   * texts, numbers, true, false and null, up to 1,024 bytes; all values together up to 256 KiB.
   */
  push(value: unknown): number;
  /** Returns copies of the list's values. */
  values(): unknown[];
  counter: Counter;
};

export type Counter = {
  read(): number;
  /** Sets the counter, and so overwrites what other threads wrote since this one read it. */
  write(value: number): void;
  /** Reads, adds and writes in one step, which no other thread can interrupt. Returns the new value. */
  add(amount?: number): number;
};

export type Queue = {
  /** Puts a copy of `value`, as JSON, at the end. Waits while the queue is full. */
  put(value: unknown): Promise<void>;
  /** Takes the first value. Waits while the queue is empty. */
  get(): Promise<unknown>;
  /** How many values it holds, as last reported to this lane. */
  readonly size: number;
  /** Makes the queue full at `length` values. Without a limit it is never full. */
  limit(length: number): void;
};

export type Lock = {
  /** Waits until no other lane holds the lock, then holds it. */
  acquire(): Promise<void>;
  /**
   * Releases the lock, to the next in line. Throws if the caller does not hold it: await `acquire` first.
   */
  release(): void;
};

export type Semaphore = {
  /** Waits until a permit is free, then holds it: first come, first served. A job may hold several. */
  acquire(): Promise<void>;
  /**
   * Gives a permit back, to the next in line. Throws if the caller holds none: await `acquire` first.
   */
  release(): void;
};

export type Condition = {
  /**
   * Releases the lock, which the caller must hold, and waits for a notification, both in one step. Then acquires the
   * lock again and returns. Other jobs may have held the lock in between, and what this one waited for may no longer be
   * true, so wait in a loop: `while (!ready) await condition.wait(lock)`. Throws if the caller does not hold the lock.
   */
  wait(lock: Lock): Promise<void>;
  /**
   * Ends the wait of the job that has waited longest. If none waits, nothing happens: the notification is not kept for
   * later.
   */
  notify(): void;
  /** Ends the waits of all jobs that are waiting now. They acquire the lock again one after another. */
  notifyAll(): void;
};

/** A job that was started. */
export type Started = {
  readonly job: number;
  /** Name of the lane that runs it; null while it waits for one. */
  readonly name: string | null;
  /** The number of its process; null while it waits for a lane. */
  readonly pid: number | null;
  /** Whether it has not ended yet. */
  readonly running: boolean;
  /** The exit code of its process, if it had its own and that has ended. */
  readonly exitCode: number | null;
};

/** What a program's main can do. */
export type MainApi = JobApi & {
  /** The number of jobs in the form. */
  readonly jobs: number;
  /**
   * Starts job `n` as the mode does. A daemon does not keep the program alive.
   *
   * Throws once main has ended: a timer that main left behind can still call it while a job keeps the program alive.
   * In sequential mode, a main that awaited its starts leaves no job running, so the program ends with main, and cuts
   * off such a timer before it can call.
   */
  start(n: number, options?: { daemon?: boolean }): Promise<Started>;
  /** Waits until a job has ended. Takes the result of `await start(n)`. */
  join(started: Started): Promise<void>;
};

/** What a program's check is given: copies, which it may change. */
export type CheckApi = {
  /** The memory of main's process at the end. With jobs in processes, theirs is not in it. */
  shared: {
    counter: number;
    list: unknown[];
  };
  /**
   * The lines that jobs and main wrote with `log` and `console`, in the order in which they arrived at main, with the
   * job; null for main. Up to 256 KiB.
   */
  logs: { job: number | null; text: string }[];
  /**
   * What each job returned, by its number: `results[2]` is that of job 2. It is copied, as `shared.push` does, and
   * undefined if the job failed, has not ended, or returned nothing or what cannot be copied.
   */
  results: unknown[];
};

/**
 * A program: what a run executes. Without a main, all jobs are started, and then joined in order.
 *
 * A function has ended when it has returned, or when the promise that it returned is settled. What it left behind, such
 * as a timer or a wait that it did not await, continues until its thread ends: a thread opened for the job ends with
 * the job, and main's thread with the program. There it is cut off, and the console says so, with the line.
 */
export type Program = {
  job(n: number, api: JobApi): unknown;
  main?(api: MainApi): unknown;
  /**
   * Runs on main's lane when main has ended, and all jobs that are not daemons'. If something is not as it must be, it
   * throws, and the pass fails; so it does if it returns false. It does not run if main failed, or if the pass was
   * stopped, as after a deadlock.
   */
  check?(given: CheckApi): unknown;
};
