"""Formats values and errors in texts for people."""
from .lines import of


# How many errors of a group are shown, and how many of a group in all, however deep: the same error can be in many.
_PARTS = 10
_ALL = 100


def describe(error):
    """
    Formats an error as Python's own tracebacks do: `ValueError: the text`, with its notes; a group with its errors; with
    what it was raised from, or while which other was handled, if it was.
    """
    return _describe(error, [_ALL])[:1000]


def _describe(error, left):
    left[0] -= 1
    try:
        text = str(error)
    except Exception:
        text = "something that cannot be shown"
    name = type(error).__name__
    shown = ": ".join(part for part in (name, text, _notes_of(error), _parts_of(error, left), _lack_of(error, text)) if part)
    how, other = _before(error)
    return shown if other is None or left[0] <= 0 else f"{shown} ({how} {_describe(other, left)})"


def _lack_of(error, text):
    """Returns what a program lacks, if an error comes from that: neither the system nor Python says so."""
    if type(error).__name__ == "gaierror" or "failure in name resolution" in text:
        return "a program has no network here"
    if isinstance(error, ModuleNotFoundError):
        return "a program can import only Python's own modules here"
    if isinstance(error, (FileNotFoundError, PermissionError)) and error.filename is not None:
        return "a program has no files here"
    if "No usable temporary directory" in text or "unable to open database file" in text:
        return "a program has no files here"
    if isinstance(error, PermissionError) and error.errno is not None:
        # Which call the system has refused, the error does not say: what has called it does.
        raised_in = _module_of(error)
        if raised_in == "socket":
            return "a program has no network here"
        if raised_in.startswith("multiprocessing."):
            return "a program has no other processes here"
    return ""


def _module_of(error):
    """Returns the name of the module that raised an error."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return str(at and at.tb_frame.f_globals.get("__name__"))


def outside(error):
    """Returns the end of a sentence about an error that came through no line of the program; nothing if it did."""
    if of(error) is not None:
        return ""
    return ", outside of the program, which may have changed what Python itself needs"


def _before(error):
    """
    Returns what an error was raised from, or else what was being handled when it was raised, as Python's tracebacks do.
    That of another process has only the text of its traceback.
    """
    try:
        cause, context, is_hidden = error.__cause__, error.__context__, error.__suppress_context__
    except Exception:
        return "", None
    if cause is not None:
        return "caused by", None if "RemoteTraceback" in type(cause).__name__ else cause
    return "while handling", None if is_hidden else context


def _notes_of(error):
    try:
        return "; ".join(note for note in getattr(error, "__notes__", []) if isinstance(note, str))
    except Exception:
        return ""


def _parts_of(error, left):
    if not isinstance(error, BaseExceptionGroup):
        return ""
    try:
        return "; ".join(_describe(part, left) for part in error.exceptions[:_PARTS] if left[0] > 0)
    except Exception:
        return ""


def shown(value):
    """Formats a value as in source code, short, so that "1" and 1 differ. Never raises."""
    try:
        text = repr(value)
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:59]}…"
