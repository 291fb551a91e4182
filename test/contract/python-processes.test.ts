/** Scripts in Python that start processes by themselves: they run as they are written, and what they do is seen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import { laneWords } from '../../server/words/names.ts';
import { sentence } from '../../server/words/sentence.ts';
import { logsOf, playgroundAt, runCode, runtimesAt } from '../launch/sandboxed.ts';
import { type PlaygroundApp, QUICK } from '../playground-app.ts';
import { timelineOf } from '../timeline/made-events.ts';

const runtimes = await runtimesAt('jail');

/** The third cell of the notebook, with the definitions of the first; its sleeps are shortened. */
const CELL = `# Processes, joined
import threading
import multiprocessing
import time
import random

amountOftasks = 3

def doTask(n):
    sleeptime = round(0.7 - n * 0.2 + random.random() / 10, 1)
    time.sleep(sleeptime)
    print("Job {0} done after {1} seconds.".format(n, sleeptime))

processes = []
for i in range(amountOftasks):
    t = multiprocessing.Process(target=doTask, args=(i,))
    processes.append(t)
    t.start()

for one_process in processes:
    one_process.join()
print("All tasks are done.", [one.exitcode for one in processes])
`;

/** Three processes, each of which takes memory while the others do. */
const MEMORY = `import os, time
shared = bytearray(80 << 20)
for i in range(3):
    if os.fork() == 0:
        taken = TAKEN
        time.sleep(1.5)
        os._exit(0)
for i in range(3):
    os.wait()
`;

/** Ends in every way. */
const ENDS = `import os, signal, sys, threading, time
from multiprocessing import Process

def f(n):
    if n == 0:
        raise ValueError("one")
    if n == 1:
        sys.exit(4)
    if n == 2:
        os._exit(5)
    if n == 3:
        os.kill(os.getpid(), signal.SIGKILL)

print("begun, ", end="")
all = [Process(target=f, args=(n,)) for n in range(4)]
for one in all:
    one.start()
    one.join()
print("and goes on")
print("exit codes", [one.exitcode for one in all])

pid = os.fork()
if pid == 0:
    time.sleep(0.1)
else:
    os.waitpid(pid, 0)

    def late():
        time.sleep(0.5)
        threading.Thread(target=time.sleep, args=(0.3,)).start()
        print("late")

    Process(target=late).start()
    Process(target=time.sleep, args=(30,), daemon=True).start()
    if os.fork() == 0:
        time.sleep(30)
    time.sleep(0.1)
`;

/** A lock between processes, one that each has a copy of, and a queue. */
const SHARED = `from multiprocessing import Lock, Process, Queue
import threading, time

guard = Lock()
made = Queue()
own = threading.Lock()

def f(n):
    with guard:
        time.sleep(0.05)
        made.put([n])
    for _ in range(1):
        with own:
            pass

all = [Process(target=f, args=(n,)) for n in range(3)]
for one in all:
    one.start()
got = sorted(made.get() for _ in all)
for one in all:
    one.join()
print(got, len(got))
`;

const POOLS = `from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool
import time

def square(n):
    return n * n

with Pool(2) as pool:
    print(pool.map(square, range(4)))
with ProcessPoolExecutor(2) as executor:
    print(list(executor.map(square, range(4))))
    print(executor.submit(square, 4).result())
    print(list(executor.map(time.sleep, [0, 0])))
`;

const OTHERS = `import multiprocessing as m
import time

def f(there, ready, changed, done):
    there.send("ready")
    ready.wait()
    with changed:
        done.release()
        changed.notify()

here, there = m.Pipe()
ready, changed, done = m.Event(), m.Condition(), m.Semaphore(0)
one = m.Process(target=f, args=(there, ready, changed, done))
one.start()
said = here.recv()
with changed:
    ready.set()
    heard = changed.wait(10)
print("heard", heard, done.get_value(), said)
one.join()
two = m.Process(target=time.sleep, args=(0.1,))
two.start()
two.join()
for act in m.Manager, lambda: m.get_context("spawn"):
    try:
        act()
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
`;

const MEMORIES = `from multiprocessing import Array, Barrier, Process, Queue, Value

def add(count, all, meeting, n, answers):
    meeting.wait(10)
    for _ in range(10):
        with count.get_lock():
            count.value += 1
    all[n] = n + 1
    own = [Value("i", n) for _ in range(9)]
    meeting.wait(10)
    answers.put(all_are(own, n))

def all_are(values, n):
    return all(one.value == n for one in values)

count, numbers, meeting, answers = Value("i", 0), Array("i", 3), Barrier(3), Queue()
started = [Process(target=add, args=(count, numbers, meeting, n, answers)) for n in range(3)]
for one in started:
    one.start()
for one in started:
    one.join()
got = [answers.get() for _ in started]
print(count.value, numbers[:], all(got), len(got))
try:
    Array("b", 2 << 20)
except MemoryError as error:
    print(f"MemoryError: {error}")
`;

const IN_THREAD = `import os, threading

def f():
    pid = os.fork()
    if pid == 0:
        print("in the process")
    else:
        print("in the thread", os.waitpid(pid, 0)[1])

one = threading.Thread(target=f)
one.start()
one.join()
`;

const DEADLOCK = `from multiprocessing import Lock, Process
import time

first = Lock()
second = Lock()

def f(a, b):
    with a:
        time.sleep(0.2)
        with b:
            pass

all = [Process(target=f, args=(first, second)), Process(target=f, args=(second, first))]
for one in all:
    one.start()
for one in all:
    one.join()
`;

const KILLED = `import os, signal, time
if os.fork() == 0:
    time.sleep(0.2)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)
time.sleep(30)
`;

const ORPHAN = `import os, time
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(30)
    os._exit(0)
os.wait()
time.sleep(0.2)
`;

describe.skipIf(!runtimes.includes('python'))('a script with processes of its own, in the jail', () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundAt('jail');
  });
  afterAll(() => app.close());
  const runScript = (code: string, spec = {}) => runCode(app, code, { runtime: 'python', ...spec });
  const of = <Type extends RunEvent['type']>(events: RunEvent[], type: Type) =>
    events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);

  it('processes are jobs, whatever modes were chosen, and main’s waits for them are joins', async () => {
    const events = await runScript(CELL, { modes: ['sequential', 'threads'] });
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
    expect(of(events, 'pass-started').map(({ mode }) => mode)).toEqual(['processes']);
    const lanes = of(events, 'lane-started');
    expect(lanes.map(({ kind, job }) => [kind, job]).sort()).toEqual([
      ['main', undefined],
      ['process', 0],
      ['process', 1],
      ['process', 2],
    ]);
    expect(new Set(lanes.map(({ pid }) => pid)).size).toBe(4);
    expect(lanes.slice(1).every(({ parentPid }) => parentPid === lanes[0]?.pid)).toBe(true);
    expect(of(events, 'job-ended').map(({ status }) => status)).toEqual(['done', 'done', 'done']);
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
    expect(logsOf(events).at(-1)).toBe('All tasks are done. [0, 0, 0]');
  });

  it('memory of all processes counts together, what they share once', async () => {
    const [sharing, taking] = await Promise.all([
      runScript(MEMORY.replace('TAKEN', 'len(shared)'), { jobs: 1 }),
      runScript(MEMORY.replace('TAKEN', 'bytearray(90 << 20)'), { jobs: 1 }),
    ]);
    expect(sharing.at(-1)).toMatchObject({ status: 'completed' });
    const mib = (of(sharing, 'pass-ended')[0]?.peakRssBytes ?? 0) / 2 ** 20;
    expect(mib).toBeGreaterThan(80);
    expect(mib).toBeLessThan(180);
    expect(taking.at(-1)).toMatchObject({ status: 'failed' });
    expect(of(taking, 'pass-ended')[0]?.error).toMatch(
      /^The script with its processes took \d+ MiB of memory, over its limit of 240 MiB, and was killed\.$/,
    );
  });

  it('each says how it ended; what is still there at the end is cut off', async () => {
    const events = await runScript(ENDS);
    const ends = (job: number) => {
      const lane = of(events, 'lane-started').find((one) => one.job === job)?.lane;
      const { status, error } = of(events, 'job-ended').find((one) => one.job === job) ?? {};
      const { reason, exitCode, signal } = of(events, 'lane-ended').find((one) => one.lane === lane) ?? {};
      return [status, error, reason, exitCode, signal];
    };
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(ends)).toEqual([
      ['failed', 'ValueError: one', 'threw', 1, null],
      ['failed', 'Its process exited with code 4.', 'exited', 4, null],
      ['failed', 'Its process exited with code 5.', 'exited', 5, null],
      ['failed', 'Its process was killed by SIGKILL.', 'killed', null, 'SIGKILL'],
      ['done', null, 'returned', 0, null],
      ['done', null, 'returned', 0, null],
      ['cut-off', null, 'killed', null, 'SIGTERM'],
      ['cut-off', null, 'cut-off', null, null],
    ]);
    const said = logsOf(events);
    expect(said).toContain('exit codes [1, 4, 5, -9]');
    expect(said).toContain('The script has ended; Python waits for job 5.');
    expect(said).toContain('late');
    expect(said.filter((text) => text.includes('begun'))).toEqual(['begun, and goes on']);
    expect(
      of(events, 'log').find(({ text }) => text === 'Process Process-1 failed: ValueError: one'),
    ).toMatchObject({ job: 0, line: 6 });
    const thread = of(events, 'lane-started').find(({ job }) => job === 8);
    const parent = of(events, 'lane-started').find(({ job }) => job === 5);
    expect(thread).toMatchObject({ kind: 'thread', pid: parent?.pid });
    const pass = timelineOf(events).passes[0];
    const words = (job: number) => pass?.rows.filter((row) => row.name === `job ${job}`).map(laneWords);
    const main = of(events, 'lane-started')[0]?.pid;
    expect(words(5)).toEqual([`process ${parent?.pid}, child of main (${main}), exited with 0`]);
    const starts = pass?.causes.all.filter(({ kind }) => kind === 'start') ?? [];
    expect(starts.find(({ on }) => on === 'job 8')?.from).toMatchObject({ lane: parent?.lane });
  });

  it('a queue and locks between processes have their names and values', async () => {
    const events = await runScript(SHARED);
    expect(events.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(events).at(-1)).toBe('[[0], [1], [2]] 3');
    const received = of(events, 'message-received');
    expect(received.map(({ lane, value }) => [lane, value]).sort()).toEqual([
      [0, [0]],
      [0, [1]],
      [0, [2]],
    ]);
    expect(
      of(events, 'message-sent')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(received.map(({ id }) => id).sort());
    const locks = of(events, 'wait-started').filter((wait) => wait.for === 'lock');
    expect(locks.map(({ on, job, line }) => [on, job, line]).sort()).toEqual([
      ['guard', 0, 9],
      ['guard', 1, 9],
      ['guard', 2, 9],
      ['own (job 0)', 0, 13],
      ['own (job 1)', 1, 13],
      ['own (job 2)', 2, 13],
    ]);
    expect(of(events, 'lock-released')).toHaveLength(6);
  });

  it('pools, pipes, conditions and events work; what needs sockets says that it has none', async () => {
    const [pools, others] = await Promise.all([runScript(POOLS), runScript(OTHERS)]);
    expect(pools.at(-1)).toMatchObject({ status: 'completed' });
    expect(logsOf(pools)).toEqual(['[0, 1, 4, 9]', '[0, 1, 4, 9]', '16', '[None, None]']);
    expect(of(pools, 'lane-started').filter(({ kind }) => kind === 'process')).toHaveLength(4);
    expect(of(pools, 'job-ended').every(({ status }) => status !== 'failed')).toBe(true);
    // Nothing is seen of what pools wait for.
    expect(of(pools, 'wait-started').filter((wait) => wait.for === 'join')).toEqual([]);
    expect(others.at(-1)).toMatchObject({ status: 'completed' });
    expect(of(others, 'wait-started')).toContainEqual(
      expect.objectContaining({ job: 1, for: 'sleep', on: '0.1 s' }),
    );
    expect(logsOf(others)).toEqual([
      'heard True 1 ready',
      'PermissionError: multiprocessing.Manager needs sockets, which a script does not have here. Use a Queue or a Pipe.',
      'ValueError: A script’s processes are forked here: spawn would start Python from a file, which is not watched.',
    ]);
  });

  it('processes share the memory of values and arrays, within a limit, also those that are made late', async () => {
    const events = await runScript(MEMORIES);
    expect(logsOf(events)).toEqual([
      '30 [1, 2, 3] True 3',
      'MemoryError: A script’s processes can share at most 1 MiB of memory here.',
    ]);
  });

  it('a process that is forked in a thread ends with it, and the thread goes on', async () => {
    const events = await runScript(IN_THREAD);
    expect(logsOf(events)).toEqual(['in the process', 'in the thread 0']);
    const lanes = of(events, 'lane-started');
    expect(lanes.map(({ kind, job }) => [kind, job])).toEqual([
      ['main', undefined],
      ['thread', 0],
      ['process', 1],
    ]);
    expect(of(events, 'lane-ended').map(({ lane, exitCode }) => [lane, exitCode])).toEqual([
      [2, 0],
      [1, null],
      [0, 0],
    ]);
    expect(of(events, 'job-ended').map(({ job, status }) => [job, status])).toEqual([
      [1, 'done'],
      [0, 'done'],
    ]);
  });

  it('what ends with main is said to, whether main was killed or has returned', async () => {
    const [killed, orphan] = await Promise.all([runScript(KILLED), runScript(ORPHAN)]);
    const error = 'The script with its processes was killed by SIGKILL.';
    expect(of(killed, 'job-ended')).toEqual([expect.objectContaining({ job: 0, status: 'cut-off', error })]);
    expect(sentence(timelineOf(killed))).toBe(
      'In processes the script with its processes was killed by SIGKILL: main and job 0 died with it.',
    );
    expect(of(orphan, 'job-ended').map(({ job, status }) => [job, status])).toEqual([
      [0, 'done'],
      [1, 'cut-off'],
    ]);
    expect(sentence(timelineOf(orphan))).toBe(
      'Job 1 was cut off when the program ended: the processes of a script end with it here.',
    );
  });

  it('a deadlock between processes is found and named', async () => {
    const id = await app.start({ ...QUICK, code: DEADLOCK, runtime: 'python' });
    const events = await app.events(id);
    const page = await (await app.request(`/runs/${id}`)).text();
    expect(page).toContain('A script, run as it is written.');
    expect(page).toContain('Deadlock: job 0 waits for lock');
    expect(
      of(events, 'deadlock')[0]
        ?.circle.map(({ job, on }) => [job, on])
        .sort(),
    ).toEqual([
      [0, 'second'],
      [1, 'first'],
    ]);
    expect(events.at(-1)).toMatchObject({ status: 'failed' });
  });
});
