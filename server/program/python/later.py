"""Results that come later, and operations that wait for them: on a thread by blocking it, on the event loop by await."""
import _thread
import functools


class Later:
    """A result that is set once, from any thread."""

    def __init__(self):
        self._mutex = _thread.allocate_lock()
        self._callbacks = []
        self.is_set = False
        self.result = None

    def set(self, result=None):
        """Sets the result, unless it is set already."""
        with self._mutex:
            if self.is_set:
                return
            self.is_set, self.result = True, result
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(result)

    def then(self, callback):
        """Calls `callback` with the result, at once if it is there; on the thread that sets it if not."""
        with self._mutex:
            if not self.is_set:
                self._callbacks.append(callback)
                return
        callback(self.result)

    def wait(self):
        """Blocks the thread until the result is there."""
        turn = _thread.allocate_lock()
        turn.acquire()
        self.then(lambda _: turn.release())
        turn.acquire()
        return self.result

    async def arrival(self):
        """Waits for the result on the event loop."""
        import asyncio

        loop = asyncio.get_running_loop()
        thread = _thread.get_ident()
        turn = loop.create_future()

        def end(_=None):
            if not turn.done():
                turn.set_result(None)

        def notify(_):
            if _thread.get_ident() == thread:
                end()
            else:
                loop.call_soon_threadsafe(end)

        self.then(notify)
        await turn
        return self.result


class Pause:
    """A pause of some seconds, to be waited for like a `Later`."""

    def __init__(self, seconds, sleep):
        self._seconds, self._sleep = seconds, sleep

    def wait(self):
        self._sleep(self._seconds)

    async def arrival(self):
        import asyncio

        # Not `asyncio.sleep`, which is watched: see sleeps.py.
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        timer = loop.call_later(self._seconds, lambda: turn.done() or turn.set_result(None))
        try:
            await turn
        finally:
            timer.cancel()


def blocking(steps):
    """Runs the steps of an operation, which yields what it waits for; blocks the thread meanwhile."""
    try:
        waited = next(steps)
        while True:
            try:
                result = waited.wait()
            except BaseException as error:
                waited = steps.throw(error)
            else:
                waited = steps.send(result)
    except StopIteration as stop:
        return stop.value


async def awaited(steps):
    """Does the same on the event loop, where others run meanwhile."""
    try:
        waited = next(steps)
        while True:
            try:
                result = await waited.arrival()
            except BaseException as error:
                waited = steps.throw(error)
            else:
                waited = steps.send(result)
    except StopIteration as stop:
        return stop.value


def operation(steps):
    """Makes a method of its steps: it blocks, or returns what is to be awaited if its object `is_async`."""

    @functools.wraps(steps)
    def call(self, *args, **options):
        return (awaited if self.is_async else blocking)(steps(self, *args, **options))

    return call
