"""The locks that a script makes: what it does with them becomes facts."""
from threading import TIMEOUT_MAX

from .lines import here, with_line
from .reports import party, report_wait
from .wire import emit


class Name:
    """The name of what threads share. A process that was forked has a copy of that, which is called otherwise."""

    # The job that this process runs; None in main's process.
    process = None

    def __init__(self, text):
        self.text = text
        self._process = Name.process

    def __str__(self):
        return self.text if self._process == Name.process else f"{self.text} (job {Name.process})"


class WatchedLock:
    """A lock of the script’s, with the name by which it knows it."""

    def __init__(self, lock, name):
        self._lock = lock
        self._name = Name(name)
        self._depth = 0

    @property
    def name(self):
        return str(self._name)

    def acquire(self, blocking=True, timeout=-1):
        is_usual = isinstance(timeout, (int, float)) and (timeout == -1 or (blocking and 0 <= timeout <= TIMEOUT_MAX))
        if not is_usual:
            # It refuses that, and says why.
            return self._lock.acquire(blocking, timeout)
        if not blocking and not self._lock.acquire(False):
            return False
        wait = {**party(), "for": "lock", "on": self.name}
        # One that can be acquired again is held from the first time on.
        is_again = self._depth > 0 and self._is_mine_again()
        # An attempt that would not wait has succeeded by now.
        take = lambda: not blocking or self._take(timeout)  # noqa: E731
        has = take() if is_again else report_wait(wait, take, timeout, needs=True)
        if has:
            self._depth += 1
        return has

    def _take(self, timeout):
        return self._lock.acquire(True, timeout)

    def _is_mine_again(self):
        return getattr(self._lock, "_is_owned", bool)()

    def _is_to_release(self):
        """Reports whether this thread may release it. Python refuses to release a lock that another thread holds."""
        return self._depth > 0 and getattr(self._lock, "_is_owned", lambda: True)()

    # What `threading.Condition` needs: it releases and acquires a lock in one step, however often it is held.

    def _is_owned(self):
        return getattr(self._lock, "_is_owned", self.locked)()

    def _release_save(self, before=lambda: None):
        if self._depth > 0:
            emit(with_line({"type": "lock-released", **party(), "on": self.name}, here()))
        before()
        depth, self._depth = self._depth, 0
        return depth, getattr(self._lock, "_release_save", self._lock.release)()

    def _acquire_restore(self, state):
        depth, inner = state
        restore = getattr(self._lock, "_acquire_restore", lambda _: self._lock.acquire())
        report_wait({**party(), "for": "lock", "on": self.name}, lambda: restore(inner))
        self._depth = depth

    def _at_fork_reinit(self):
        self._lock._at_fork_reinit()
        self._depth = 0

    def release(self):
        if not self._is_to_release():
            return self._lock.release()
        if self._depth == 1:
            emit(with_line({"type": "lock-released", **party(), "on": self.name}, here()))
        self._depth = max(0, self._depth - 1)
        self._lock.release()

    def locked(self):
        return self._depth > 0

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def __repr__(self):
        return repr(self._lock)

    def __reduce_ex__(self, protocol):
        # Neither is it copied: it refuses that, and says why.
        return self._lock.__reduce_ex__(protocol)


class SharedLock(WatchedLock):
    """A lock that the script's processes share. It behaves as those of `multiprocessing` do."""

    @property
    def name(self):
        """Its name: all processes have the same lock."""
        return self._name.text

    def acquire(self, block=True, timeout=None):
        return super().acquire(block, -1 if timeout is None or not block else max(0, timeout))

    def release(self):
        # Any process may release it, also one that did not acquire it.
        self._depth = max(1, self._depth)
        super().release()

    def forget(self):
        """Notes that this process does not have it, which was forked just now."""
        self._depth = 0

    def _is_to_release(self):
        semaphore = self._lock._semlock
        return semaphore._is_mine() if semaphore.kind == 0 else semaphore._is_zero()

    def _take(self, timeout):
        return self._lock.acquire(True, None if timeout == -1 else timeout)

    def _is_mine_again(self):
        # RECURSIVE_MUTEX.
        return self._lock._semlock.kind == 0 and self._lock._semlock._is_mine()

    def __getattr__(self, name):
        return getattr(self._lock, name)
