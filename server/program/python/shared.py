"""The memory of a process, which its threads share: a list and a counter. Each access is an event."""
import json
from threading import Lock

from .lines import here, with_line
from .shown import shown
from .values import to_json
from .wire import emit

_LIST_BYTES = 256 * 1024


class Memory:
    """What the threads of a process share. An access and its event are one step, under its lock."""

    def __init__(self):
        self.lock = Lock()
        self.values = []
        self.used = 0
        self.counter = 0


class Shared:
    """The memory as one job sees it. Threads share it; every other process has its own."""

    def __init__(self, memory, lane, job):
        self.counter = Counter(memory, lane, job)
        self._memory = memory
        self._party = {"lane": lane, "job": job}

    def append(self, value):
        """Adds a copy of a value, as JSON, to the end of the list; returns its new length."""
        text = to_json(value)
        size = 4 + len(text.encode("utf-8", "replace"))
        line = here()
        memory = self._memory
        with memory.lock:
            if memory.used + size > _LIST_BYTES:
                raise ValueError(f"The shared list is full: {_LIST_BYTES} bytes.")
            memory.used += size
            memory.values.append(text)
            length = len(memory.values)
            fact = {"key": "list", "value": json.loads(text), "length": length}
            emit(with_line({"type": "shared-written", **self._party, **fact}, line))
            return length

    def values(self):
        """Returns copies of the list's values."""
        with self._memory.lock:
            return [json.loads(text) for text in self._memory.values]


class Counter:
    """A number that the threads of a process share."""

    def __init__(self, memory, lane, job):
        self._memory = memory
        self._party = {"lane": lane, "job": job, "key": "counter"}

    def read(self):
        """Returns the number."""
        line = here()
        with self._memory.lock:
            value = self._memory.counter
            emit(with_line({"type": "shared-read", **self._party, "value": value}, line))
            return value

    def write(self, value):
        """Sets the number, and so overwrites what other threads wrote since this one read it."""
        if type(value) is not int or abs(value) >= 2**31:
            raise ValueError(f"counter.write({shown(value)}): needs a 32-bit whole number.")
        line = here()
        with self._memory.lock:
            self._memory.counter = value
            fact = {"type": "shared-written", **self._party, "value": value, "length": None}
            emit(with_line(fact, line))

    def add(self, amount=1):
        """Reads, adds and writes in one step, which no other thread can interrupt. Returns the new number."""
        if type(amount) is not int:
            raise ValueError(f"counter.add({shown(amount)}): needs a whole number.")
        line = here()
        with self._memory.lock:
            value = (self._memory.counter + amount + 2**31) % 2**32 - 2**31
            self._memory.counter = value
            fact = {"type": "shared-written", **self._party, "value": value, "length": None, "atomic": True}
            emit(with_line(fact, line))
            return value
