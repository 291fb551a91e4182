"""The conditions, events, barriers and semaphores of a script’s threads: what it does with them becomes facts.

Each is Python’s own, and behaves as it. Those that the standard library makes stay unwatched. An event, a barrier, and a
semaphore that has no permit at first, which tells of something that has happened, are reported as conditions.
"""
import threading
from collections import deque

from .lines import here, is_own, with_line
from .locks import Name, WatchedLock
from .reports import begin_wait, end_wait, party
from .wire import emit

_Condition, _Event, _Barrier = threading.Condition, threading.Event, threading.Barrier
_Semaphore, _BoundedSemaphore = threading.Semaphore, threading.BoundedSemaphore
_new_lock, _new_rlock = threading.Lock, threading.RLock

# As in protocol/asks.ts.
MAX_PERMITS = 1000

_watch = None


def install(watch):
    """Puts the watched kinds in the places of Python's own."""
    global _watch
    _watch = watch
    for kind in WatchedCondition, WatchedEvent, WatchedBarrier, WatchedSemaphore, WatchedBoundedSemaphore:
        name = kind.__name__.removeprefix("Watched")
        kind.__module__, kind.__name__, kind.__qualname__ = "threading", name, name
        for function in filter(callable, vars(kind).values()):
            # An error of a call that it refuses names it so, too.
            function.__qualname__ = f"{name}.{function.__name__}"
        setattr(threading, name, kind)


class _Sleeper:
    """One that waits for a condition: for at most `timeout` seconds, if that is not None."""

    def __init__(self, name, timeout):
        self.wait = {**party(), "for": "condition", "on": str(name)}
        self.timeout = timeout
        # The id of the notification that ended its wait.
        self.by = None


class WatchedCondition(_Condition):
    # Attributes with names that no subclass in a script can have.
    __name, __is_for_all = None, False

    def __init__(self, lock=None):
        if is_own(1):
            super().__init__(lock)
        else:
            name = _watch.name("condition")
            self._begin(name, WatchedLock(_new_rlock(), name) if lock is None else lock, False)

    @classmethod
    def keeping(cls, name):
        """Returns one for what keeps that it was notified, so that no notification is lost."""
        made = cls.__new__(cls)
        made._begin(name, _new_lock(), True)
        return made

    def _begin(self, name, lock, keeps):
        super().__init__(lock)
        self.__name, self.__keeps = Name(name), keeps
        self.__sleepers = deque()
        self.__timeout = None
        self._let_go, self._take_back = self._release_save, self._acquire_restore
        self._release_save, self._acquire_restore = self._falls_asleep, self._wakes

    def wait(self, timeout=None):
        # Whoever holds the lock is alone here.
        if self.__name is not None and self._is_owned():
            self.__timeout = timeout
        return super().wait(timeout)

    def notify(self, n=1):
        if self.__name is not None and self._is_owned() and isinstance(n, (int, float)):
            self.__notes(n)
        super().notify(n)

    def __notes(self, n):
        """Notes whom a notification wakes: all, or the first `n`."""
        if self.__is_for_all:
            by = self._tells(True) if self.__sleepers or not self.__keeps else None
            while self.__sleepers:
                self.__sleepers.popleft().by = by
        elif n > 0:
            if not self.__sleepers and not self.__keeps:
                self._tells(False)
            while self.__sleepers and n > 0:
                self.__sleepers.popleft().by = self._tells(False)
                n -= 1

    def notify_all(self):
        if self.__name is None or not self._is_owned():
            return super().notify_all()
        self.__is_for_all = True
        try:
            # It calls the other method.
            super().notify_all()
        finally:
            self.__is_for_all = False

    def _at_fork_reinit(self):
        super()._at_fork_reinit()
        if self.__name is not None:
            self.__sleepers.clear()

    def _tells(self, is_all):
        fact = {"type": "condition-notified", **party(), "on": str(self.__name), "all": is_all, "id": _watch.id()}
        emit(with_line(fact, here()))
        return fact["id"]

    def _falls_asleep(self):
        """Releases the lock. Before another thread can do anything with it, the wait has been reported."""
        sleeper = _Sleeper(self.__name, self.__timeout)
        self.__sleepers.append(sleeper)

        def report():
            begin_wait(sleeper.wait, sleeper.timeout)

        if isinstance(self._lock, WatchedLock):
            return sleeper, self._let_go(report)
        report()
        return sleeper, self._let_go()

    def _wakes(self, state):
        sleeper, held = state
        end_wait(sleeper.wait, sleeper.timeout, sleeper.by is not None, sleeper.by)
        self._take_back(held)
        # Notified while it took the lock back, it has kept that from others, as in Python's own.
        if sleeper in self.__sleepers:
            self.__sleepers.remove(sleeper)


class WatchedEvent(_Event):
    def __init__(self):
        super().__init__()
        if not is_own(1):
            self._cond = WatchedCondition.keeping(_watch.name("condition", "event"))


class WatchedBarrier(_Barrier):
    def __init__(self, parties, action=None, timeout=None):
        super().__init__(parties, action, timeout)
        if not is_own(1):
            self._cond = WatchedCondition.keeping(_watch.name("condition", "barrier"))


class WatchedSemaphore(_Semaphore):
    # Attributes with names that no subclass in a script can have.
    __name = None

    def __init__(self, value=1):
        # Not that of the bounded kind, which calls what has its parent's name: this, by now.
        _Semaphore.__init__(self, value)
        if isinstance(self, _BoundedSemaphore):
            self._initial_value = value
        if is_own(1) or not isinstance(value, int):
            return
        if value == 0:
            self._cond = WatchedCondition.keeping(_watch.name("condition", "semaphore"))
            return
        self.__name, self.__permits = Name(_watch.name("semaphore")), int(min(value, MAX_PERMITS))
        # The ids of the latest permits that were given back.
        self.__given = deque(maxlen=MAX_PERMITS)

    def acquire(self, blocking=True, timeout=None):
        if self.__name is None or (not blocking and timeout is not None):
            return super().acquire(blocking, timeout)
        wait = {**party(), "for": "semaphore", "on": str(self.__name), "permits": self.__permits}
        if super().acquire(False):
            self._take()
            begin_wait(wait)
            end_wait(wait)
            return True
        if not blocking:
            return False
        has, by = False, None
        begin_wait(wait, timeout)
        try:
            has = super().acquire(True, timeout)
            by = self._take() if has else None
        finally:
            end_wait(wait, timeout, has, by)
        return has

    __enter__ = acquire

    def release(self, n=1):
        if self.__name is not None and isinstance(n, int) and not self.__is_over(n):
            # More than there are at most free none that anyone waits for.
            for _ in range(min(n, MAX_PERMITS)):
                id = _watch.id()
                emit(with_line({"type": "permit-released", **party(), "on": str(self.__name), "id": id}, here()))
                self.__given.append(id)
        super().release(n)

    def __is_over(self, n):
        """Reports whether that is more than it had at first, which the bounded kind refuses."""
        return isinstance(self, _BoundedSemaphore) and self._value + n > self._initial_value

    def _take(self):
        try:
            return self.__given.popleft()
        except IndexError:
            return None


class WatchedBoundedSemaphore(WatchedSemaphore, _BoundedSemaphore):
    pass
