/** Scripts in Python that use its own threads: they run as they are written, and what they do is seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { logsOf, ofType as of, playgroundAt, runCode, runtimesAt } from '../launch/sandboxed.ts';
import type { PlaygroundApp } from '../playground-app.ts';
import { timelineOf } from '../timeline/made-events.ts';

const runtimes = await runtimesAt('jail');

/** The second cell of the notebook, with the definitions of the first; its sleeps are shortened. */
const CELL = `# Threads, joined
import threading
import multiprocessing
import time
import random

amountOftasks = 3

def doTask(n):
    sleeptime = round(random.randint(10, 40) / 100, 1)
    time.sleep(sleeptime)
    print("Job {0} done after {1} seconds.".format(n, sleeptime))

threads = []
for i in range(amountOftasks):
    t = threading.Thread(target=doTask, args=(i,))
    threads.append(t)
    t.start()

for one_thread in threads:
    one_thread.join()
print("All tasks are done.")
`;

/** Its cell on daemons. */
const DAEMON = `import threading
import time

def doTask(n):
    print("Job {0} started.".format(n))
    time.sleep(0.4 if n == "non-daemon" else 30)
    print("Job {0} done.".format(n))

t = threading.Thread(name="non-daemon", target=doTask, args=("non-daemon",))
d = threading.Thread(name="daemon", target=doTask, args=("daemon",))
d.setDaemon(True)
d.start()
t.start()
`;

const SHARED = `from queue import Queue
from threading import Lock, Thread
import time

first = Lock()
made = Queue()
total = 0

class Adder(Thread):
    def __init__(self, n):
        super().__init__()
        self.n = n

    def run(self):
        global total
        with first:
            seen = total
            time.sleep(0.05)
            total = seen + 1
        made.put([self.n])
        if self.n == 1:
            raise ValueError("one")

for n in range(2):
    Adder(n).start()
print(sorted(made.get() for _ in range(2)), total)
`;

/** Each wait lasts longer than what counts as stuck. */
const TIMED = `import queue, threading
made = queue.Queue()
lock = threading.Lock()
try:
    made.get(timeout=1.2)
except queue.Empty:
    print("empty")
lock.acquire()
print(lock.acquire(timeout=1.2))
`;

/** A job starts the other. */
const NESTED = `import threading, time

def inner():
    time.sleep(0.05)

def outer():
    one = threading.Thread(target=inner)
    one.start()
    one.join()

both = threading.Thread(target=outer)
both.start()
both.join()
`;

const POOL = `from multiprocessing.pool import ThreadPool
with ThreadPool(2) as pool:
    print(pool.map(lambda n: n * n, range(3)))
`;

describe.skipIf(!runtimes.includes('python'))('a script with threads of its own, in the jail', () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundAt('jail');
  });
  afterAll(() => app.close());
  const runScript = (code: string, spec = {}) => runCode(app, code, { runtime: 'python', ...spec });

  it('threads are jobs, whatever modes were chosen, and main’s waits for them are joins', async () => {
    const events = await runScript(CELL, { modes: ['sequential', 'processes'] });
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    expect(of(events, 'pass-started').map(({ mode }) => mode)).toEqual(['threads']);
    expect(of(events, 'lane-started').map(({ kind, job }) => [kind, job])).toEqual([
      ['main', undefined],
      ['thread', 0],
      ['thread', 1],
      ['thread', 2],
    ]);
    expect(new Set(of(events, 'lane-started').map(({ threadId }) => threadId)).size).toBe(4);
    const sleeps = of(events, 'wait-started').filter((wait) => wait.for === 'sleep');
    expect(sleeps.map(({ job, line }) => [job, line]).sort()).toEqual([
      [0, 11],
      [1, 11],
      [2, 11],
    ]);
    expect(of(events, 'wait-started').filter((wait) => wait.for === 'join')[0]).toMatchObject({
      on: 'job 0',
      line: 21,
    });
    expect(logsOf(events).at(-1)).toBe('All tasks are done.');
  });

  it('Python waits for threads at its end, but not for daemons, which are cut off', async () => {
    const events = await runScript(DAEMON);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(of(events, 'job-ended').map(({ job, status }) => [job, status])).toEqual([
      [1, 'done'],
      [0, 'cut-off'],
    ]);
    expect(logsOf(events)).toContain('The script has ended; Python waits for job 1.');
    const { cpuMs: _, ...ended } = of(events, 'pass-ended')[0] ?? {};
    expect(ended).toMatchObject({ status: 'completed', error: null });
  });

  it('locks and a queue have their names and values; an error is told with its thread and line', async () => {
    const events = await runScript(SHARED);
    const locks = of(events, 'wait-started').filter((wait) => wait.for === 'lock');
    expect(locks.map(({ on, line }) => [on, line])).toEqual([
      ['first', 16],
      ['first', 16],
    ]);
    // Both may have put theirs before main got the first.
    const received = of(events, 'message-received').map(({ lane, value }) => JSON.stringify([lane, value]));
    expect(received.sort()).toEqual(['[0,[0]]', '[0,[1]]']);
    expect(logsOf(events)).toContain('[[0], [1]] 2');
    expect(of(events, 'job-ended').find(({ job }) => job === 1)).toMatchObject({
      status: 'failed',
      error: 'ValueError: one',
      line: 22,
    });
  });

  /** Lines of both streams. */
  const said = (events: RunEvent[]) => of(events, 'log').map(({ text }) => text);

  it('what a script says as it exits is in the console, and nobody answers its questions', async () => {
    const asked = await runScript(
      'import threading\nthreading.Thread(target=print).start()\ninput("Name? ")\n',
    );
    const isOurs = (text: string) => text !== '' && !text.startsWith('The script has ended');
    expect(said(asked).filter(isOurs)).toEqual(['Name? ', 'Main failed: EOFError: EOF when reading a line']);
    const events = await runScript(
      'import sys, threading\nthreading.Thread(target=print).start()\nsys.exit("no more")\n',
    );
    expect(said(events)).toContain('no more');
    expect(of(events, 'pass-ended')[0]).toMatchObject({ status: 'failed' });
    expect(of(events, 'lane-ended').at(-1)).toMatchObject({ lane: 0, exitCode: 1 });
  });

  it('a thread’s unfinished line comes before its error; a group is shown with its errors and their notes', async () => {
    const events = await runScript(`# Groups
import threading

def work():
    print("so far", end="")
    one = ValueError("one")
    one.add_note("a note")
    raise ExceptionGroup("two", [one, ExceptionGroup("more", [KeyError(1)])])

def nest():
    error = ValueError("deep")
    for _ in range(40):
        error = ExceptionGroup("g", [error] * 3)
    raise error

one = threading.Thread(target=work, name="worker")
one.start()
one.join()
threading.Thread(target=nest).start()
`);
    const error =
      'ExceptionGroup: two (2 sub-exceptions): ValueError: one: a note; ExceptionGroup: more (1 sub-exception): KeyError: 1';
    const ofJob = of(events, 'log').filter(({ job }) => job === 0);
    expect(ofJob.map(({ text }) => text)).toEqual(['so far', `Thread worker failed: ${error}`]);
    expect(of(events, 'job-ended')).toMatchObject([
      { status: 'failed', error },
      {
        status: 'failed',
        error: expect.stringMatching(/^ExceptionGroup: g \(3 sub-exceptions\): ExceptionGroup: g/),
      },
    ]);
  });

  it('processes that its text does not show are refused, and its main’s error ends the run', async () => {
    const events = await runScript(
      'import threading\nimport os\n\nfork = "for" + "k"\ngetattr(os, fork)()\n',
    );
    expect(events.at(-1)).toMatchObject({ status: 'failed' });
    expect(of(events, 'log').map(({ text, line }) => [text, line])).toContainEqual([
      'Main failed: PermissionError: This script may not start processes: its text names neither os.fork nor Process. There is no Manager.',
      5,
    ]);
  });

  it('a script that starts another program is refused by name', async () => {
    const events = await runScript('import subprocess\nimport threading\n\nsubprocess.run(["echo"])\n');
    expect(of(events, 'log').map(({ text, line }) => [text, line])).toEqual([
      ['Main failed: PermissionError: subprocess.Popen: a program can start no other programs here.', 4],
    ]);
  });

  it('a wait with a timeout ends by itself: the script is not stuck', async () => {
    const events = await runScript(TIMED);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events)).toEqual(['empty', 'False']);
    expect(of(events, 'deadlock')).toEqual([]);
    // An attempt that failed takes the lock from nobody, and releases nothing.
    const ends = of(events, 'wait-ended').filter((wait) => wait.for === 'lock');
    expect(ends.map(({ gaveUp }) => gaveUp)).toEqual([undefined, true]);
    expect(of(events, 'lock-released')).toEqual([]);
    expect([...(timelineOf(events).passes[0]?.state.locks.keys() ?? [])]).toEqual(['lock']);
  });

  it('a thread that a job starts is not shown as main’s', async () => {
    const events = await runScript(NESTED);
    expect(of(events, 'lane-started').map(({ lane, startedBy }) => [lane, startedBy])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, 1],
    ]);
    const pass = timelineOf(events).passes[0];
    expect(pass?.rows.map(({ parent }) => parent)).toEqual([undefined, undefined, 1]);
    const starts = pass?.causes.all.filter(({ kind }) => kind === 'start') ?? [];
    expect(starts.map(({ from, to }) => [from.lane, from.job, to.lane])).toEqual([
      [0, null, 1],
      [1, 0, 2],
    ]);
  });

  it('the threads of a pool are jobs, those that only hand out its tasks are not', async () => {
    const events = await runScript(POOL);
    expect(logsOf(events)).toEqual(['[0, 1, 4]']);
    expect(of(events, 'lane-started').map(({ kind }) => kind)).toEqual(['main', 'thread', 'thread']);
  });

  it('a program whose check would never begin is not run', async () => {
    const events = await runScript('def job(n, api):\n    pass\n\ndef check(**given):\n    yield False\n', {
      jobs: 1,
    });
    expect(of(events, 'pass-ended')[0]?.error).toBe(
      'TypeError: The program has a "check" that yields, so that it would never begin: write one that returns.',
    );
  });

  it('is taken away as it is', async () => {
    const id = await app.start({ code: DAEMON, runtime: 'python', modes: ['threads'] });
    expect(await (await app.request(`/runs/${id}/program.py`)).text()).toBe(DAEMON);
    await app.playground.runs.cancel(id);
  });
});
