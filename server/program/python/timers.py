"""Until when a program has timers, for the server: what a lane waits for may come from one (program/timers.ts)."""
import _thread
import sys
import threading
import time

from .console import place
from .wire import emit, now

# The shortest time between two reports, in seconds. runs/pass/waits.ts needs them within 0.75 s.
_EVERY = 0.1
# The shortest time that is reported, in ms, so that a timer which is set again and again is not reported each time.
_NEAR_MS = 1000

_sleep = time.sleep
_lock = _thread.allocate_lock()
# Timers that may be pending: the lane, when it is due in ms, and what returns whether it still is.
_timers = []
# Until when the server knows of timers, by lane.
_told = {}
_is_telling = False


def watch_timers():
    """Watches `threading.Timer` and, if asyncio is loaded, `call_later` and `call_at` of its loops."""
    start = threading.Timer.start

    def start_timer(timer):
        start(timer)
        _note(timer.interval, lambda: timer.is_alive() and not timer.finished.is_set())

    threading.Timer.start = start_timer
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return
    loop = asyncio.BaseEventLoop
    call_at = loop.call_at

    def calls_at(self, when, *args, **options):
        handle = call_at(self, when, *args, **options)
        _note(when - self.time(), lambda: handle._scheduled and not handle.cancelled())
        return handle

    loop.call_at = calls_at


def _note(seconds, is_pending):
    global _is_telling
    if not isinstance(seconds, (int, float)) or not 0 < seconds < float("inf"):
        return
    lane, _ = place()
    with _lock:
        _timers.append((lane, now() + seconds * 1000, is_pending))
        if _is_telling:
            return
        _is_telling = True
    try:
        _thread.start_new_thread(_tells, ())
    except RuntimeError:
        # The system refuses another thread: the server hears of no timers.
        with _lock:
            _is_telling = False


def _tells():
    """Tells of timers, on a thread of its own, as long as there are any."""
    global _is_telling
    while True:
        _sleep(_EVERY)
        due, time_ms = {lane: 0 for lane in _told}, now()
        with _lock:
            _timers[:] = [one for one in _timers if one[2]()]
            # One that is late is still to come.
            for lane, due_ms, _ in _timers:
                due[lane] = max(due.get(lane, 0), due_ms, time_ms)
            _is_telling = len(_timers) > 0
        for lane, due_ms in due.items():
            told_ms = _told.get(lane, 0)
            if (due_ms <= told_ms) if due_ms > 0 else (told_ms <= time_ms):
                continue
            _told[lane] = max(due_ms, time_ms + _NEAR_MS) if due_ms > 0 else 0
            emit({"type": "timers", "lane": lane, "forMs": max(0, _told[lane] - time_ms)})
        if not _is_telling:
            return
