"""Waits: each is two events, its start and its end."""
from .lines import with_line
from .wire import emit


def waiting(wait, line, begin):
    """Steps of a wait for what `begin` returns. `wait` says of which lane and job, and what for."""
    emit(with_line({"type": "wait-started", **wait}, line))
    by = None
    try:
        result = yield begin()
        by = result.get("by") if isinstance(result, dict) else None
        return result
    finally:
        ended = {"type": "wait-ended", **{key: value for key, value in wait.items() if key != "permits"}}
        if by is not None:
            ended["by"] = by
        emit(ended)
