"""The api that is passed to a program's functions, for one job or for main."""
import math
import time
from threading import get_native_id
from types import SimpleNamespace

from .compute import report_computing, spin
from .console import write_output
from .hub_objects import Condition, Lock, Queue, Semaphore, named
from .later import Pause, operation
from .lines import here
from .seeded import seconds_between, uniform
from .shared import Shared
from .shown import shown
from .waiting import waiting

_sleep = time.sleep


class Context:
    """What a lane needs to run jobs. `pid`: the number of its process, as the system's tools show it. `gather`: passes on
    to main what the program's check is given; None if it has none."""

    def __init__(self, lane, name, pid, settings, program, memory, asker, gather=None):
        self.lane, self.name, self.pid = lane, name, pid
        self.settings, self.program, self.memory, self.asker = settings, program, memory, asker
        self.gather = gather
        # Jobs under way on the lane.
        self.running = set()


class Api:
    """What a job can do. On the event loop, what waits is to be awaited; elsewhere it blocks its thread."""

    def __init__(self, job, context, is_async):
        settings = context.settings
        self.is_async = is_async
        self.queue = Queue(context.asker, job, is_async)
        self.shared = Shared(context.memory, context.lane, job)
        self.lane = SimpleNamespace(name=context.name, pid=context.pid, thread_id=get_native_id())
        self._context, self._job, self._settings = context, job, settings
        self._draw = uniform(settings["seed"], -1 if job is None else job)

    @operation
    def work(self, seconds):
        """Works for `seconds`: waits or computes, as chosen in the form."""
        _check_seconds("work", seconds)
        kind = self._settings["work"]
        if kind == "wait" or (kind == "mixed" and (self._job or 0) % 2 == 0):
            yield from self._sleeps(seconds)
        else:
            self.compute(seconds)

    @operation
    def sleep(self, seconds):
        """Waits for `seconds`, while others may run."""
        _check_seconds("sleep", seconds)
        yield from self._sleeps(seconds)

    def compute(self, seconds):
        """Does the work that one idle core does in `seconds`, and blocks its thread until it is done."""
        _check_seconds("compute", seconds)
        report_computing(self._context.lane, self._job, seconds)
        spin(round(seconds * self._settings["blocksPerSecond"]))

    def random(self, shortest=None, longest=None):
        """Returns seconds drawn from the form's range, or from another one: the same in every pass."""
        low = self._settings["minSeconds"] if shortest is None else shortest
        high = self._settings["maxSeconds"] if longest is None else longest
        if not (_is_number(low) and _is_number(high) and low <= high):
            raise ValueError(f"random({shown(low)}, {shown(high)}): needs two numbers, the smaller first.")
        return seconds_between(low, high, self._draw())

    def log(self, text):
        """Writes a line to the console. `print` writes there too."""
        write_output(self._context.lane, self._job, "stdout", str(text), here())

    def lock(self, name):
        """Returns the lock of that name, one for all lanes: `with api.lock("A"):`."""
        return named(Lock, "lock", self._context.asker, self._job, self.is_async, name)

    def semaphore(self, name, permits):
        """Returns the semaphore of that name, one for all lanes, with that many permits."""
        if type(permits) is not int or not 1 <= permits <= 1000:
            called = f"semaphore({shown(name)}, {shown(permits)})"
            raise ValueError(f"{called}: needs a whole number of permits, from 1 to 1,000.")
        asker = self._context.asker
        return named(Semaphore, "semaphore", asker, self._job, self.is_async, name, permits)

    def condition(self, name):
        """Returns the condition of that name, one for all lanes, with its lock: `with api.condition("full"):`."""
        asker = self._context.asker
        return named(Condition, "condition", asker, self._job, self.is_async, name)

    def start(self, n, daemon=False):
        """Only main has it: raises."""
        raise RuntimeError(f"start({shown(n)}): only main can start jobs.")

    def _sleeps(self, seconds):
        wait = {"lane": self._context.lane, "job": self._job, "for": "sleep", "on": f"{seconds} s"}
        yield from waiting(wait, here(), lambda: Pause(seconds, _sleep))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _check_seconds(called, seconds):
    if not (_is_number(seconds) and 0 <= seconds <= 1e6):
        raise ValueError(f"{called}({shown(seconds)}): needs a number of seconds from 0 to 1,000,000.")
