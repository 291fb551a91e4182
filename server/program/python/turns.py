"""Turns: who holds the locks and the permits, who waits for them or for a condition, in the order of the requests.

The same as server/program/turns.ts. A party is a pair of lane and job. A wait is called with the id of the event that
ended it, or None.
"""
import json

_MAX_SEMAPHORES = 1000


class Locks:
    """The locks, and the conditions that are waited for with them."""

    def __init__(self):
        self._locks = {}
        self._conditions = {}

    def acquire(self, name, party, answer):
        lock = self._locks.get(name)
        if lock is None:
            self._locks[name] = [party, []]
            answer(None)
        else:
            lock[1].append((party, answer))

    def release(self, name, party):
        """Passes the lock to the next in line. Does nothing if the party does not hold it."""
        lock = self._locks.get(name)
        if lock is None or lock[0] != party:
            return
        if not lock[1]:
            del self._locks[name]
            return
        lock[0], answer = lock[1].pop(0)
        answer(None)

    def wait(self, condition, lock, party, notified, answer):
        """Releases the lock and waits for the condition, in one step: no notify can come between."""
        if self._locks.get(lock, [None])[0] != party:
            return
        self._conditions.setdefault(condition, []).append((lock, party, notified, answer))
        self.release(lock, party)

    def notify(self, condition, is_all, by):
        """Ends the first wait for the condition, or all: they then wait for their locks in the same order."""
        waits = self._conditions.pop(condition, [])
        count = len(waits) if is_all else 1
        if waits[count:]:
            self._conditions[condition] = waits[count:]
        for lock, party, notified, answer in waits[:count]:
            notified(by)
            self.acquire(lock, party, answer)

    def leave(self, lane):
        """Drops the waits of a lane that has ended. What it holds stays held."""
        for lock in self._locks.values():
            lock[1] = [wait for wait in lock[1] if wait[0][0] != lane]
        for name, waits in list(self._conditions.items()):
            self._conditions[name] = [wait for wait in waits if wait[1][0] != lane]


class Semaphores:
    """The semaphores: how many permits each has, and which party holds how many of them."""

    def __init__(self):
        self._semaphores = {}

    def fix(self, name, permits):
        """Fixes the number of permits if the name is new. Returns what is wrong if it has another; else None."""
        known = self._semaphores.get(name)
        if known is not None:
            return None if known["permits"] == permits else other_permits(name, permits, known["permits"])
        if len(self._semaphores) >= _MAX_SEMAPHORES:
            return f"There are {_MAX_SEMAPHORES} semaphores already."
        self._semaphores[name] = {"permits": permits, "free": permits, "held": {}, "waiting": []}
        return None

    def acquire(self, name, party, answer):
        semaphore = self._semaphores.get(name)
        if semaphore is None:
            return
        if semaphore["free"] == 0:
            semaphore["waiting"].append((party, answer))
            return
        semaphore["free"] -= 1
        semaphore["held"][party] = semaphore["held"].get(party, 0) + 1
        answer(None)

    def release(self, name, party, by):
        """Passes a permit to the next in line. Does nothing if the party holds none."""
        semaphore = self._semaphores.get(name)
        if semaphore is None or semaphore["held"].get(party, 0) == 0:
            return
        semaphore["held"][party] -= 1
        if not semaphore["waiting"]:
            semaphore["free"] += 1
            return
        following, answer = semaphore["waiting"].pop(0)
        semaphore["held"][following] = semaphore["held"].get(following, 0) + 1
        answer(by)

    def leave(self, lane):
        """Drops the waits of a lane that has ended. The permits that it holds stay held."""
        for semaphore in self._semaphores.values():
            semaphore["waiting"] = [wait for wait in semaphore["waiting"] if wait[0][0] != lane]


def other_permits(name, permits, fixed):
    """Says what is wrong with a semaphore that is given another number of permits than it has."""
    return f"semaphore({json.dumps(name)}, {permits}): an earlier call fixed it at {fixed} permit{'' if fixed == 1 else 's'}."
