"""Semaphores between processes where the system has none: in a jail, nothing can be written. They are made of pipes."""
import _multiprocessing
import errno
import fcntl
import operator
import os
import select
import threading
import time

_RECURSIVE = 0
# Most bytes that are put into a pipe at first: it holds at least that.
_MOST = 4096
# From <asm-generic/ioctls.h>: how many bytes can be read.
_FIONREAD = 0x541B


def install():
    """Makes `multiprocessing` use these, if it cannot make the system's own. Returns whether that is so."""
    try:
        _multiprocessing.SemLock(1, 1, 1, f"/script-{os.getpid()}", True)
        return False
    except OSError:
        _multiprocessing.SemLock = PipeSemaphore
        return True


class PipeSemaphore:
    """Does as `_multiprocessing.SemLock`. A byte in the pipe is a permit; of a semaphore with very many, one that is taken."""

    SEM_VALUE_MAX = 2**31 - 1

    # Those of none yet.
    _out = _in = -1

    def __init__(self, kind, value, maxvalue, name, unlink):
        value = operator.index(value)
        if not -(2**31) <= value < 2**31:
            raise OverflowError("Python int too large to convert to C int")
        if not 0 <= value <= maxvalue:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self.kind, self.maxvalue, self.name = kind, maxvalue, None
        self._counts_taken = value > _MOST
        self._out, self._in = os.pipe()
        self.handle = self._out
        # How often this process has it more than it has released it, and the thread that acquired it last.
        self._depth, self._owner = 0, None
        for end in self._out, self._in:
            os.set_blocking(end, False)
        if not self._counts_taken:
            os.write(self._in, b"." * value)

    def acquire(self, block=True, timeout=None):
        if self.kind == _RECURSIVE and self._is_mine():
            self._depth += 1
            return True
        until = None if timeout is None else time.monotonic() + max(0, timeout)
        while not (self._put() if self._counts_taken else self._take()):
            left = None if until is None else until - time.monotonic()
            if not block or (left is not None and left <= 0):
                return False
            ends = ([], [self._in], []) if self._counts_taken else ([self._out], [], [])
            select.select(*ends, left)
        self._depth += 1
        self._owner = threading.get_ident()
        return True

    def release(self):
        if self.kind == _RECURSIVE:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._depth > 1:
                self._depth -= 1
                return
        if self._get_value() >= self.maxvalue or not (self._take() if self._counts_taken else self._put()):
            raise ValueError("semaphore or lock released too many times")
        self._depth -= 1

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _count(self):
        return self._depth

    def _is_mine(self):
        return self._depth > 0 and self._owner == threading.get_ident()

    def _get_value(self):
        count = int.from_bytes(fcntl.ioctl(self._out, _FIONREAD, bytes(4)), "little")
        return self.maxvalue - count if self._counts_taken else count

    def _is_zero(self):
        return self._get_value() == 0

    def _after_fork(self):
        self._depth = 0

    def _put(self):
        return _tried(lambda: os.write(self._in, b"."))

    def _take(self):
        return _tried(lambda: os.read(self._out, 1))

    def __del__(self, close=os.close):
        for end in self._out, self._in:
            try:
                close(end)
            except OSError:
                # The script has closed what it did not open.
                pass


def _tried(act):
    try:
        act()
        return True
    except OSError as error:
        if error.errno != errno.EAGAIN:
            raise
        return False
