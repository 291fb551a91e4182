"""The end of a process in which Python itself no longer works, since the program has changed what that needs: it says so,
where its main would wait for ever, or nothing would be said."""
import sys

from . import console
from .lines import of
from .shown import describe, outside

_exc_info = sys.exc_info
_end = None
_ours = set()
_otherwise = sys.unraisablehook


def use(end):
    """Ends the process with `end(reason, error)` from now on."""
    global _end
    _end = end


def fail(error):
    """Ends the process after an error that nothing has caught, or for a reason."""
    is_reason = isinstance(error, str)
    text = error if is_reason else f"{describe(error)}{outside(error)}"
    line = None if is_reason else of(error)
    if console.is_main():
        # The server says it of another process.
        console.write_log(*console.place(), "stderr", text, line)
    _end("threw", text, line)


def guard(thread):
    """Ends the process if a thread of ours ends by an error, which then comes from what starts it."""
    if not _ours:
        sys.unraisablehook = _unraisable
    _ours.add(thread)
    thread._invoke_excepthook = lambda _: fail(_exc_info()[1])


def _unraisable(what):
    if getattr(what.object, "__self__", None) in _ours:
        fail(what.exc_value)
    _otherwise(what)
