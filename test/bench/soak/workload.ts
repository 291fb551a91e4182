/** What the soak does to a server, as data: which runs, who reads them, what happens to them, and what is killed. */
import type { Runtime } from '../../../server/spec/runtimes.ts';

/** Settings of the server: no run is long, and nobody has too many. */
export const SETTINGS = {
  PASS_SECONDS: '6',
  RUN_SECONDS: '15',
  RUNS_PER_MINUTE: '100000',
  MAX_RUNS_PERSON: '1000',
  CPU_SECONDS_PER_HOUR: '1000000',
  TRUST_PROXY: '1',
  // As long as the server has to be idle before it is looked at.
  PLAY_IDLE_SECONDS: '5',
};

/** Visitors at once, and the addresses that they come from. */
export const VISITORS = 3;
export const ADDRESSES = 40;
/** Pause of a visitor after a visit, in ms: at least, and at most. */
export const PAUSE_MS = [0, 1000] as const;

/** A script with threads and a process, which fail or not. */
export const SCRIPT = `import multiprocessing
import threading
import time

def work(n):
    time.sleep(0.1)
    if n == 2:
        raise ValueError("two")

if __name__ == "__main__":
    all = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    all.append(multiprocessing.Process(target=work, args=(3,)))
    for one in all:
        one.start()
    for one in all:
        one.join()
`;

/** A kind of run. */
export type Work = {
  name: string;
  weight: number;
  /** Its fields. Modes and runtime are drawn if they are left out. */
  spec?: Record<string, unknown>;
  /** The program: a lesson's, a changed copy of one, one of `test/fixtures`, one that does not compile, or a script. */
  program: 'lesson' | 'edited' | 'fixture' | 'broken' | 'script';
  /** A runtime that it needs. */
  needs?: Runtime;
  /** The lessons or fixtures that it is drawn from; all lessons if left out. */
  of?: readonly string[];
};

const SHORT = { minSeconds: 0.05, maxSeconds: 0.4 };

export const WORK: readonly Work[] = [
  { name: 'a lesson', weight: 10, program: 'lesson', spec: SHORT },
  { name: 'a lesson in a pool', weight: 3, program: 'lesson', spec: { ...SHORT, jobs: 6, workers: 2 } },
  {
    name: 'a lesson that computes',
    weight: 2,
    program: 'lesson',
    spec: { ...SHORT, work: 'mixed', jobs: 3 },
  },
  { name: 'no time at all', weight: 3, program: 'lesson', spec: { minSeconds: 0, maxSeconds: 0 } },
  { name: 'a changed lesson', weight: 8, program: 'edited', spec: SHORT },
  { name: 'a repeat', weight: 2, program: 'edited', spec: { ...SHORT, jobs: 2, repeat: 3 } },
  {
    name: 'a sweep',
    weight: 2,
    program: 'lesson',
    spec: { ...SHORT, jobs: 4, sweep: 3, modes: ['threads'] },
  },
  { name: 'a program that does not compile', weight: 1, program: 'broken' },
  {
    name: 'a search for orders',
    weight: 2,
    program: 'lesson',
    of: ['lost-update', 'which-lock', 'deadlock'],
    spec: { ...SHORT, jobs: 2, explore: true, modes: ['threads'] },
  },
  {
    name: 'a lesson in Python',
    weight: 3,
    program: 'lesson',
    spec: { ...SHORT, runtime: 'python' },
    needs: 'python',
  },
  { name: 'a script in Python', weight: 2, program: 'script', needs: 'python' },
  {
    name: 'a program that ends badly',
    weight: 4,
    program: 'fixture',
    of: [
      'throws',
      'exits',
      'rejects',
      'fails-to-load',
      'main-throws',
      'main-exits',
      'deadlocks',
      'leaves-timers',
    ],
    spec: { ...SHORT, jobs: 3 },
  },
  {
    name: 'a program that does not end',
    weight: 1,
    program: 'fixture',
    of: ['never-resolves', 'ignores-sigterm', 'hangs-once', 'main-never-ends'],
    spec: { ...SHORT, jobs: 2, modes: ['threads', 'processes'] },
  },
  {
    name: 'a program that writes much',
    weight: 2,
    program: 'fixture',
    of: ['floods', 'writes-junk', 'long-lines', 'logs-anything'],
    spec: { ...SHORT, jobs: 4 },
  },
];

/** What somebody comes for: to start runs, to be the scheduler, or to hold a lesson. */
export const DEEDS = [
  { name: 'runs', weight: 8 },
  { name: 'plays', weight: 1 },
  { name: 'teaches', weight: 1 },
] as const;

/** What is played, and the moves: a step, a step back, all of them, or a pause in which the process is ended. */
export const CHALLENGES = ['lost-update', 'deadlock', 'which-lock', 'wait-notify'];
export const MOVES = [
  { name: 'pick', weight: 16 },
  { name: 'undo', weight: 2 },
  { name: 'again', weight: 1 },
  { name: 'rest', weight: 1 },
] as const;

/** A way to read a stream. */
export type Way = {
  name: string;
  weight: number;
  /** Messages after which it gives up its connection, before the response if 0; it reads all if left out. */
  leavesAfter?: number;
  /** The event after which it reads; the last one that it has if left out. */
  after?: number;
  /** How it gives up: by default it closes the connection. */
  leaves?: 'resets' | 'holds';
  /** Whether it then comes back, and continues after the last event that it has. */
  returns?: true;
  /** Pause before the third message, in ms. */
  stallsMs?: number;
};

export const WAYS: readonly Way[] = [
  { name: 'stays', weight: 6 },
  { name: 'leaves', weight: 2, leavesAfter: 3 },
  { name: 'vanishes', weight: 2, leavesAfter: 1, leaves: 'resets' },
  { name: 'forgets its connection', weight: 1, leavesAfter: 2, leaves: 'holds' },
  { name: 'hangs up at once', weight: 1, leavesAfter: 0 },
  { name: 'hangs up before anything can come', weight: 1, leavesAfter: 0, after: 1e6 },
  { name: 'comes and goes', weight: 3, leavesAfter: 4, returns: true },
  { name: 'comes and vanishes', weight: 2, leavesAfter: 2, leaves: 'resets', returns: true },
  { name: 'stalls', weight: 1, stallsMs: 1500, returns: true },
  // Longer than the server waits for a reader.
  { name: 'sleeps', weight: 0.3, stallsMs: 25_000, returns: true },
];
export const MOST_READERS = 4;

/** What its owner does to a run while it is under way, after at most `LATEST_MS`. */
export const ACTS = [
  { name: 'waits', weight: 6 },
  { name: 'cancels', weight: 2 },
  { name: 'deletes', weight: 2 },
] as const;
export const LATEST_MS = 2500;

/** Kills: of a process below the server whose command matches. */
export type Kill = { name: string; weight: number; command: RegExp; signal: NodeJS.Signals };

const PROGRAM = /entry\.(mjs|py)/;
export const KILLS: readonly Kill[] = [
  { name: 'kills a program', weight: 5, command: PROGRAM, signal: 'SIGKILL' },
  { name: 'stops a program', weight: 2, command: PROGRAM, signal: 'SIGSTOP' },
  { name: 'crashes a program', weight: 2, command: PROGRAM, signal: 'SIGSEGV' },
  { name: 'asks a program to end', weight: 1, command: PROGRAM, signal: 'SIGTERM' },
  { name: 'kills the guard', weight: 1, command: /\0guard\0/, signal: 'SIGKILL' },
  { name: 'stops the guard', weight: 0.5, command: /\0guard\0/, signal: 'SIGSTOP' },
  {
    name: 'kills the process that starts the others',
    weight: 1,
    command: /starter-process/,
    signal: 'SIGKILL',
  },
  { name: 'kills the compile process', weight: 1, command: /compile-process/, signal: 'SIGKILL' },
  { name: 'kills the type checker', weight: 1, command: /tsc\0--api/, signal: 'SIGKILL' },
  { name: 'stops the type checker', weight: 0.5, command: /tsc\0--api/, signal: 'SIGSTOP' },
];

/** Pause between two kills, in ms: at least, and at most; of a soak, and of one that is there for its kills. */
export const KILL_MS = [1000, 6000] as const;
export const KILL_OFTEN_MS = [300, 1500] as const;

/** What the server may write to its standard error when such things happen to it. */
export const EXPECTED = [
  /^guard: its shell ended \(SIGKILL\); another is started$/,
  /^(pass|plays): cannot start .+ Error: A \w+ process ended before it was ready/,
  /^The type checker cannot start, so programs get no hints\. Error: The type checker has ended \(SIG\w+\)/,
  // It was killed, or stopped until its time was over.
  /^boots: .+ cannot be started\. A \w+ process ended before it was ready \(SIG\w+[,)]/,
  /^boots: .+ works again$/,
];

/** Pages of a run, below its address, and of the server; one of each is requested at each visit. */
export const RUN_PAGES = ['', '.json', '.svg', '.png', '.txt', '.ndjson?after=3', '/embed', '/qr.svg'];
/** Those of a search for orders only, and those of other runs, by their language. */
export const SEARCH_PAGES = ['/source.ts'];
export const SCRIPT_PAGES = ['.csv', '.trace.json', '/source.ts', '/program.mjs', '/program.ts'];
export const PYTHON_PAGES = ['.csv', '.trace.json', '/source.py', '/program.py'];
export const PAGES = ['/', '/new', '/lessons/lock', '/terms', '/runs', '/expected?jobs=3'];
