# The run's settings.
MODE = "threads"  # sequential, event-loop, threads or processes
JOBS = 5
WORKERS = None  # most jobs at once in the lesson on pools; None is one worker per job
MIN_SECONDS = 1
MAX_SECONDS = 10
WORK = "wait"  # wait, compute, or mixed: even jobs wait, odd ones compute
SEED = 1

import asyncio
import math
import multiprocessing
import os
import sys
import threading
import time

if MODE not in ("sequential", "event-loop", "threads", "processes"):
    print(f'There is no mode "{MODE}": choose sequential, event-loop, threads or processes')
    sys.exit(1)

Worker = threading.Thread if MODE == "threads" else multiprocessing.Process

# Child processes load this file anew: by the environment they know when the first one began.
STARTED = float(os.environ.setdefault("PLAYGROUND_STARTED", repr(time.time())))


def log(text):
    """Prints a line, whole, whoever else prints at the same time."""
    sys.stdout.write(f"{text}, {time.time() - STARTED:.1f} s so far\n")
    sys.stdout.flush()


def name_here():
    """Name of the thread or process that runs this."""
    here = threading.current_thread() if MODE == "threads" else multiprocessing.current_process()
    return here.name if here.name.startswith("job ") else "main"


def compute(seconds):
    """Keeps a core busy for so many seconds of its time, however long others keep it from that."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        sum(range(1000))


def waits(n):
    return WORK == "wait" or (WORK == "mixed" and n % 2 == 0)


def work(n, seconds):
    """Waits or computes, as the settings say for job n."""
    if waits(n):
        time.sleep(seconds)
    else:
        compute(seconds)


async def work_async(n, seconds):
    """The same on the event loop, where waiting lets others run."""
    if waits(n):
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
