"""Formats values and errors in texts for people."""


# How many errors of a group are shown, and how many of a group in all, however deep: the same error can be in many.
_PARTS = 10
_ALL = 100


def describe(error):
    """
    Formats an error as Python's own tracebacks do: `ValueError: the text`, with its notes; a group with its errors; with
    what it was raised from, if it was.
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
    cause = _cause_of(error)
    return shown if cause is None or left[0] <= 0 else f"{shown} (caused by {_describe(cause, left)})"


def _lack_of(error, text):
    """Returns what a program lacks, if an error comes from that: neither the system nor Python says so."""
    if type(error).__name__ == "gaierror" or "failure in name resolution" in text:
        return "a program has no network here"
    if isinstance(error, ModuleNotFoundError):
        return "a program can import only Python's own modules here"
    if isinstance(error, (FileNotFoundError, PermissionError)) and error.filename is not None:
        return "a program has no files here"
    return ""


def _cause_of(error):
    """Returns what an error was raised from. That of another process has only the text of its traceback."""
    try:
        cause = error.__cause__
    except Exception:
        return None
    return None if "RemoteTraceback" in type(cause).__name__ else cause


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
