"""A lane's side of the hub: makes requests, and takes the answers."""
import itertools

from .later import Later

_UNANSWERED = ("release", "give-permit", "notify")


class Asker:
    """Makes the requests of one lane. Its answers must be passed to `receive`."""

    def __init__(self, lane, send, state):
        """`send` takes a request to the hub; `state` returns the state of the queue as last known here."""
        self.lane = lane
        self.state = state
        # What each job of the lane holds: locks, and how many permits.
        self.held = set()
        self.permits = {}
        self.fixed = {}
        self._send = send
        self._numbers = itertools.count(1)
        self._ids = itertools.count(1)
        self._pending = {}

    def next_id(self):
        """Returns an id for an event, different from those of all other lanes."""
        return f"{self.lane}.{next(self._ids)}"

    def expect(self):
        """Returns the number of a further answer, and the answer."""
        number = next(self._numbers)
        answer = self._pending[number] = Later()
        return number, answer

    def ask(self, what, job, **rest):
        """Sends a request. Returns its answer; at once if it has none."""
        answer = Later()
        number = next(self._numbers)
        if what in _UNANSWERED:
            answer.set()
        else:
            self._pending[number] = answer
        self._send({"id": number, "job": job, "what": what, **rest})
        return answer

    def receive(self, answer):
        """Takes an answer of the hub."""
        pending = self._pending.pop(answer["id"], None)
        if pending is not None:
            pending.set(answer)
