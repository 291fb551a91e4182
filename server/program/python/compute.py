"""A fixed amount of work: the same number of steps wherever and whenever it runs (server/program/compute.ts)."""
import threading
import time

from .lines import here, with_line
from .wire import emit, latest_report

_STEPS = range(1000)
_STRETCH_SECONDS = 0.05
_perf_counter = time.perf_counter
_process_time = time.process_time

# Calls that compute for less are short, and are not reported within _SHORT_EVERY of the last call considered.
_SHORT_SECONDS = 0.001
_SHORT_EVERY = 0.01
_considered = threading.local()


def spin(blocks):
    """Does `blocks` blocks of arithmetic, which Python does step by step, holding its lock if it has one."""
    for _ in range(blocks):
        x = 1
        for _ in _STEPS:
            x = (x * 1103515245 + 12345) & 0x7FFFFFFF


def calibrate():
    """Returns how many blocks an idle core does in a second, by processor time; the quickest of several stretches."""
    spin(200)
    best = 0.0
    until = _perf_counter() + 0.3
    while _perf_counter() < until:
        before = _process_time()
        blocks = 0
        seconds = 0.0
        while seconds < _STRETCH_SECONDS:
            spin(20)
            blocks += 20
            seconds = _process_time() - before
        best = max(best, blocks / seconds)
    return best


def report_computing(lane, job, seconds):
    """Reports that a job is about to compute, unless this thread's latest report says so of the same line."""
    at = _perf_counter()
    if seconds < _SHORT_SECONDS and at - getattr(_considered, "at", -1) < _SHORT_EVERY:
        return
    _considered.at = at
    fact = with_line({"type": "compute-started", "lane": lane, "job": job}, here())
    if latest_report() != fact:
        emit(fact)
