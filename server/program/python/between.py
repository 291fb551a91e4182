"""Watches what a script's processes share: the locks and the first queue that it makes with `multiprocessing`."""
import functools
import multiprocessing
from multiprocessing import context, queues, util

from . import memory, semaphores
from .locks import SharedLock
from .observed import is_own
from .reports import Sent, report_message, waits
from .wire import now


class Between:
    """The locks and queues between processes. `watch` is the one over the script; `shared`: a jail's file for memory."""

    def __init__(self, watch, shared):
        self._watch = watch
        self._shared = shared

    def install(self):
        """Puts the watched kinds in the places of Python's own."""
        if semaphores.install():
            memory.install(self._shared)
            _refuse("Manager", "needs sockets")
        for name in "Lock", "RLock":
            _replace(name, self._lock)
        for name in "Queue", "JoinableQueue", "SimpleQueue":
            _replace(name, self._queue)
        for kind in queues.Queue, queues.JoinableQueue, queues.SimpleQueue:
            if "put" in vars(kind):
                kind.put = self._putting(kind.put)
            if "get" in vars(kind):
                kind.get = self._getting(kind.get)

    def _lock(self, made):
        lock = self._watch.lock(made, True)
        util.register_after_fork(lock, SharedLock.forget)
        return lock

    def _queue(self, made):
        self._watch.takes(made)
        return made

    def _putting(self, put):
        @functools.wraps(put)
        def watched(queue, item, *how, **named):
            if not self._watch.shows(queue):
                return put(queue, item, *how, **named)
            block, timeout = _wait_of(how, named)
            sent, began = self._watch.message(item), now()
            act = lambda: put(queue, sent, *how, **named)  # noqa: E731
            is_full = block and hasattr(queue, "full") and queue.full()
            answer = waits("room in the queue", act, timeout) if is_full else act()
            # It may have been received before: another process says so.
            report_message("message-sent", sent, None if is_full else began)
            return answer

        return watched

    def _getting(self, get):
        @functools.wraps(get)
        def watched(queue, *how, **named):
            if not self._watch.shows(queue):
                return get(queue, *how, **named)
            block, timeout = _wait_of(how, named)
            act = lambda: get(queue, *how, **named)  # noqa: E731
            item = waits("a message", act, timeout) if block else act()
            if type(item) is not Sent:
                return item
            report_message("message-received", item)
            return item[2]

        return watched


def _replace(name, watched):
    """Replaces a function that makes something, in every context and in the module."""
    make = getattr(context.BaseContext, name)

    @functools.wraps(make)
    def made(*given, **named):
        one = make(*given, **named)
        return one if is_own(1) else watched(one)

    setattr(context.BaseContext, name, made)
    setattr(multiprocessing, name, getattr(context._default_context, name))


def _refuse(name, why):
    def refused(*_, **__):
        raise PermissionError(f"multiprocessing.{name} {why}, which a script does not have here. Use a Queue or a Pipe.")

    setattr(context.BaseContext, name, refused)
    setattr(multiprocessing, name, refused)


def _wait_of(how, named):
    """Returns whether a call waits, and for how long at most: its arguments are `block` and `timeout`."""
    block, timeout = (*how, True, None)[:2] if len(how) != 1 else (how[0], None)
    return named.get("block", block), named.get("timeout", timeout)
