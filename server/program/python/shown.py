"""Formats values and errors in texts for people."""


# How many errors of a group are shown, and how many of a group in all, however deep: the same error can be in many.
_PARTS = 10
_ALL = 100


def describe(error):
    """Formats an error as Python's own tracebacks do: `ValueError: the text`, with its notes; a group with its errors."""
    return _describe(error, [_ALL])[:1000]


def _describe(error, left):
    left[0] -= 1
    try:
        text = str(error)
    except Exception:
        text = "something that cannot be shown"
    name = type(error).__name__
    return ": ".join(part for part in (name, text, _notes_of(error), _parts_of(error, left)) if part)


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
