/**
 * What a script to take away has beside the program: the api, in the four modes, in one file that is main and lane at
 * once. `script.ts` puts the text below the line into every script, with types on Deno, without on Node; so whatever
 * stands there is read by learners. It is not run here.
 */
import { fork } from 'node:child_process';
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads';
import { calibrate, spin } from '../../program/compute.ts';
import { secondsBetween, uniform } from '../../program/random.ts';
import type { JobApi, MainApi, Program, Queue, Shared, Started } from '../../program/types.ts';

/** The settings, as the script has them at its top. */
declare const MODE: string;
declare const JOBS: number;
declare const WORKERS: number | null;
declare const MIN_SECONDS: number;
declare const MAX_SECONDS: number;
declare const WORK: string;
declare const SEED: number;

// ---------------------------------------------------------------------------------------------------------------------

/** What a lane is given when it begins. Main, which gives it, has none. */
type Setup = {
  lane: number;
  begun: number;
  speed: number;
  size: number;
  memory?: SharedArrayBuffer;
};

// Worker threads and child processes load this same file: by their setup they know that they are lanes.
const setup: Setup | null = isMainThread ? JSON.parse(process.argv[3] ?? 'null') : workerData;
let blocksPerSecond = setup?.speed ?? 0;
let startedAt = setup?.begun ?? Date.now();
const laneName = setup ? `#${setup.lane}` : 'main';
let program: Program;

/** Prints at once, whoever else prints: `console.log` of a thread has to wait for main. */
function print(text: string): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  for (const line of text.split('\n')) writeSync(1, `${line}, ${seconds} s so far\n`);
}

for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[method] = (...values) => print(format(...values));
}

// ----- What a job is handed

function apiFor(job: number | null): JobApi {
  const draw = uniform(SEED, job ?? -1);
  const held = new Set<string>();

  async function sleep(seconds: number): Promise<void> {
    await delay(seconds * 1000);
  }

  function compute(seconds: number): void {
    blocksPerSecond ||= calibrate();
    spin(Math.round(seconds * blocksPerSecond));
  }

  const queueApi: Queue = {
    put: async (value) => {
      await ask({ job, what: 'put', value: toJson(value) });
    },
    get: async () => JSON.parse(String(await ask({ job, what: 'get' }))),
    get size() {
      return queueSize;
    },
    limit: (length) => {
      if (!Number.isInteger(length) || length < 1) throw new RangeError(`queue.limit(${length})`);
      void ask({ job, what: 'limit', value: length });
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
        await ask({ job, what: 'acquire', value: name });
        held.add(name);
      },
      release: () => {
        if (!held.delete(name)) throw new Error(`lock("${name}").release(): the lock is not held here.`);
        void ask({ job, what: 'release', value: name });
      },
    }),
  };
}

async function runJob(n: number): Promise<void> {
  try {
    await program.job(n, apiFor(n));
  } catch (error) {
    print(`Job ${n} failed: ${error}`);
    if (setup) process.exitCode = 1; // of its process, not of main's
  }
}

// ----- Memory: threads share that of main, a process has its own

const ENTRIES = 4096; // most values in the list
const ENTRY_BYTES = 1024; // of each, as JSON
// Words: the counter, the length of the list, and the bytes of each entry. Then the entries.
const memory = setup?.memory ?? new SharedArrayBuffer((2 + ENTRIES) * 4 + ENTRIES * ENTRY_BYTES);
const words = new Int32Array(memory, 0, 2 + ENTRIES);
const entries = new Uint8Array(memory, words.byteLength);

const sharedMemory: Shared = {
  push(value) {
    const json = new TextEncoder().encode(toJson(value));
    const n = Atomics.add(words, 1, 1); // nobody else gets this place
    if (n >= ENTRIES) throw new RangeError('The shared list is full.');
    entries.set(json, n * ENTRY_BYTES);
    Atomics.store(words, 2 + n, json.length); // from now on it can be read
    return n + 1;
  },
  values() {
    const length = Math.min(Atomics.load(words, 1), ENTRIES);
    return Array.from({ length }, (_, n) => {
      while (Atomics.load(words, 2 + n) === 0); // another thread writes it at this moment
      const json = entries.slice(n * ENTRY_BYTES, n * ENTRY_BYTES + Atomics.load(words, 2 + n));
      return JSON.parse(new TextDecoder().decode(json));
    });
  },
  counter: {
    read: () => Atomics.load(words, 0),
    write: (value) => void Atomics.store(words, 0, value),
    add: (amount = 1) => (Atomics.add(words, 0, amount) + amount) | 0,
  },
};

function toJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`A ${typeof value} cannot be copied.`);
  if (new TextEncoder().encode(json).length > ENTRY_BYTES) throw new RangeError('This value is too large.');
  return json;
}

// ----- The queue and the locks: main has them, the others ask for their turn

type Ask = {
  job: number | null;
  what: 'put' | 'get' | 'limit' | 'acquire' | 'release';
  value?: string | number;
};
type Answer = string | undefined;
type Waiting = { job: number | null; value: string; answer: (answer: Answer) => void };

let queueSize = setup?.size ?? 0;
let queueLimit = Number.POSITIVE_INFINITY;
const messages: string[] = [];
let putting: Waiting[] = [];
let getting: Waiting[] = [];
const locks = new Map<string, { holder: number | null; waiting: Waiting[] }>();

/** Answers what `ask` asks, now or when it is its turn. */
function serve({ job, what, value }: Ask): Promise<Answer> {
  return new Promise((answer) => {
    const one = { job, value: String(value), answer };
    if (what === 'acquire') acquireLock(one);
    else if (what === 'release') releaseLock(one);
    else {
      if (what === 'put') putting.push(one);
      if (what === 'get') getting.push(one);
      if (what === 'limit') queueLimit = Number(value);
      moveMessages();
      if (what === 'limit') answer(undefined);
    }
  });
}

function moveMessages(): void {
  for (;;) {
    const isFull = messages.length >= queueLimit;
    const put = isFull ? undefined : putting.shift();
    if (put) messages.push(put.value);
    put?.answer(undefined);
    const get = messages.length > 0 ? getting.shift() : undefined;
    get?.answer(messages.shift());
    if (!put && !get) break;
  }
  queueSize = messages.length;
  for (const lane of lanes) lane.send({ size: queueSize });
}

function acquireLock(one: Waiting): void {
  const lock = locks.get(one.value);
  if (!lock) {
    locks.set(one.value, { holder: one.job, waiting: [] });
    one.answer(undefined);
    return;
  }
  lock.waiting.push(one);
  // Who holds it may wait for a lock as well, whose holder waits, and so on: a circle is a deadlock.
  const nameOf = (job: number | null) => (job === null ? 'main' : `job ${job}`);
  let text = `Deadlock: ${nameOf(one.job)}`;
  for (let [name, { holder }] = [one.value, lock]; ; ) {
    text += ` waits for lock ${name}, held by ${nameOf(holder)}`;
    if (holder === one.job) giveUp(`${text}.`);
    const next = [...locks].find(([, { waiting }]) => waiting.some(({ job }) => job === holder));
    if (!next) return;
    [name, { holder }] = next;
    text += ', which';
  }
}

function releaseLock(one: Waiting): void {
  const lock = locks.get(one.value);
  const next = lock?.waiting.shift();
  if (lock && next) lock.holder = next.job;
  else locks.delete(one.value);
  next?.answer(undefined);
  one.answer(undefined);
}

/** A job that has ended, however, waits for nothing any more. */
function forget(gone: number): void {
  const stays = ({ job }: Waiting) => job !== gone;
  putting = putting.filter(stays);
  getting = getting.filter(stays);
  for (const lock of locks.values()) lock.waiting = lock.waiting.filter(stays);
}

// ----- A lane's side: what it says to main, and hears

type ToLane = { run: number } | { size: number } | { id: number; answer?: Answer } | 'end';
type ToMain = { done: number } | { id: number; ask: Ask };

const asked: ((answer: Answer) => void)[] = [];

function ask(question: Ask): Promise<Answer> {
  if (!setup) return serve(question);
  return new Promise((resolve) => {
    const id = asked.push(resolve) - 1;
    tell({ id, ask: question });
  });
}

function tell(message: ToMain): void {
  if (isMainThread) process.send?.(message);
  else parentPort?.postMessage(message);
}

async function hear(message: ToLane): Promise<void> {
  if (message === 'end') process.exit(); // of a thread, it ends only this
  if ('size' in message) queueSize = message.size;
  if ('id' in message) asked[message.id]?.(message.answer);
  if ('run' in message) {
    await runJob(message.run);
    tell({ done: message.run });
  }
}

// ----- Main's side: it opens lanes, and gives them jobs

type Lane = {
  name: string;
  pid: number;
  alive: boolean;
  exitCode: number | null;
  send(message: ToLane): void;
  run(job: number): Promise<void>;
  /** Resolves when it has ended. */
  ended: Promise<void>;
  kill(): void;
};

const lanes = new Set<Lane>();
const idle: Lane[] = [];
/** Jobs that wait for a lane. */
const queued: ((lane: Lane) => void)[] = [];
/** How many more may be opened. */
let places = MODE === 'sequential' ? 1 : (WORKERS ?? (MODE === 'processes' ? 32 : Number.POSITIVE_INFINITY));
let opened = 0;

function openLane(): Lane {
  const name = `#${++opened}`;
  const url = new URL(import.meta.url);
  const given: Setup = { lane: opened, begun: startedAt, speed: blocksPerSecond, size: queueSize };
  if (MODE === 'threads') {
    const worker = new Worker(url, { argv: [MODE], workerData: { ...given, memory: memory }, name });
    worker.on('error', (error) => print(`${name}: ${error}`));
    return listen(worker, {
      name,
      pid: process.pid,
      send: (message) => worker.postMessage(message),
      kill: () => void worker.terminate(),
    });
  }
  const child = fork(fileURLToPath(url), [MODE, JSON.stringify(given)]);
  child.on('error', (error) => print(`${name}: ${error}`));
  return listen(child, {
    name,
    pid: child.pid ?? 0,
    // One that has just gone is not told, and that is no error.
    send: (message) => void (child.connected && child.send(message, () => {})),
    kill: () => void child.kill(),
  });
}

/** The lane behind a worker or a child process, which both tell of messages and of their end. */
function listen(source: NodeJS.EventEmitter, own: Pick<Lane, 'name' | 'pid' | 'send' | 'kill'>): Lane {
  const done = new Map<number, () => void>();
  const lane: Lane = {
    ...own,
    alive: true,
    exitCode: null,
    run: (job) =>
      new Promise((resolve) => {
        done.set(job, resolve);
        lane.send({ run: job });
      }),
    ended: new Promise((resolve) => {
      source.on('exit', (code: number | null) => {
        lane.alive = false;
        if (MODE === 'processes') lane.exitCode = code;
        lanes.delete(lane);
        for (const resolve of done.values()) resolve();
        resolve();
      });
    }),
  };
  source.on('message', async (message: ToMain) => {
    if ('done' in message) done.get(message.done)?.();
    else lane.send({ id: message.id, answer: await serve(message.ask) });
  });
  lanes.add(lane);
  return lane;
}

/** One by one and on the event loop, jobs run on main's own thread; a lane is then only a place. */
function openPlace(): Lane {
  const nothing = () => {};
  const own = { name: 'main', pid: process.pid, alive: false, exitCode: null };
  return { ...own, send: nothing, run: runJob, ended: Promise.resolve(), kill: nothing };
}

const open = MODE === 'threads' || MODE === 'processes' ? openLane : openPlace;
const ends = new Map<Started, Promise<void>>();
/** What keeps the program alive: the jobs that are no daemons, until they have ended. */
const keeping = new Set<Promise<void>>();

async function startJob(n: number, { daemon = false } = {}): Promise<Started> {
  const isNew = [...ends.keys()].every(({ job }) => job !== n);
  if (!Number.isInteger(n) || n < 0 || !isNew)
    throw new RangeError(`start(${n}): needs the number of a new job.`);
  const started = { job: n, name: null, pid: null, running: true, exitCode: null };
  const ended = runOnLane(started).finally(() => keeping.delete(ended));
  ends.set(started, ended);
  if (!daemon) keeping.add(ended);
  if (MODE === 'sequential') await ended;
  return started;
}

async function joinJob(started: Started): Promise<void> {
  if (!ends.has(started)) throw new TypeError('join(…): needs what start returned.');
  await ends.get(started);
}

async function runOnLane(started: { -readonly [K in keyof Started]: Started[K] }): Promise<void> {
  let lane = idle.pop();
  if (!lane && places > 0) {
    places--;
    lane = open();
  }
  lane ??= await new Promise<Lane>((resolve) => queued.push(resolve));
  started.name = lane.name;
  started.pid = lane.pid;

  await lane.run(started.job);
  forget(started.job);
  if (lane.alive && WORKERS !== null) {
    // A pool: the lane takes the next job.
    if (queued.length > 0) queued.shift()?.(lane);
    else idle.push(lane);
  } else {
    lane.send('end');
    await lane.ended;
    if (queued.length > 0) queued.shift()?.(open());
    else places++;
  }
  started.exitCode = lane.exitCode;
  started.running = false;
}

/** The main of a program that has none: start all, then join them in order. */
async function standardMain({ jobs, start, join }: MainApi): Promise<void> {
  const started = [];
  for (let n = 0; n < jobs; n++) started.push(await start(n));
  for (const one of started) await join(one);
}

function giveUp(text: string): never {
  print(text);
  end(1);
}

/** Ends the program, and cuts off the daemons. */
function end(code: number): never {
  for (const lane of lanes) lane.kill();
  process.exit(code);
}

async function begin(): Promise<void> {
  // This very file: its job, and its main if it has one.
  program = await import(import.meta.url);
  if (setup) {
    if (isMainThread) process.on('message', hear).on('disconnect', () => process.exit());
    else parentPort?.on('message', hear);
    return;
  }
  if (!['sequential', 'event-loop', 'threads', 'processes'].includes(MODE)) {
    giveUp(`There is no mode "${MODE}": choose sequential, event-loop, threads or processes`);
  }
  // How quick a core is must be known before jobs compete for it.
  if (WORK !== 'wait' || String(program.job).includes('compute')) blocksPerSecond = calibrate();
  startedAt = Date.now();
  // Nothing is left to run, and yet main has not come to its end.
  process.on('beforeExit', () => giveUp('Nobody can go on: all wait for what does not come'));
  try {
    await (program.main ?? standardMain)({ ...apiFor(null), jobs: JOBS, start: startJob, join: joinJob });
    while (keeping.size > 0) await Promise.all(keeping);
    end(0);
  } catch (error) {
    giveUp(`Main failed: ${error}`);
  }
}

void begin();
