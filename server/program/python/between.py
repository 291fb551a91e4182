"""Watches what a script's processes share, which it makes with `multiprocessing`: what they wait for, and the first queue."""
import functools
import multiprocessing
from multiprocessing import context, queues, util

from . import memory, semaphores
from .conditions import MAX_PERMITS
from .lines import here, is_own, with_line
from .locks import SharedLock
from .reports import Sent, begin_wait, end_wait, party, report_message, report_wait, waits
from .wire import emit, now


class Between:
    """What is between processes. `watch` is the one over the script; `shared`: a jail's file for memory."""

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
        for name in "Semaphore", "BoundedSemaphore":
            _replace(name, self._semaphore)
        for name in "Condition", "Event", "Barrier":
            _replace(name, functools.partial(self._signal, name.lower()))
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

    def _semaphore(self, made):
        permits = made.get_value()
        if permits == 0:
            return self._signal("semaphore", made)
        return SharedSemaphore(made, self._watch, permits)

    def _signal(self, usual, made):
        return SharedSignal(made, self._watch.name("condition", usual))

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


class _Stand:
    """Stands for something that the script has made: it behaves as it, and has its name."""

    def __init__(self, made, name):
        self._made, self._name = made, name

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def __getattr__(self, name):
        return getattr(self._made, name)

    def __repr__(self):
        return repr(self._made)

    def __reduce_ex__(self, protocol):
        return self._made.__reduce_ex__(protocol)


class SharedSignal(_Stand):
    """A condition, an event or a barrier. Which process ended a wait for it, no other knows."""

    def wait(self, timeout=None):
        if getattr(self._made, "is_set", bool)():
            return True
        return self._report(lambda: self._made.wait(timeout), timeout)

    def wait_for(self, predicate, timeout=None):
        return self._report(lambda: self._made.wait_for(predicate, timeout), timeout)

    def acquire(self, block=True, timeout=None):
        if hasattr(self._made, "wait") or not block:
            return self._made.acquire(block, timeout)
        return self._made.acquire(False) or self._report(lambda: self._made.acquire(True, timeout), timeout)

    def _report(self, act, timeout):
        return report_wait({**party(), "for": "condition", "on": self._name}, act, timeout, needs=True)


class SharedSemaphore(_Stand):
    """A semaphore with permits."""

    def __init__(self, made, watch, permits):
        super().__init__(made, watch.name("semaphore"))
        self._watch, self._permits = watch, min(permits, MAX_PERMITS)

    def acquire(self, block=True, timeout=None):
        has = self._made.acquire(False)
        if not has and not block:
            return False
        wait = {**party(), "for": "semaphore", "on": self._name, "permits": self._permits}
        if not has:
            return report_wait(wait, lambda: self._made.acquire(True, timeout), timeout, needs=True)
        begin_wait(wait)
        end_wait(wait)
        return True

    def release(self):
        semaphore = self._made._semlock
        # One that is bounded refuses more than it had at first.
        if semaphore._get_value() < semaphore.maxvalue:
            fact = {"type": "permit-released", **party(), "on": self._name, "id": self._watch.id()}
            emit(with_line(fact, here()))
        self._made.release()


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
