/** Scripts in Python that start processes by themselves, for python-processes.test.ts. */

/** The third cell of the notebook, with the definitions of the first; its sleeps are shortened. */
export const CELL = `# Processes, joined
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
export const MEMORY = `import os, time
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
export const ENDS = `import os, signal, sys, threading, time
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
export const SHARED = `from multiprocessing import Lock, Process, Queue
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

export const POOLS = `from concurrent.futures import ProcessPoolExecutor
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

export const OTHERS = `import multiprocessing as m
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

export const MEMORIES = `from multiprocessing import Array, Barrier, Process, Queue, Value

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

export const IN_THREAD = `import os, threading

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

export const DEADLOCK = `from multiprocessing import Lock, Process
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

export const KILLED = `import os, signal, time
if os.fork() == 0:
    time.sleep(0.2)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(30)
time.sleep(30)
`;

export const ORPHAN = `import os, time
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(30)
    os._exit(0)
os.wait()
time.sleep(0.2)
`;
