# The run's settings.
MODE = "threads"  # sequential, event-loop, threads or processes
JOBS = 5
WORKERS = None  # how many jobs run at once; None: all of them, each in its own thread or process
MIN_SECONDS = 1
MAX_SECONDS = 10
WORK = "wait"  # wait, compute, or mixed: even jobs wait, odd jobs compute
SEED = 1

import asyncio
import atexit
import math
import multiprocessing
import os
import queue
import sys
import threading
import time
import traceback

if MODE not in ("sequential", "event-loop", "threads", "processes"):
    print(f'There is no mode "{MODE}": choose sequential, event-loop, threads or processes')
    sys.exit(1)

# Child processes load this file again. They read from the environment when the program began.
STARTED = float(os.environ.setdefault("PLAYGROUND_STARTED", repr(time.time())))


def log(text):
    """Prints a line in one piece, even if other jobs print at the same time."""
    sys.stdout.write(f"{text}, {time.time() - STARTED:.1f} s so far\n")
    sys.stdout.flush()


def name_here():
    """Returns the name of the thread or process that runs this."""
    if MODE == "processes":
        return multiprocessing.current_process().name if multiprocessing.parent_process() else "main"
    here = threading.current_thread()
    return "main" if here is threading.main_thread() else here.name


def compute(seconds):
    """Uses a core for this many seconds. Takes longer if other jobs use the core too."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))


def only_waits(n):
    return WORK == "wait" or (WORK == "mixed" and n % 2 == 0)


def work(n, seconds):
    """Waits or computes, as the settings say for job n."""
    if only_waits(n):
        time.sleep(seconds)
    else:
        compute(seconds)


async def work_async(n, seconds):
    """Does the same on the event loop, where other jobs run during a wait."""
    if only_waits(n):
        await asyncio.sleep(seconds)
    else:
        compute(seconds)


def random_of(n):
    """The random seconds of job n: the same numbers as on the page (mulberry32, MurmurHash3)."""
    low, high = SEED & 0xFFFFFFFF, SEED >> 32
    state = _mix(_mix(_mix(low) ^ high) ^ n)

    def random(shortest=MIN_SECONDS, longest=MAX_SECONDS):
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        x = state
        x = ((x ^ (x >> 15)) * (x | 1)) & 0xFFFFFFFF
        x ^= (x + (x ^ (x >> 7)) * (x | 61)) & 0xFFFFFFFF
        share = (x ^ (x >> 14)) / 2**32
        steps = 10 if longest - shortest >= 1 else 1000
        exact = (shortest + share * (longest - shortest)) * steps
        rounded = (math.floor(exact) + (exact % 1 >= 0.5)) / steps
        seconds = min(longest, max(shortest, rounded))
        return int(seconds) if seconds == int(seconds) else seconds

    return random


def _mix(value):
    x = (value + 0x9E3779B9) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return x ^ (x >> 16)


# WORKERS: if it is a number, further jobs wait in line until a worker is free.


async def _in_turn(free, job, args):
    async with free:
        _begun.add(asyncio.current_task())
        return await job(*args)


def start_task(job, *args):
    """Starts a job on the event loop: `asyncio.create_task`, behind a semaphore if WORKERS is a number."""
    loop = asyncio.get_running_loop()
    free = _free.setdefault(loop, asyncio.Semaphore(WORKERS or sys.maxsize))
    return asyncio.create_task(_in_turn(free, job, args))


_free = {}
_begun = set()

Lane = threading.Thread if MODE == "threads" else multiprocessing.Process


class PoolJob:
    """A job for a pool of threads or processes. It is used like a Thread or a Process.

    A job takes its number first; its target and its other arguments must be the same for all jobs. Python's own pools
    in concurrent.futures have no daemons and no exit codes; the lesson "pool" uses those.
    """

    jobs = {}  # all jobs that were started, by number
    lanes = {}  # the threads or processes that are alive, by name
    opened = 0
    is_closing = False

    def __init__(self, target, args, name=None, daemon=False):
        self.target, self.args, self.name, self.daemon = target, args, name, daemon
        self.state = "waiting for a worker"
        self.lane = self.pid = None

    def start(self):
        if not self.jobs:
            module = queue if MODE == "threads" else multiprocessing
            PoolJob.waiting, PoolJob.reports = module.SimpleQueue(), module.SimpleQueue()
            atexit.register(self.close)
        self.jobs[self.args[0]] = self
        self.waiting.put(self.args[0])
        self.update()

    def is_alive(self):
        self.update()
        return self.state != "ended"

    def join(self, timeout=None):
        end = math.inf if timeout is None else time.monotonic() + timeout
        while self.is_alive() and time.monotonic() < end:
            time.sleep(0.005)

    @property
    def exitcode(self):
        return getattr(self.lane, "exitcode", None)

    def update(self):
        """Reads what the workers report, and opens another worker if a job waits for one."""
        gone = [lane for lane in self.lanes.values() if not lane.is_alive()]
        while not self.reports.empty():
            n, name, state = self.reports.get()
            job = self.jobs[n]
            job.name, job.state, job.lane = name, state, self.lanes[name]
            job.pid = getattr(job.lane, "pid", os.getpid())  # a thread is in main's process
        # A job that exits or is killed takes its worker down too.
        for lane in gone:
            del self.lanes[lane.name]
        unfinished = 0
        for job in self.jobs.values():
            if job.lane in gone:
                job.state = "ended"
            unfinished += job.state != "ended"
        if len(self.lanes) < min(WORKERS, unfinished) and not self.is_closing:
            PoolJob.opened += 1
            args = (self.target, self.args[1:], self.waiting, self.reports)
            lane = Lane(target=_serve, args=args, name=f"worker {self.opened}", daemon=True)
            self.lanes[lane.name] = lane
            lane.start()

    def close(self):
        """Waits, before the program ends, for all jobs that are not daemons."""
        PoolJob.is_closing = True
        while self.lanes and any(job.is_alive() for job in self.jobs.values() if not job.daemon):
            time.sleep(0.005)


def _serve(job, shared, waiting, reports):
    """What a worker does: one job after another."""
    if MODE == "processes":
        threading.Thread(target=_end_with_program, daemon=True).start()
    name = name_here()
    while True:
        n = waiting.get()
        reports.put((n, name, "running"))
        try:
            job(n, *shared)
        except Exception:
            traceback.print_exc()
        reports.put((n, name, "ended"))


def _end_with_program():
    multiprocessing.parent_process().join()
    os._exit(1)


Worker = PoolJob if WORKERS else Lane


def state_of(one):
    """Returns the state of a task, a thread or a process."""
    if isinstance(one, asyncio.Task):
        return "ended" if one.done() else "running" if one in _begun else "waiting for a worker"
    if isinstance(one, PoolJob):
        one.update()
        return one.state
    return "running" if one.is_alive() else "ended"
