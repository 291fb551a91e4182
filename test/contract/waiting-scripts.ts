/** Scripts in Python whose threads or processes wait for each other: python-script-waits.test.ts. */

/** One waits, the other tells it; then a third is told that nobody waits for. */
export const CONDITION = `import threading, time
lock = threading.Lock()
full = threading.Condition(lock)
alone = threading.Condition()
items = []

def take():
    with full:
        while not items:
            full.wait()
        print("took", items.pop())

def put():
    time.sleep(0.5)
    with lock:
        items.append(7)
        full.notify()
    with alone:
        with alone:
            alone.notify_all()
            print(alone.wait(timeout=0.05))

taker, putter = threading.Thread(target=take), threading.Thread(target=put)
taker.start()
putter.start()
taker.join()
putter.join()
`;

export const EVENTS = `import threading, time
ready, met = threading.Event(), threading.Event()
gate = threading.Barrier(3)

def racer(n):
    ready.wait()
    time.sleep(0.02 * n)
    gate.wait()

racers = [threading.Thread(target=racer, args=(n,)) for n in range(3)]
for one in racers:
    one.start()
time.sleep(0.5)
ready.set()
print(ready.wait(), ready.wait(1), met.wait(0.01), gate.parties)
for one in racers:
    one.join()
met.set()
`;

/** Two buffers between a producer and a consumer: free places, and what is made. Others take turns with two permits. */
export const SEMAPHORES = `import threading, time
free, made = threading.Semaphore(2), threading.Semaphore(0)
door = threading.BoundedSemaphore(1)

def produce():
    for _ in range(3):
        free.acquire()
        time.sleep(0.2)
        made.release()

def consume():
    for _ in range(3):
        made.acquire()
        time.sleep(0.6)
        free.release()

def visit(n):
    with door:
        time.sleep(0.5)

jobs = [threading.Thread(target=produce), threading.Thread(target=consume)]
jobs += [threading.Thread(target=visit, args=(n,)) for n in range(2)]
for one in jobs:
    one.start()
for one in jobs:
    one.join()
print(door.acquire(timeout=0.01), door.acquire(blocking=False), door.acquire(timeout=0.01))
door.release()
try:
    door.release()
except ValueError as error:
    print(error)
`;

export const PROCESSES = `import multiprocessing, time
ready = multiprocessing.Event()
full = multiprocessing.Condition()
door = multiprocessing.Semaphore(1)
told, here = multiprocessing.Semaphore(0), multiprocessing.Semaphore(0)

def task(n):
    here.release()
    ready.wait()
    with door:
        time.sleep(0.05)
    if n == 0:
        with full:
            full.wait(timeout=5)
        told.release()

jobs = [multiprocessing.Process(target=task, args=(n,)) for n in range(2)]
for one in jobs:
    one.start()
here.acquire()
here.acquire()
time.sleep(0.5)
ready.set()
jobs[1].join()
time.sleep(0.5)
with full:
    full.notify()
told.acquire()
jobs[0].join()
print(ready.wait(), door.acquire(False), door.get_value())
`;

/** The first waits for what nobody tells it; a job that sleeps may still do so. */
export const STUCK = `import threading
done = threading.Condition()

def wait():
    with done:
        done.wait()

one = threading.Thread(target=wait)
with done:
    done.notify()
one.start()
one.join()
`;

/** What Python refuses, and subclasses with attributes that ours could have, too. */
export const MISUSED = `import copy, pickle, signal, threading

class Door(threading.Semaphore):
    _name, _permits = "own", 3

    def open(self):
        return self._name, self.acquire(timeout=0.01)

class Bell(threading.Condition):
    _keeps = None

def tried(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__, error)

lock, again = threading.Lock(), threading.RLock()
full, ready = threading.Condition(), threading.Event()
door = threading.BoundedSemaphore(1)
for what in (
    lock.release,
    again.release,
    lambda: lock.acquire(False, 1),
    lambda: lock.acquire(True, -2),
    lambda: lock.acquire(timeout=1e300),
    lambda: lock.acquire(timeout="soon"),
    full.wait,
    full.notify,
    full.notify_all,
    full.release,
    lambda: ready.wait(-1),
    lambda: door.acquire(False, 1),
    lambda: door.acquire(timeout=-1),
    door.release,
    lambda: door.release(0),
    lambda: threading.Semaphore(-1),
    lambda: threading.Semaphore(2).release(n=-1),
    lambda: threading.Event(1),
    lambda: pickle.dumps(lock),
    lambda: copy.copy(again),
    lambda: (Door(0).open(), Door(2).open()),
    lambda: (Bell()._keeps, isinstance(Bell(), threading.Condition), isinstance(ready, threading.Event)),
    lambda: [kind.__name__ for kind in (threading.Condition, threading.Semaphore, threading.Barrier)],
):
    tried(what)

# A handler ends a wait that nothing else could end.
ready.clear()
signal.signal(signal.SIGALRM, lambda *_: ready.set())
signal.setitimer(signal.ITIMER_REAL, 1.2)
print(ready.wait())
`;
