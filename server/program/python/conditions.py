"""The conditions, events, barriers and semaphores of a script’s threads: what it does with them becomes facts.

Each is Python’s own, and behaves as it. Those that the standard library makes stay unwatched. An event, a barrier, and a
semaphore that has no permit at first, which tells of something that has happened, are reported as conditions.
"""
import threading
from collections import deque

from .lines import here, is_own, with_line
from .locks import Name, WatchedLock
from .reports import party
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
        setattr(threading, name, kind)


class _Sleeper:
    """One that waits for a condition: for at most `timeout` seconds, if that is no None."""

    def __init__(self, timeout):
        self.timeout = timeout
        # The id of the notification that ended its wait.
        self.by = None


class WatchedCondition(_Condition):
    def __init__(self, lock=None):
        if is_own(1):
            self._name = None
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
        self._name, self._keeps = Name(name), keeps
        self._sleepers = deque()
        self._timeout = None
        self._let_go, self._take_back = self._release_save, self._acquire_restore
        self._release_save, self._acquire_restore = self._falls_asleep, self._wakes

    def wait(self, timeout=None):
        # Whoever holds the lock is alone here.
        if self._name is not None and self._is_owned():
            self._timeout = timeout
        return super().wait(timeout)

    def notify(self, n=1):
        if self._name is not None and n > 0 and self._is_owned():
            woken = [self._sleepers.popleft() for _ in range(min(n, len(self._sleepers)))]
            for sleeper in woken:
                sleeper.by = self._tells(False)
            if not woken and not self._keeps:
                self._tells(False)
        super().notify(n)

    def notify_all(self):
        if self._name is not None and self._is_owned():
            by = self._tells(True) if self._sleepers or not self._keeps else None
            while self._sleepers:
                self._sleepers.popleft().by = by
        # Not the other method, which would tell of each.
        _Condition.notify(self, len(self._waiters))

    def _at_fork_reinit(self):
        super()._at_fork_reinit()
        if self._name is not None:
            self._sleepers.clear()

    def _tells(self, is_all):
        fact = {"type": "condition-notified", **party(), "on": str(self._name), "all": is_all, "id": _watch.id()}
        emit(with_line(fact, here()))
        return fact["id"]

    def _falls_asleep(self):
        """Releases the lock. Before another thread can do anything with it, the wait has been reported."""
        sleeper = _Sleeper(self._timeout)
        self._sleepers.append(sleeper)

        def report():
            for wait in self._waits_of(sleeper):
                emit(with_line({"type": "wait-started", **wait}, here()))

        if isinstance(self._lock, WatchedLock):
            return sleeper, self._let_go(report)
        report()
        return sleeper, self._let_go()

    def _wakes(self, state):
        sleeper, held = state
        first, *rest = self._waits_of(sleeper)
        for wait in rest:
            emit({"type": "wait-ended", **wait})
        emit({"type": "wait-ended", **first, **({} if sleeper.by is None else {"by": sleeper.by})})
        self._take_back(held)
        # Notified while it took the lock back, it has kept that from others, as in Python's own.
        if sleeper in self._sleepers:
            self._sleepers.remove(sleeper)

    def _waits_of(self, sleeper):
        """Returns its waits: a timeout is one, too."""
        timeout = sleeper.timeout
        kinds = [("condition", str(self._name))]
        if isinstance(timeout, (int, float)) and timeout > 0:
            kinds.append(("sleep", f"{timeout} s"))
        return [{**party(), "for": kind, "on": on} for kind, on in kinds]


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


class _Watched:
    """What the watched kinds of semaphore have in common."""

    def __init__(self, value=1):
        # Not that of the bounded kind, which calls what has its parent's name: this, by now.
        _Semaphore.__init__(self, value)
        self._initial_value = value
        self._name = None
        if is_own(1):
            return
        if value == 0:
            self._cond = WatchedCondition.keeping(_watch.name("condition", "semaphore"))
            return
        self._name, self._permits = Name(_watch.name("semaphore")), min(value, MAX_PERMITS)
        # The ids of the latest permits that were given back.
        self._given = deque(maxlen=MAX_PERMITS)

    def acquire(self, blocking=True, timeout=None):
        if self._name is None or (not blocking and timeout is not None):
            return super().acquire(blocking, timeout)
        on = {**party(), "on": str(self._name)}
        wait = {**on, "for": "semaphore"}
        has = super().acquire(False)
        if not has and not blocking:
            return False
        emit(with_line({"type": "wait-started", **wait, "permits": self._permits}, here()))
        by = {}
        if has:
            self._take()
        else:
            has, by = self._await(timeout)
        emit({"type": "wait-ended", **wait, **by})
        if not has:
            # The end of a wait says that it has a permit.
            emit({"type": "permit-released", **on, "id": _watch.id()})
        return has

    def _await(self, timeout):
        """Waits for a permit. Returns whether it has one, and the id of the event that gave it back, as part of a fact."""
        until = None
        if isinstance(timeout, (int, float)) and timeout > 0:
            until = {**party(), "for": "sleep", "on": f"{timeout} s"}
            emit({"type": "wait-started", **until})
        try:
            has = super().acquire(True, timeout)
        finally:
            if until is not None:
                emit({"type": "wait-ended", **until})
        by = self._take() if has else None
        return has, {} if by is None else {"by": by}

    __enter__ = acquire

    def release(self, n=1):
        is_over = isinstance(self, _BoundedSemaphore) and self._value + n > self._initial_value
        if self._name is not None and not is_over:
            for _ in range(n):
                id = _watch.id()
                emit(with_line({"type": "permit-released", **party(), "on": str(self._name), "id": id}, here()))
                self._given.append(id)
        super().release(n)

    def _take(self):
        try:
            return self._given.popleft()
        except IndexError:
            return None


class WatchedSemaphore(_Watched, _Semaphore):
    pass


class WatchedBoundedSemaphore(_Watched, _BoundedSemaphore):
    pass
