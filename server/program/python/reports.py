"""Facts that a watched script gives rise to, in several places: waits, and messages in the queue that is shown."""
import json

from .console import place
from .lines import here, with_line
from .shown import shown
from .values import to_json
from .wire import emit


class Sent(tuple):
    """A message in the queue that is shown: its id, how it is shown, and what was put."""


def join_of(job):
    """Returns a wait of main's for a job."""
    return {"lane": 0, "job": None, "for": "join", "on": f"job {job}"}


def waits(on, act, timeout=None):
    """Reports a wait for the queue that is shown, while `act` waits."""
    return report_wait({**party(), "for": "queue", "on": on}, act, timeout)


def report_wait(wait, act, timeout=None):
    """Reports a wait, which ends after `timeout` seconds at the latest: like a sleep, which is reported with it."""
    waits = [wait]
    if isinstance(timeout, (int, float)) and timeout > 0:
        waits.append({"lane": wait["lane"], "job": wait["job"], "for": "sleep", "on": f"{timeout} s"})
    for one in waits:
        emit(with_line({"type": "wait-started", **one}, here()))
    try:
        return act()
    finally:
        for one in reversed(waits):
            one.pop("permits", None)
            emit({"type": "wait-ended", **one})


def party():
    """Returns the lane and the job of the running code, as facts have them."""
    lane, job = place()
    return {"lane": lane, "job": job}


def report_message(type, sent, t=None):
    """Reports that a message was sent, or received."""
    id, value, _ = sent
    message = {"id": id, "channel": "queue", "bytes": len(value.encode()), "value": json.loads(value)}
    emit(with_line({"type": type, **party(), **message}, here()), t)


def value_of(item):
    """Returns how an item is shown, as JSON: as it is if it can be, else as Python writes it."""
    try:
        return to_json(item)
    except (TypeError, ValueError):
        return to_json(shown(item))
