"""What is the hub's, as one job of a lane sees it: the queue, locks, semaphores and conditions."""
import json

from .later import operation
from .lines import here, with_line
from .shown import shown
from .values import check_name, to_json
from .waiting import waiting
from .wire import emit


class _OfJob:
    """Something of the hub's, as one job of a lane sees it (None for main)."""

    def __init__(self, asker, job, is_async):
        self.is_async = is_async
        self._asker = asker
        self._job = job
        self._party = {"lane": asker.lane, "job": job}

    def _ask(self, what, **rest):
        return self._asker.ask(what, self._job, **rest)


class Queue(_OfJob):
    """A first-in, first-out queue between all lanes; processes reach it through pipes."""

    @operation
    def put(self, value):
        """Puts a copy of `value`, as JSON, at the end. Waits while the queue is full."""
        text = to_json(value)
        message = {"id": self._asker.next_id(), "json": text}
        fact = self._fact("message-sent", message, here())
        is_bounded = self._asker.state()["limit"] is not None
        if is_bounded:
            wait = {**self._party, "for": "queue", "on": "room in the queue"}
            yield from waiting(wait, here(), lambda: self._ask("put", message=message))
            emit(fact)
        else:
            emit(fact)
            yield self._ask("put", message=message)

    @operation
    def get(self):
        """Takes the first value. Waits while the queue is empty."""
        line = here()
        wait = {**self._party, "for": "queue", "on": "a message"}
        answer = yield from waiting(wait, line, lambda: self._ask("get"))
        message = answer["message"]
        emit(self._fact("message-received", message, line))
        return json.loads(message["json"])

    def qsize(self):
        """Returns how many values it holds, as last reported to this lane."""
        return self._asker.state()["size"]

    def empty(self):
        """Reports whether it holds no value, as last reported to this lane."""
        return self.qsize() == 0

    def limit(self, length):
        """Makes the queue full at `length` values. Without a limit it is never full."""
        if type(length) is not int or not 1 <= length <= 1_000_000:
            raise ValueError(f"queue.limit({shown(length)}): needs a whole number from 1 to 1,000,000.")
        self._ask("limit", length=length)

    def _fact(self, kind, message, line):
        text = message["json"]
        value = {"bytes": len(text.encode("utf-8", "replace")), "value": json.loads(text)}
        fact = {"type": kind, **self._party, "id": message["id"], "channel": "queue", **value}
        return with_line(fact, line)


class _Held(_OfJob):
    """What can be held in a `with` block; in an `async with` block on the event loop."""

    _called = ""

    def __enter__(self):
        if self.is_async:
            raise RuntimeError(f"{self._called}: on the event loop it needs `async with`.")
        self.acquire()
        return self

    def __exit__(self, *_):
        self.release()

    async def __aenter__(self):
        if not self.is_async:
            raise RuntimeError(f"{self._called}: `async with` is for the event loop; here it needs `with`.")
        await self.acquire()
        return self

    async def __aexit__(self, *_):
        self.release()


class Lock(_Held):
    """The lock of one name, one for all lanes."""

    def __init__(self, asker, job, is_async, name):
        super().__init__(asker, job, is_async)
        self.name = name
        self._called = f'lock("{name}")'
        self._key = (job, name)

    @operation
    def acquire(self):
        """Waits until no other lane holds the lock, then holds it."""
        asked = []

        def begin():
            asked.append(self._ask("acquire", lock=self.name))
            return asked[0]

        try:
            yield from waiting({**self._party, "for": "lock", "on": self.name}, here(), begin)
        except BaseException:
            # A task that was cancelled does not keep the lock that it is given later.
            asked[0].then(lambda _: self._ask("release", lock=self.name))
            raise
        self._asker.held.add(self._key)
        return True

    def release(self):
        """Releases the lock, to the next in line. Raises if the caller does not hold it."""
        if self._key not in self._asker.held:
            raise RuntimeError(f"{self._called}.release(): the lock is not held here. Call its acquire() first.")
        self._asker.held.discard(self._key)
        self._report_release()
        self._ask("release", lock=self.name)

    def _report_release(self):
        emit(with_line({"type": "lock-released", **self._party, "on": self.name}, here()))


class Semaphore(_Held):
    """The semaphore of one name, one for all lanes: as many jobs as it has permits can hold one at a time."""

    def __init__(self, asker, job, is_async, name, permits):
        super().__init__(asker, job, is_async)
        self._called = f'semaphore("{name}", {permits})'
        self._name, self._permits = name, permits
        self._key = (job, name)
        fixed = asker.fixed.get(name)
        if fixed is None:
            fixed = asker.fixed[name] = (permits, self._ask("semaphore", semaphore=name, permits=permits))
        elif fixed[0] != permits:
            plural = "" if fixed[0] == 1 else "s"
            raise ValueError(f"{self._called}: an earlier call fixed it at {fixed[0]} permit{plural}.")
        self._agreed = fixed[1]

    @operation
    def acquire(self):
        """Waits until a permit is free, then holds it: first come, first served. A job may hold several."""
        agreed = yield self._agreed
        if agreed.get("error") is not None:
            self._asker.fixed.pop(self._name, None)
            raise ValueError(agreed["error"])
        asked = []

        def begin():
            asked.append(self._ask("take-permit", semaphore=self._name))
            return asked[0]

        wait = {**self._party, "for": "semaphore", "on": self._name, "permits": self._permits}
        try:
            yield from waiting(wait, here(), begin)
        except BaseException:
            asked[0].then(lambda _: self._give(self._asker.next_id()))
            raise
        self._asker.permits[self._key] = self._asker.permits.get(self._key, 0) + 1
        return True

    def release(self):
        """Gives a permit back, to the next in line. Raises if the caller holds none."""
        held = self._asker.permits.get(self._key, 0)
        if held == 0:
            raise ValueError(
                f'semaphore("{self._name}").release(): no permit is held here. '
                "Call its acquire() first, once for each release()."
            )
        self._asker.permits[self._key] = held - 1
        by = self._asker.next_id()
        fact = {"type": "permit-released", **self._party, "on": self._name, "id": by}
        emit(with_line(fact, here()))
        self._give(by)

    def _give(self, by):
        self._ask("give-permit", semaphore=self._name, by=by)


class Condition(_Held):
    """The condition of one name, one for all lanes, with its lock: jobs wait for it until another notifies them."""

    def __init__(self, asker, job, is_async, name):
        super().__init__(asker, job, is_async)
        self._called = f'condition("{name}")'
        # As in Python, a condition comes with its lock, which has its name here.
        self._name, self._lock = name, Lock(asker, job, is_async, name)

    def acquire(self):
        """Acquires the condition's lock."""
        return self._lock.acquire()

    def release(self):
        """Releases the condition's lock."""
        self._lock.release()

    @operation
    def wait(self):
        """Releases the lock and waits for a notification, both in one step; then acquires the lock again."""
        yield from self._waits()
        return True

    @operation
    def wait_for(self, predicate):
        """Waits, again and again, until `predicate()` is true."""
        while not (result := predicate()):
            yield from self._waits()
        return result

    def notify(self, n=1):
        """Ends the wait of the job that has waited longest. If none waits, the notification is lost."""
        self._check_held("notify")
        for _ in range(n):
            self._notify(False)

    def notify_all(self):
        """Ends the waits of all jobs that are waiting now. They acquire the lock again one after another."""
        self._check_held("notify_all")
        self._notify(True)

    def _check_held(self, what):
        if self._lock._key not in self._asker.held:
            raise RuntimeError(f"{self._called}.{what}(): its lock is not held here. Use `with` first.")

    def _waits(self):
        self._check_held("wait")
        line = here()
        lock = self._lock.name
        self._asker.held.discard(self._lock._key)
        number, notified = self._asker.expect()
        self._lock._report_release()
        locked = []

        def begin():
            rest = {"condition": self._name, "lock": lock, "notified": number}
            locked.append(self._ask("wait", **rest))
            return notified

        yield from waiting({**self._party, "for": "condition", "on": self._name}, line, begin)
        yield from waiting({**self._party, "for": "lock", "on": lock}, line, lambda: locked[0])
        self._asker.held.add(self._lock._key)

    def _notify(self, is_all):
        by = self._asker.next_id()
        fact = {"type": "condition-notified", **self._party, "on": self._name, "all": is_all, "id": by}
        emit(with_line(fact, here()))
        self._ask("notify", condition=self._name, all=is_all, by=by)


def named(make, called, asker, job, is_async, name, *rest):
    """Returns `make` of a name, which is checked."""
    check_name(called, name)
    return make(asker, job, is_async, name, *rest)
