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


def report_wait(wait, act, timeout=None, needs=False):
    """Reports a wait while `act` waits, for `timeout` seconds at most. `needs`: `act` returns whether it has what it is for."""
    begin_wait(wait, timeout)
    has = False
    try:
        answer = act()
        has = not needs or bool(answer)
        return answer
    finally:
        end_wait(wait, timeout, has)


def begin_wait(wait, timeout=None):
    """Reports that a wait begins. Its timeout is reported as a sleep, which ends in any case."""
    for one in _with_timeout(wait, timeout):
        emit(with_line({"type": "wait-started", **one}, here()))


def end_wait(wait, timeout=None, has=True, by=None):
    """Reports that a wait has ended, with what it was for or without, and the id of the event that ended it, if known."""
    ended, *until = _with_timeout({name: wait[name] for name in ("lane", "job", "for", "on")}, timeout)
    if by is not None:
        ended["by"] = by
    if not has:
        ended["gaveUp"] = True
    for one in [*until, ended]:
        emit({"type": "wait-ended", **one})


def _with_timeout(wait, timeout):
    if not isinstance(timeout, (int, float)) or timeout <= 0:
        return [wait]
    return [wait, {"lane": wait["lane"], "job": wait["job"], "for": "sleep", "on": f"{timeout} s"}]


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
