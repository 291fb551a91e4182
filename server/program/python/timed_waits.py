"""Waits of a program's own for some time at most: for an event, a message, a thread or the like. As `Atomics.wait` with a
time, each is a sleep, though something may end it before.

What waits in the standard library's threads does so by `Condition.wait`. What is written in C is not watched: a lock's
`acquire` and a `SimpleQueue`. Nor is a wait without a time, of which nothing says when it ends.
"""
import functools
import select
import threading

from .sleeps import begin, end, rounded, standing_for

_select = select.select


def watch_timed_waits():
    """Watches them from now on."""
    threading.Condition.wait = _watched(threading.Condition.wait)
    threading.Thread.join = _watched(threading.Thread.join, lambda thread: thread._initialized and thread.is_alive())
    select.select = standing_for("select", "select", _selects)


def _watched(original, lasts=lambda _: True):
    """Returns what stands for a method that waits; `lasts`: whether it will."""

    @functools.wraps(original)
    def waits(self, timeout=None):
        wait = begin(rounded(timeout)) if timeout is not None and lasts(self) else None
        try:
            return original(self, timeout)
        finally:
            end(wait)

    return waits


def _selects(*given):
    wait = begin(given[3] if len(given) > 3 else None)
    try:
        return _select(*given)
    finally:
        end(wait)
