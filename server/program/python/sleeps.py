"""Sleeps that a program takes of Python's own: `time.sleep` and `asyncio.sleep` are waits, as `api.sleep` is."""
import sys
import time

from .console import current
from .lines import here, is_own, with_line
from .wire import emit

# The shortest sleep that is reported and the longest, in seconds, and how many are in a process: programs may sleep in
# loops without end.
_SHORTEST, _LONGEST = 0.01, 1e6
_MOST = 500

_sleep = time.sleep
_left = _MOST


def standing_for(module, name, function):
    """Returns the function under the name of one that it takes the place of: pools send functions by their names."""
    function.__module__, function.__name__, function.__qualname__ = module, name, name
    return function


def watch_sleeps(is_async):
    """Watches them from now on. On the event loop `time.sleep` is left out: it is no wait there, and keeps the thread."""
    if not is_async:
        time.sleep = standing_for("time", "sleep", lambda seconds: _sleeps(seconds))
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return
    original = asyncio.sleep

    async def sleep(delay, result=None):
        wait = begin(delay)
        try:
            return await original(delay, result)
        finally:
            end(wait)

    asyncio.sleep = asyncio.tasks.sleep = standing_for("asyncio.tasks", "sleep", sleep)


def _sleeps(seconds):
    wait = begin(rounded(seconds) if is_own(2) else seconds)
    try:
        return _sleep(seconds)
    finally:
        end(wait)


def rounded(seconds):
    """Returns what the standard library asks for, as what is left of some time, in whole milliseconds."""
    return round(seconds, 3) if isinstance(seconds, (int, float)) else None


def begin(seconds):
    """
    Reports that the running job, or main, begins to sleep. Returns its wait, for `end`; None if that is not reported, as
    if there are no `seconds`.
    """
    global _left
    # A thread that the program has started itself belongs to no job.
    place = current.get(None)
    if place is None or _left == 0 or not isinstance(seconds, (int, float)):
        return None
    if not _SHORTEST <= seconds <= _LONGEST:
        return None
    _left -= 1
    lane, job = place
    wait = {"lane": lane, "job": job, "for": "sleep", "on": f"{seconds + 0} s"}
    emit(with_line({"type": "wait-started", **wait}, here()))
    return wait


def end(wait):
    """Reports that a sleep has ended."""
    if wait is not None:
        emit({"type": "wait-ended", **wait})
